"""With whose rights outcomes run, and which rows a caller may refer to through them."""

from __future__ import annotations

from typing import Any

import pytest

from entities import registry
from entities.examples.models import Project, Todo
from entities.models import UserAccount, UserGroup
from entities.permissions import OWNED_ROW, bits
from tests.acceptance.conftest import failure

ADD = """
Name: add
OnType: todo
Permission: {guest: [execute]}
RunAs: %s
InFields:
  - {Name: id, ColumnType: label, IsNullable: true}
  - {Name: any, ColumnType: json, IsNullable: true}
OutFields:
  - {Type: todo, Method: POST, Reference: todo, Attributes: {title: made, project_id: %s}}
"""


@pytest.fixture
def bob(transactional_db: None) -> UserAccount:
    """Somebody else."""
    return UserAccount.objects.create_user("bob@example.org", "correct horse", name="Bob")


@pytest.fixture
def project(bob: UserAccount) -> Project:
    """A project of Bob's."""
    return Project.objects.create(name="Bob's", user_account=bob)


@pytest.fixture
def run(define, post):
    """Define an action by its outcomes, and post to it."""

    def run(outcomes: str, data: Any = None, *, run_as: str = "actor", **options: Any) -> Any:
        head = "Name: run\nOnType: todo\nPermission: {guest: [execute]}\nInFields: [{Name: id, IsNullable: true}]\n"
        define(f"{head}RunAs: {run_as}\nOutFields:\n{outcomes}")
        return post("todo/run", data, **options)

    return run


STRAIGHT = {
    "tilde": "~id",
    "dollar": "$id",
    "script": "'!id'",
    "braces": "'{{id}}'",
    "attributes": "~attributes.id",
    "trimmed by a script": "'!attributes.id.trim()'",
    "put together by a script": "'!id.slice(0, 8) + id.slice(8)'",
    "case changed": "'!id.toUpperCase()'",
}


@pytest.mark.parametrize("mode", ["system", "actor"])
@pytest.mark.parametrize("expression", STRAIGHT.values(), ids=STRAIGHT)
def test_an_id_that_the_caller_sent_must_be_theirs_to_refer_to(define, post, account, bob, project, mode, expression):
    """However the id gets into the outcome, a foreign row is as unknown as an invented one; its owner may."""
    define(ADD % (mode, expression))
    refused = post("todo/add", {"id": str(project.pk)}, actor=account)
    assert refused.status_code == 422
    assert failure(refused)["errors"][0]["code"] == "reference"
    assert post("todo/add", {"id": str(project.pk)}, actor=bob).status_code == 200
    assert Todo.objects.get().project_id == project.pk


@pytest.mark.parametrize(
    ("sent", "expression"),
    [
        ({"any": {"deep": ["ID"]}}, "'$any.deep[0]'"),
        ({"any": {"ID": 1}}, "'!Object.keys(any)[0]'"),
        ({"any": "project:ID;"}, "'!any.slice(8, 44)'"),
        ({"any": "HEX"}, "'!any.replace(/^(.{8})(.{4})(.{4})(.{4})/, \"$1-$2-$3-$4-\")'"),
    ],
    ids=["deep inside", "as a key", "inside a text", "without hyphens"],
)
def test_ids_are_found_wherever_they_were_sent(define, post, account, project, sent, expression):
    """Inside JSON, as a key, in the middle of a text, or spelled without hyphens."""
    define(ADD % ("system", expression))
    written = str(sent).replace("ID", str(project.pk)).replace("HEX", project.pk.hex).replace("'", '"')
    assert post("todo/add", f'{{"attributes": {written}}}', actor=account).status_code == 422
    assert not Todo.objects.exists()


