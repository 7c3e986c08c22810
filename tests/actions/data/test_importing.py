"""Rows of files on their way into the store: all of them, or none and every reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Model

from actions.data import importing
from actions.data.bounds import MAX_CELL
from actions.data.errors import FileRefused
from actions.data.importing import Counts, Import, truncate
from actions.data.reading_csv import read_csv
from actions.data.reading_json import read_rows
from entities import registry
from entities.actors import GUEST, SYSTEM, Actor
from entities.errors import Conflict, Forbidden, NotAuthenticated
from entities.examples.models import LedgerEntry, Order, Product, Project, Todo
from entities.models import UserAccount
from entities.permissions import OWNED_ROW
from entities.references import Caller
from entities.store import Unit

pytestmark = pytest.mark.django_db(transaction=True)


def account(email: str, **options: Any) -> Actor:
    """Return somebody."""
    made = UserAccount.objects.create_user(email, "correct horse", name=email)
    return Actor(id=made.pk, **options)


@pytest.fixture
def ada(transactional_db: None) -> Actor:
    """Somebody with an account."""
    return account("ada@example.org")


def load(
    content: str, entity: str = "todo", actor: Actor = SYSTEM, sender: Actor | None = None, batch: int = 2
) -> Counts:
    """Import CSV with an actor's rights, on behalf of a sender."""
    with Unit(actor, reads_text=True) as unit:
        unit.caller = None if sender is None else Caller(sender, frozenset)
        return Import(registry.get(entity), unit, batch).run(read_csv(content.encode()))


def refused(*args: Any, **options: Any) -> list[tuple[str, str, str]]:
    """Return field, code and message of everything that is wrong."""
    with pytest.raises(FileRefused) as caught:
        load(*args, **options)
    return [(item.field, item.code, item.message) for item in caught.value.errors]


def titles() -> list[str]:
    """Return the titles that are stored."""
    return sorted(Todo.objects.values_list("title", flat=True))


def test_rows_are_made_and_changed() -> None:
    """By id the ones that are there, whole batches and what is left of one."""
    todo = Todo.objects.create(title="old", due="2024-02-29")
    counts = load(f"title,reference_id,due,done\nnew,,,1\nchanged,{todo.pk},,\n'=x,,2024-03-01,\n")
    assert counts == Counts(2, 1, ())
    assert titles() == ["=x", "changed", "new"]
    todo.refresh_from_db()
    assert (str(todo.due), todo.done, todo.version) == ("2024-02-29", False, 2)


def test_every_bad_row_is_told_with_row_and_column() -> None:
    """Wrong values, missing ones and unknown references, in one answer; nothing is stored."""
    found = refused(
        "title,due,project_id\n"
        "fine,,\n"
        ",,\n"
        "bad,tomorrow,\n"
        "both,someday,01890000-0000-7000-8000-000000000001\n"
        f"{'x' * 201},,\n"
        "lost,,01890000-0000-7000-8000-000000000001\n"
    )
    assert found == [
        ("rows[4].due", "type", "'due' must be a date such as 2024-02-29."),
        ("rows[5].due", "type", "'due' must be a date such as 2024-02-29."),
        ("rows[6].title", "max", "'title' must have at most 200 characters."),
        ("rows[7].project_id", "reference", "No 'project' with id '01890000-0000-7000-8000-000000000001'."),
    ]
    assert titles() == []


def test_the_first_fifty_are_told() -> None:
    """And nobody works through the rest."""
    content = "title,due\n" + "a,b\n" * 60
    assert len(refused(content, batch=100)) == 50
    with pytest.raises(FileRefused) as caught:
        load(content)
    assert caught.value.message == (
        "Nothing was imported. rows[2].due: 'due' must be a date such as 2024-02-29. And 49 more."
    )


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("titel", ("titel", "unknown", "Unknown column 'titel' of 'todo'. Did you mean 'title'?")),
        ("Title", ("Title", "unknown", "Unknown column 'Title' of 'todo'. Did you mean 'title'?")),
        ("title,project,project_id", ("project_id", "unknown", "'project_id' and 'project' are the same column.")),
        ("__type", ("__type", "unknown", "Unknown column '__type' of 'todo'.")),
    ],
)
def test_unknown_columns_are_refused_before_any_row(header: str, problem: tuple[str, str, str]) -> None:
    """With a suggestion."""
    assert refused(f"{header}\n{',' * header.count(',')}\n") == [problem]


