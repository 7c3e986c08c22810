"""Under which names and ids an action is known."""

import uuid

import pytest

from actions.errors import RefusedDocument
from actions.loading import load_paths
from actions.models import Definition
from entities.models import Membership, UserGroup
from tests.acceptance.conftest import failure

ALIAS = "user_account_user_account_id_has_usergroup_usergroup_id"
NAME = "user_user_id_has_usergroup_usergroup_id"
ID = "018f3c9e-8a2b-7c3d-9e4f-5a6b7c8d9e0f"


def action(name="run", on_type="todo", keys="", outcome="{Type: said, Method: ACTIONRESPONSE, Attributes: {v: 1}}"):
    return f"Name: {name}\nOnType: {on_type}\nPermission: {{guest: [execute]}}\n{keys}\nOutFields: [{outcome}]\n"


def test_an_alias_of_the_entity_names_the_same_action(define, post):
    """Both names lead to it, in the URL and in action.invoke; there is one definition."""
    define(action(on_type=ALIAS))
    define(action(on_type=NAME))
    assert list(Definition.objects.values_list("type_name", "name")) == [(NAME, "run")]
    define(action(outcome=f"{{Type: action.invoke, Method: EXECUTE, Attributes: {{type: {ALIAS}, name: run}}}}"))
    for path in (f"{ALIAS}/run", f"{NAME}/run", "todo/run"):
        assert post(path).json()[0]["ResponseType"] == "said"


def test_an_alias_cannot_hide_a_cycle(define):
    """An action that invokes itself by the other name of its entity never ends either."""
    call = f"{{Type: action.invoke, Method: EXECUTE, Attributes: {{type: {NAME}, name: run}}}}"
    with pytest.raises(RefusedDocument) as refused:
        define(action(on_type=ALIAS, outcome=call))
    assert [problem.code for problem in refused.value.problems] == ["ACT222"]


def test_the_authors_spelling_of_a_type_is_answered(define, post):
    """ResponseType and __type repeat the Type of the outcome."""
    define(action(outcome=f"{{Type: {ALIAS}, Method: GET}}"))
    assert post("todo/run").json() == [{"ResponseType": ALIAS, "Attributes": []}]


def test_an_instance_may_be_named_by_the_alias(define, post, account):
    """``<type>_id`` with the type of the URL, or with the entity's own name."""
    membership = Membership.objects.create(user=account, usergroup=UserGroup.objects.create(name="g"), permission=127)
    define(action(on_type=NAME, keys="InstanceOptional: false"))
    for path, key in ((NAME, NAME), (ALIAS, ALIAS), (ALIAS, NAME)):
        assert post(f"{path}/run", {f"{key}_id": str(membership.pk)}).status_code == 200


@pytest.mark.parametrize("sent", [{}, {"todo_id": None}, {"todo_id": ""}], ids=["nothing", "null", "empty"])
def test_an_instance_that_is_not_sent(define, post, sent):
    """An empty text counts as not sent: required it is asked for, optional there is none."""
    define(action(keys="InstanceOptional: false"))
    response = post("todo/run", sent)
    assert (response.status_code, failure(response)["errors"][0]["code"]) == (422, "required")
    define(action(keys="InstanceOptional: true"))
    assert post("todo/run", sent).status_code == 200


def test_a_reference_id_is_the_id_of_the_definition(define):
    """From the first version on; saying it again changes nothing, and it may be left out."""
    for keys in (f"ReferenceId: {ID}", f"ReferenceId: {ID.upper()}", ""):
        define(action(keys=keys))
        assert Definition.objects.get().pk == uuid.UUID(ID)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            action(keys=f"ReferenceId: {ID[:-1]}e"),
            "ACT125",
            "Action 'run' on 'todo' has another id already, and keeps it.",
        ),
        (action("other", keys=f"ReferenceId: {ID}"), "ACT124", "'ReferenceId' is the id of action 'run' on 'todo'."),
        (
            "---\n".join(action(name, keys=f"ReferenceId: {ID[:-1]}d") for name in ("a", "b")),
            "ACT124",
            "'ReferenceId' is the id of action 'a' on 'todo'.",
        ),
    ],
    ids=["another for an action", "taken", "twice in a document"],
)
def test_a_reference_id_that_cannot_be_had_is_refused(define, text, code, message):
    """Nothing of the document is saved."""
    define(action(keys=f"ReferenceId: {ID}"))
    with pytest.raises(RefusedDocument) as refused:
        define(text)
    (problem,) = refused.value.problems
    assert (problem.code, problem.message, problem.location.pointer) == (code, message, "/ReferenceId")
    assert Definition.objects.count() == 1


def test_files_cannot_share_a_reference_id(transactional_db, tmp_path):
    """The second file is refused as a whole, the first one is served."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(action(name, keys=f"ReferenceId: {ID}"))
    report = load_paths([tmp_path])
    assert [problem.code for problem in report.problems] == ["ACT124"]
    assert Definition.objects.get().name == "a"
