"""Which rows and columns of an entity a file has."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.data import exporting
from actions.data.errors import ExportTooLarge
from actions.data.exporting import Wanted, export
from entities import registry
from entities.actors import GUEST, SYSTEM, Actor
from entities.errors import BadParameter
from entities.examples.models import Todo
from entities.models import UserAccount
from entities.permissions import PUBLIC_ROW
from entities.store import Unit

pytestmark = pytest.mark.django_db(transaction=True)


def exported(entity: str = "todo", actor: Actor = SYSTEM, **wanted: Any) -> bytes:
    """Return what a file holds."""
    with Unit(actor) as unit:
        unit.begin()
        return export(registry.get(entity), Wanted(**wanted), actor).content


def titles(actor: Actor = SYSTEM, **wanted: Any) -> list[str]:
    """Return the titles of the todos in a file."""
    return [row["title"] for row in json.loads(exported(actor=actor, **wanted))["todo"]]


def test_all_columns_that_anybody_may_read() -> None:
    """In the order of the entity, the id first; a password is in no file."""
    UserAccount.objects.create_user("ada@example.org", "correct horse", name="Ada")
    text = exported("user_account", format="csv").decode()
    header, row = csv.reader(io.StringIO(text))
    assert header == [
        *("reference_id", "permission", "user_account_id", "created_at", "updated_at", "version"),
        *("name", "email", "confirmed"),
    ]
    assert row[-3:] == ["Ada", "ada@example.org", "false"]
    assert "password" not in text


def test_chosen_columns_in_their_order() -> None:
    """By name or alias, each once."""
    Todo.objects.create(title="milk")
    assert (
        exported(format="csv", names=("done", "title", "project", "done"))
        == b"done,title,project_id\r\nfalse,milk,\r\n"
    )
    assert exported(format="csv", names=("title",), headed=False) == b"milk\r\n"


@pytest.mark.parametrize(
    ("names", "hint"), [(("titel",), "Did you mean 'title'?"), (("todos",), ""), (("title", "password"), "")]
)
def test_other_columns_are_refused(names: tuple[str, ...], hint: str) -> None:
    """With a suggestion."""
    with pytest.raises(BadParameter) as caught:
        exported(names=names)
    assert caught.value.message == f"Unknown field '{names[-1]}' on 'todo'."
    assert caught.value.hint == hint


def test_rows_that_the_actor_may_read() -> None:
    """A guest's are those that are public, an account's their own too, the oldest first."""
    ada = UserAccount.objects.create_user("ada@example.org", "correct horse", name="Ada")
    Todo.objects.create(title="hers", user_account=ada)
    Todo.objects.create(title="public", permission=PUBLIC_ROW)
    Todo.objects.create(title="nobody's")
    assert titles() == ["hers", "public", "nobody's"]
    assert titles(Actor(id=ada.pk)) == ["hers", "public"]
    assert titles(GUEST) == ["public"]


def test_rows_that_a_query_selects() -> None:
    """As a list takes it, as data or as text."""
    for title in ("milk", "bread"):
        Todo.objects.create(title=title)
    condition = [{"column": "title", "operator": "is", "value": "milk"}]
    assert titles(query=condition) == titles(query=json.dumps(condition)) == ["milk"]
    with pytest.raises(BadParameter, match=r"query\[0\]: Unknown field 'titel'"):
        titles(query=[{"column": "titel", "operator": "is", "value": "milk"}])


@pytest.mark.parametrize("page", [1, 2, 1_000])
def test_pages_are_one_statement(page: int) -> None:
    """However many rows are in memory, the file shows one moment."""
    for number in range(5):
        Todo.objects.create(title=str(number))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert titles(page=page) == ["0", "1", "2", "3", "4"]
    assert sum("FROM" in query["sql"] for query in captured) <= 1


def test_so_many_rows_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is met; beyond it nothing is cut off in silence."""
    for number in range(3):
        Todo.objects.create(title=str(number))
    monkeypatch.setattr(exporting, "MAX_ROWS", 3)
    assert len(titles()) == 3
    monkeypatch.setattr(exporting, "MAX_ROWS", 2)
    with pytest.raises(ExportTooLarge) as caught:
        titles()
    assert caught.value.message == "There are more than 2 rows."
    assert caught.value.hint == "Choose fewer rows with 'query', or fewer columns with 'columns'."
    assert Todo.objects.count() == 3