def test_a_column_that_is_hidden_is_unknown() -> None:
    """What CRUD does not show cannot be set by a file either."""
    ((_, code, message),) = refused("email,is_superuser\na@example.org,1\n", "user_account")
    assert (code, message) == ("unknown", "Unknown column 'is_superuser' of 'user_account'.")


def test_what_the_sender_may_not_set_is_left_out_and_told(ada: Actor) -> None:
    """An export can be sent back by anybody; permission and owner count from administrators alone."""
    row = f"title,permission,user_account_id,created_at,version\nmine,0,{ada.id},2001-01-01,7\n"
    left_out = ("permission", "user_account_id", "created_at", "version")
    assert load(row, sender=ada) == Counts(1, 0, left_out)
    stored = Todo.objects.get()
    assert (stored.permission, stored.user_account_id, stored.version) == (OWNED_ROW, None, 1)
    assert stored.created_at.year > 2001
    root = account("root@example.org", is_administrator=True)
    assert load(row, sender=root) == Counts(1, 0, ("created_at", "version"))
    assert Todo.objects.filter(permission=0, user_account_id=ada.id).count() == 1


def test_a_file_of_nothing_but_that_is_refused() -> None:
    """It would make rows of nothing."""
    with pytest.raises(FileRefused, match="No column of the file can be set"):
        load("created_at\n2001-01-01\n")


def test_a_version_must_be_the_stored_one() -> None:
    """A file that was exported before a change does not undo it."""
    todo = Todo.objects.create(title="old")
    row = f"reference_id,version,title\n{todo.pk},%s,changed\n"
    assert refused(row % 2) == [
        ("rows[2].version", "version_conflict", "This 'todo' has changed since version 2."),
    ]
    assert load(row % 1) == Counts(0, 1, ("version",))


NEW = "01890000-0000-7000-8000-000000000001"


def test_an_id_that_is_not_there_is_kept_for_administrators(ada: Actor) -> None:
    """So that a dump can be restored; anybody else is told that there is no such row, and nothing more."""
    row = f"reference_id,title\n{NEW.upper()},restored\n"
    unknown = [("rows[2].reference_id", "reference", f"No 'todo' with id '{NEW}'.")]
    assert refused(row, sender=ada) == unknown
    assert refused(row, actor=ada, sender=ada) == unknown
    assert load(row, sender=account("root@example.org", is_administrator=True)) == Counts(1, 0, ())
    assert str(Todo.objects.get().pk) == NEW


def test_a_row_is_changed_by_who_may_change_it(ada: Actor) -> None:
    """Also where the outcome has the rights of the system: the file chose the row, not the author."""
    bob = account("bob@example.org")
    todo = Todo.objects.create(title="Bob's", user_account_id=bob.id)
    row = f"reference_id,title\n{todo.pk},taken\n"
    missing = f"No 'todo' with id '{todo.pk}'."
    assert refused(row, sender=ada) == [("rows[2].reference_id", "not_found", missing)]
    assert refused(row, actor=ada, sender=ada) == [("rows[2].reference_id", "reference", missing)]
    assert load(row, sender=bob) == Counts(0, 1, ())


def test_a_reference_is_to_what_the_sender_may_refer_to(ada: Actor) -> None:
    """Whatever the system could: ids in a file are ids that were sent."""
    bob = account("bob@example.org")
    project = Project.objects.create(name="Bob's", user_account_id=bob.id)
    row = f"title,project_id\nx,{project.pk}\n"
    assert refused(row, sender=ada) == [
        ("rows[2].project_id", "reference", f"No 'project' with id '{project.pk}'."),
    ]
    assert load(row, sender=bob) == Counts(1, 0, ())
    assert load(row) == Counts(1, 0, ())