def test_an_id_in_a_loop_and_in_an_inner_action_is_the_callers_too(define, post, account, bob, project):
    """ForEach over what was sent, and what an action hands on to another."""
    define(
        "Name: each\nOnType: todo\nPermission: {guest: [execute]}\n"
        "InFields: [{Name: ids, ColumnType: json}]\nOutFields:\n"
        "  - {Type: todo, Method: POST, ForEach: ~ids, Attributes: {title: t, project_id: ~item}}\n"
    )
    define(ADD % ("system", "~id"))
    inner = "{Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: add, attributes: {id: ~id}}}"
    head = "Name: outer\nOnType: todo\nPermission: {guest: [execute]}\nInFields: [{Name: id}]\n"
    define(f"{head}OutFields: [{inner}]")
    for path, sent in (("each", {"ids": [str(project.pk)] * 3}), ("outer", {"id": str(project.pk)})):
        assert post(f"todo/{path}", sent, actor=account).status_code == 422
        assert post(f"todo/{path}", sent, actor=bob).status_code == 200
    assert Todo.objects.count() == 4


def test_what_the_action_finds_or_makes_itself_may_be_referred_to(run, account, project):
    """The system's own look-ups, and rows that this very action created, need nobody's right."""
    found = """
  - {Type: project, Method: GET, Reference: projects, SkipInResponse: true}
  - {Type: todo, Method: POST, Attributes: {title: a, project_id: "$projects[0].reference_id"}}
  - {Type: project, Method: POST, Reference: mine, Attributes: {name: new, reference_id: "~id"}}
  - {Type: todo, Method: POST, Attributes: {title: b, project_id: "~id"}}
"""
    own = "01890000-0000-7000-8000-000000000001"
    assert run(found, {"id": own}, run_as="system", actor=account).status_code == 200
    assert [str(todo.project_id) for todo in Todo.objects.order_by("title")] == [str(project.pk), own]


def test_a_guest_refers_to_what_guests_may(define, post, exposed, project):
    """Both the entity and the row must let guests refer to them."""
    define(ADD % ("system", "~id"))
    sent = {"id": str(project.pk)}
    assert post("todo/add", sent).status_code == 422
    Project.objects.update(permission=OWNED_ROW | bits(guest=["refer"]))
    assert post("todo/add", sent).status_code == 422
    registry.register(Project, name="project", permission=bits(guest=["refer"]))
    assert post("todo/add", sent).status_code == 200


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("{Type: todo, Method: GET_BY_ID, Attributes: {reference_id: ~id}}", 404),
        ("{Type: todo, Method: PATCH, Attributes: {reference_id: ~id, title: x}}", 404),
        ("{Type: todo, Method: DELETE, Attributes: {reference_id: ~id}}", 404),
        ("{Type: product, Method: POST, Attributes: {name: x, price: 1}}", 403),
        ("{Type: row_usergroup, Method: GET}", 403),
    ],
    ids=["get", "patch", "delete", "create", "list"],
)
def test_outcomes_may_have_the_callers_rights_only(run, account, bob, outcome, status):
    """RunAs: actor asks the entity and the row, as CRUD does; without it the system's rights hold."""
    todo = Todo.objects.create(title="Bob's", user_account=bob)
    sent = {"id": str(todo.pk)}
    refused = run(f"  - {outcome}\n", sent, actor=account)
    assert refused.status_code == status
    assert failure(refused)["outcome"]["index"] == 0
    assert Todo.objects.get().title == "Bob's"
    assert run(f"  - {outcome}\n", sent, run_as="system", actor=account).status_code == 200


def test_a_guest_with_their_own_rights_may_do_nothing(run):
    """They are asked to sign in, by the outcome that needs it."""
    refused = run("  - {Type: todo, Method: POST, Attributes: {title: x}}\n")
    assert (refused.status_code, failure(refused)["code"]) == (401, "not_authenticated")
    assert not Todo.objects.exists()


def test_lists_with_the_callers_rights_have_the_callers_rows(run, account, bob):
    """The same filter as over CRUD."""
    Todo.objects.create(title="mine", user_account=account)
    Todo.objects.create(title="foreign", user_account=bob)
    answer = run("  - {Type: todo, Method: GET}\n", actor=account)
    assert [row["title"] for row in answer.json()[0]["Attributes"]] == ["mine"]
    answer = run("  - {Type: todo, Method: GET}\n", run_as="system", actor=account)
    assert len(answer.json()[0]["Attributes"]) == 2


