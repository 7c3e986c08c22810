"""The text of a definition in, a new version out."""

from __future__ import annotations

import pytest

from actions import catalog
from actions.errors import RefusedDocument
from actions.loading import DefinitionChanged, Edit, prepare, save_definition, save_prepared
from actions.models import Definition, DefinitionVersion
from entities.models import UserAccount
from tests.actions.documents import BROKEN, BROKEN_ELSEWHERE, calling, greeting

pytestmark = pytest.mark.django_db


def versions() -> list[tuple[int, str]]:
    """Return number and source of all versions, the oldest first."""
    return list(DefinitionVersion.objects.order_by("number").values_list("number", "source"))


def test_saving_adds_changes_or_does_nothing() -> None:
    """Only a text that says something new makes a version."""
    texts = (greeting(), greeting(), greeting("bye"), greeting())
    states = [save_definition(text, "admin")[0].state for text in texts]
    assert states == ["added", "unchanged", "changed", "changed"]
    assert versions() == [(1, "admin"), (2, "admin"), (3, "admin")]
    served = catalog.find("usergroup", "greet")
    assert served is not None
    assert served.number == 3


def test_several_actions_in_one_text() -> None:
    """Each becomes a definition with a text of its own."""
    saved = save_definition(f"{greeting(name='a')}---\n{greeting(name='b')}", "seed")
    assert [str(item) for item in saved] == ["usergroup.a seed", "usergroup.b seed"]
    assert Definition.objects.get(name="b").served_version.text == greeting(name="b")  # type: ignore[union-attr]


def test_author_and_note_are_kept() -> None:
    """A version says who saved it and why."""
    author = UserAccount.objects.create_user("ada@example.org", "pw", name="Ada")
    save_prepared(prepare(greeting()), Edit(author, note="first"))
    version = DefinitionVersion.objects.get()
    assert (version.created_by, version.note, version.source) == (author, "first", "admin")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(BROKEN, "ACT204", id="missing-reference"),
        pytest.param(BROKEN_ELSEWHERE, "ACT201", id="unknown-entity"),
        pytest.param(calling("greet", "greet"), "ACT222", id="cycle"),
        pytest.param("Name: greet\nOnType: [", "ACT104", id="no-yaml"),
    ],
)
def test_broken_text_is_never_saved(text: str, code: str) -> None:
    """A text that does not compile leaves everything as it was."""
    save_definition(greeting(), "admin")
    with pytest.raises(RefusedDocument) as caught:
        save_definition(text, "admin")
    assert code in [problem.code for problem in caught.value.problems]
    assert versions() == [(1, "admin")]


def test_second_action_is_refused_where_one_is_edited() -> None:
    """The admin edits one definition at a time, and says where the other one begins."""
    with pytest.raises(RefusedDocument) as caught:
        prepare(f"{greeting(name='a')}---\n{greeting(name='b')}")
    (problem,) = caught.value.problems
    assert (problem.code, problem.location.line) == ("ACT123", 10)


def test_edit_of_an_old_version_is_refused() -> None:
    """Whoever began with another version than the one that is served does not overwrite it."""
    save_definition(greeting(), "admin")
    base = DefinitionVersion.objects.get().pk
    save_prepared(prepare(greeting("first")), Edit(base=base, is_checked=True))
    with pytest.raises(DefinitionChanged) as caught:
        save_prepared(prepare(greeting("second")), Edit(base=base, is_checked=True))
    assert str(caught.value) == "Somebody saved version 2 of 'usergroup.greet' meanwhile; nothing was changed."
    with pytest.raises(DefinitionChanged):
        save_prepared(prepare(greeting("third")), Edit(base=None, is_checked=True))
    assert len(versions()) == 2