def test_without_the_right_nothing_is_imported(ada: Actor) -> None:
    """Of the entity, for whoever has the outcome's rights."""
    with pytest.raises(NotAuthenticated):
        load("title\nx\n", actor=GUEST)
    with pytest.raises(Forbidden):
        load("name,price\nx,1\n", "product", actor=ada)
    product = Product.objects.create(name="p", price=1)
    with pytest.raises(Forbidden):
        load(f"reference_id,name\n{product.pk},x\n", "product", actor=ada)


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_a_taken_value_is_told_with_its_row(batch: int) -> None:
    """However many rows travelled together, and whether another row has it or the file has it twice."""
    Order.objects.create(number="A")
    taken = ("unique", "This value is taken.")
    assert refused("number\nB\nA\nC\n", "order", batch=batch) == [("rows[3].number", *taken)]
    assert refused("number\nB\nC\nB\n", "order", batch=batch) == [("rows[4].number", *taken)]
    order = Order.objects.create(number="D")
    assert refused(f"reference_id,number\n,E\n{order.pk},A\n", "order", batch=batch) == [("rows[3].number", *taken)]
    assert Order.objects.count() == 2


def test_a_bound_of_the_database_is_told_with_its_row() -> None:
    """What only the database checks."""
    found = refused("name,price,stock\na,1,1\nb,1,-1\n", "product")
    assert [(field, code) for field, code, _ in found] == [("rows[3].stock", "check")]


def test_an_id_stands_once_in_a_file() -> None:
    """Which of two rows would count, nobody could tell."""
    todo = Todo.objects.create(title="old")
    assert refused(f"reference_id,title\n{todo.pk},a\n{str(todo.pk).upper()},b\n") == [
        ("rows[3].reference_id", "unique", "This id stands in row 2, too."),
    ]


def test_empty_cells_are_no_values() -> None:
    """A default stays, an optional text is emptied, a required one is missed."""
    load("name,price,stock\nx,1,\n", "product")
    assert Product.objects.get().stock == 0
    project = Project.objects.create(name="p", description="d")
    load(f"reference_id,name,description\n{project.pk},,\n", "project")
    project.refresh_from_db()
    assert (project.name, project.description) == ("p", "")
    assert refused("name,description\n,d\n", "project") == [
        ("rows[2].name", "required", "This field is required."),
    ]


def test_rows_of_json_bring_their_names() -> None:
    """Each its own; an unknown one is that row's problem, and null is a value."""
    todo = Todo.objects.create(title="old", due="2024-02-29")

    def run(text: str) -> Counts:
        with Unit(SYSTEM, reads_text=True) as unit:
            return Import(registry.get("todo"), unit, 10).run(read_rows(text.encode()))

    assert run(f'[{{"title": "a"}}, {{"reference_id": "{todo.pk}", "due": null}}]') == Counts(1, 1, ())
    todo.refresh_from_db()
    assert todo.due is None
    with pytest.raises(FileRefused) as caught:
        run('[{"title": "a"}, {"titel": "b"}, {"title": 7, "done": "perhaps"}]')
    assert [(item.field, item.code) for item in caught.value.errors] == [
        ("rows[2].titel", "unknown"),
        ("rows[3].done", "type"),
    ]


@pytest.mark.parametrize(
    ("bound", "content", "more", "message"),
    [
        ("MAX_ROWS", "title\na\nb\nc\n", "d\n", "The file has more than 3 rows."),
        ("MAX_CELLS", "title\na\nb\nc\n", "d\n", "The file has more than 3 cells."),
    ],
)
def test_bounds_are_met_and_kept(
    monkeypatch: pytest.MonkeyPatch, bound: str, content: str, more: str, message: str
) -> None:
    """The last that is allowed is stored; with one more, nothing is."""
    monkeypatch.setattr(importing, bound, 3)
    assert load(content).created == 3
    with pytest.raises(FileRefused) as caught:
        load(content + more)
    assert caught.value.message == message
    assert len(titles()) == 3