def test_actions_within_actions_keep_their_own_rights(define, post, account, bob, project):
    """An inner action of the system has its rights, and gives them back; one that may not be executed is refused."""
    inner = "Name: %s\nOnType: todo\nPermission: %s\nRunAs: %s\nOutFields: [{Type: project, Method: GET, Reference: p}]"
    define(inner % ("open", "{user: [execute]}", "system"))
    define(inner % ("closed", "0", "system"))
    define(inner % ("careful", "{user: [execute]}", "actor"))
    outer = "Name: outer\nOnType: todo\nRunAs: %s\nInFields: [{Name: name}]\nOutFields:\n"
    call = "  - {Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: ~name}}\n"
    own = "  - {Type: project, Method: GET}\n"
    define(outer % "actor" + call + own)
    entries = [entry["Attributes"] for entry in post("todo/outer", {"name": "open"}, actor=account).json()]
    assert [len(rows) for rows in entries] == [1, 0]
    assert post("todo/outer", {"name": "closed"}, actor=account).status_code == 404
    define(outer % "system" + call + own)
    entries = [entry["Attributes"] for entry in post("todo/outer", {"name": "careful"}, actor=account).json()]
    assert [len(rows) for rows in entries] == [0, 1]
    assert post("todo/outer", {"name": "closed"}, actor=account).status_code == 200


def test_switching_the_user_switches_the_rights(run, account, bob):
    """Who acts after SWITCH_USER has their own rights; an outcome that fails gives them back."""
    Todo.objects.create(title="foreign", user_account=bob)
    outcomes = f"""
  - Type: x
    Method: SWITCH_USER
    Attributes: {{user_reference_id: "{bob.pk}"}}
  - {{Type: todo, Method: GET}}
"""
    assert len(run(outcomes, actor=account).json()[0]["Attributes"]) == 1


def test_the_subject_of_an_action_is_no_reference_that_was_sent(define, post, account, bob, project):
    """An instance needs EXECUTE, not REFER: outcomes may then refer to it."""
    define(
        "Name: pin\nOnType: project\nInstanceOptional: false\nOutFields:\n"
        '  - {Type: todo, Method: POST, Attributes: {title: pin, project_id: "$subject.reference_id"}}\n'
    )
    Project.objects.update(permission=bits(guest=["read", "execute"]))
    assert post("project/pin", {"project_id": str(project.pk)}, actor=account).status_code == 200


def test_an_unknown_word_for_run_as_is_an_error(define):
    """Anything but 'system' and 'actor' is refused when the definition is loaded."""
    from actions.errors import RefusedDocument

    with pytest.raises(RefusedDocument) as refused:
        define(ADD.replace("RunAs: %s", "RunAs: root") % "~id")
    assert [(item.code, item.location.pointer) for item in refused.value.problems] == [("ACT159", "/RunAs")]


def test_groups_get_what_an_action_gives_them(define, post, account):
    """AccessGroups: the group's own bits, else the group bits of Permission, else to execute."""
    group = UserGroup.objects.create(name="editors")
    group.members.add(account)
    head = "Name: run\nOnType: todo\nOutFields: [{Type: said, Method: ACTIONRESPONSE, Attributes: {v: 1}}]\n"
    for keys, status in [
        ("Permission: 0\nAccessGroups: [editors]", 200),
        ("Permission: {group: [peek]}\nAccessGroups: [editors]", 403),
        ("Permission: {group: [execute]}\nAccessGroups: [editors]", 200),
        ("Permission: {group: [execute]}\nAccessGroups: [{Name: editors, Permission: {group: [peek]}}]", 403),
        ("Permission: {group: [execute]}\nAccessGroups: [others]", 404),
        ("Permission: {group: [execute]}", 404),
    ]:
        define(head + keys)
        assert post("todo/run", actor=account).status_code == status, keys