def test_a_cell_has_an_end() -> None:
    """Also where the column has none."""
    assert load(f"name,description\nx,{'y' * MAX_CELL}\n", "project").created == 1
    assert refused(f"name,description\nx,{'y' * (MAX_CELL + 1)}\n", "project") == [
        ("rows[2].description", "max", "A cell has at most 100,000 characters."),
    ]


def test_passwords_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes as long to hash as the settings want."""
    monkeypatch.setattr(importing, "MAX_HASHED", 2)
    rows = "".join(f"N,{number}@example.org,correct horse {number}\n" for number in range(3))
    with pytest.raises(FileRefused, match="A file with passwords has at most 2 rows"):
        load(f"name,email,password\n{rows}", "user_account")
    assert load(f"name,email,password\n{rows[: rows.index('2@') - 2]}", "user_account").created == 2
    assert UserAccount.objects.get(email="1@example.org").check_password("correct horse 1")


def test_truncating_deletes_what_may_be_deleted(ada: Actor) -> None:
    """Rows of others stay; without the right on the entity nothing goes; what is referred to is in the way."""
    Todo.objects.create(title="Ada's", user_account_id=ada.id)
    Todo.objects.create(title="nobody's")
    with pytest.raises(NotAuthenticated), Unit(GUEST) as unit:
        truncate(registry.get("todo"), unit)
    with Unit(ada) as unit:
        assert truncate(registry.get("todo"), unit) == 1
    assert titles() == ["nobody's"]
    LedgerEntry.objects.create(order=Order.objects.create(number="A"), amount=1, kind="k")
    with pytest.raises(Conflict), Unit(SYSTEM) as unit:
        truncate(registry.get("order"), unit)


def test_truncating_takes_many_rows_at_once(django_assert_max_num_queries: Any, monkeypatch: Any) -> None:
    """A statement for each, which ends its sharing, and no more; also where a model deletes in its own way."""
    first = Project.objects.create(name="first")
    for number in range(40):
        Todo.objects.create(title=str(number), project=first)
    with django_assert_max_num_queries(40 + 6), Unit(SYSTEM) as unit:
        assert truncate(registry.get("todo"), unit) == 40
    Todo.objects.create(title="gone with it", project=first)
    asked = []
    monkeypatch.setattr(
        Project, "delete", lambda self, **options: (asked.append(self.name), Model.delete(self, **options))
    )
    with Unit(SYSTEM) as unit:
        assert truncate(registry.get("project"), unit) == 1
    assert (asked, titles()) == (["first"], [])


def test_truncating_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as could be imported."""
    for title in "abc":
        Todo.objects.create(title=title)
    monkeypatch.setattr(importing, "MAX_ROWS", 2)
    with pytest.raises(FileRefused, match="more than 2 rows to delete"), Unit(SYSTEM) as unit:
        truncate(registry.get("todo"), unit)
    assert len(titles()) == 3
    monkeypatch.setattr(importing, "MAX_ROWS", 3)
    with Unit(SYSTEM) as unit:
        assert truncate(registry.get("todo"), unit) == 3


def test_rows_are_read_as_they_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than a batch is ahead of the database."""
    read: list[int] = []
    ahead: list[int] = []

    def rows() -> Iterator[Any]:
        for number in range(2, 7):
            read.append(number)
            yield number, {"title": str(number)}

    store = Import._store
    monkeypatch.setattr(Import, "_store", lambda *args: (ahead.append(len(read)), store(*args)))
    source = replace(read_csv(b"title\n"), rows=rows())
    with Unit(SYSTEM, reads_text=True) as unit:
        Import(registry.get("todo"), unit, 2).run(source)
    assert ahead == [2, 4, 5]
