"""What is written, what is refused, and what comes back."""

import contextlib
import itertools
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db.models.signals import post_save

from entities import statements
from entities.actors import GUEST, SYSTEM
from entities.errors import Conflict, Forbidden, InvalidValues, NotFound, VersionConflict
from entities.examples.models import LedgerEntry, Order, Product, Project, Todo
from entities.models import UserAccount
from entities.permissions import PUBLIC_ROW, bits
from entities.references import Caller
from entities.store import Unit, unit
from tests.entities.store.harness import ACCOUNT, actor, entity

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_account_owns_itself_and_its_password_is_hashed():
    """The row that comes back has no password; the stored one is a hash."""
    with unit(SYSTEM) as work:
        row = work.create(entity("user_account"), ACCOUNT)
    account = UserAccount.objects.get()
    assert "password" not in row
    assert account.check_password("correct horse")
    assert account.user_account_id == account.pk
    assert row["user_account_id"] == row["reference_id"] == str(account.pk)


def test_the_row_that_comes_back_is_the_row_as_stored():
    """What the writer did not give is in the row too, and equals what is read again."""
    with unit(SYSTEM) as work:
        row = work.create(entity("product"), {"name": "Tea", "price": "9.5", "stock": 3})
    stored = Product.objects.values().get()
    assert row == entity("product").to_row(stored)
    assert (row["price"], row["currency"], row["version"]) == (Decimal("9.50"), "EUR", 1)


def test_a_unique_column_is_named():
    """A column with a plain unique index is found too."""
    with unit(SYSTEM) as work:
        work.create(entity("order"), {"number": "A-1"})
    with pytest.raises(Conflict) as caught, unit(SYSTEM) as work:
        work.create(entity("order"), {"number": "A-1"})
    assert [item.field for item in caught.value.errors] == ["number"]


def test_a_bound_of_the_database_is_a_refused_value():
    """A check constraint answers as a refused field."""
    with pytest.raises(InvalidValues) as caught, unit(SYSTEM) as work:
        work.create(entity("product"), {"name": "Tea", "price": 1, "stock": -1})
    assert [(item.field, item.code) for item in caught.value.errors] == [("stock", "check")]


def test_every_refused_value_is_told_at_once():
    """Unknown, read-only, missing, wrong and dangling values are one answer."""
    nobody = str(uuid4())
    with pytest.raises(InvalidValues) as caught, unit(actor()) as work:
        work.create(entity("todo"), {"titel": "x", "permission": 1, "done": "perhaps", "created_at": "2024-01-01"})
    assert {(item.field, item.code) for item in caught.value.errors} == {
        ("titel", "unknown"),
        ("permission", "readonly"),
        ("done", "type"),
        ("created_at", "readonly"),
        ("title", "required"),
    }
    with pytest.raises(InvalidValues) as caught, unit(SYSTEM) as work:
        work.create(entity("todo"), {"title": "x", "project": nobody})
    assert [(item.field, item.code) for item in caught.value.errors] == [("project_id", "reference")]


def test_outcomes_read_text_for_other_types_and_clients_do_not():
    """``confirmed: '0'`` is false in an action and a wrong kind in a request."""
    with Unit(SYSTEM, reads_text=True) as work:
        row = work.create(entity("user_account"), {**ACCOUNT, "confirmed": "0"})
    assert row["confirmed"] is False
    with pytest.raises(InvalidValues), unit(SYSTEM) as work:
        work.create(entity("user_account"), {**ACCOUNT, "email": "b@example.org", "confirmed": "0"})


def test_an_update_changes_what_it_names_and_counts_versions():
    """Other columns stay; the version is counted and the row comes back as stored."""
    owner = actor()
    with unit(owner) as work:
        row = work.create(entity("todo"), {"title": "old", "done": True})
    with unit(owner) as work:
        changed = work.update(entity("todo"), row["reference_id"], {"title": "new", "version": 1})
    assert (changed["title"], changed["done"], changed["version"]) == ("new", True, 2)
    assert changed == entity("todo").to_row(Todo.objects.values().get())


def test_an_update_of_an_older_version_is_refused():
    """Who read version 1 does not overwrite version 2."""
    owner = actor()
    with unit(owner) as work:
        row = work.create(entity("todo"), {"title": "old"})
    with unit(owner) as work:
        work.update(entity("todo"), row["reference_id"], {"title": "new"})
    with pytest.raises(VersionConflict), unit(owner) as work:
        work.update(entity("todo"), row["reference_id"], {"title": "late", "version": 1})
    assert Todo.objects.get().title == "new"


@pytest.mark.parametrize("write", ["update", "delete"])
def test_a_row_of_somebody_else_is_not_there(write):
    """Who may not read a row cannot tell it from one that does not exist."""
    with unit(actor()) as work:
        row = work.create(entity("todo"), {"title": "mine"})
    stranger = actor("stranger@example.org")
    for public_id in (row["reference_id"], str(uuid4()), "1", None):
        with pytest.raises(NotFound), unit(stranger) as work:
            work.update(entity("todo"), public_id, {"title": "x"}) if write == "update" else work.delete(
                entity("todo"), public_id
            )
    assert Todo.objects.get().title == "mine"


def test_a_readable_row_that_may_not_be_changed_is_forbidden():
    """The caller may know of the row, so the answer says why."""
    with unit(SYSTEM) as work:
        row = work.create(entity("product"), {"name": "Tea", "price": 1})
    with pytest.raises(Forbidden), unit(actor()) as work:
        work.update(entity("product"), row["reference_id"], {"name": "Coffee"})


def test_a_reference_needs_the_right_to_refer():
    """A todo cannot be put into somebody else's project."""
    with unit(actor()) as work:
        project = work.create(entity("project"), {"name": "Secret"})
    with pytest.raises(InvalidValues), unit(actor("stranger@example.org")) as work:
        work.create(entity("todo"), {"title": "x", "project": project["reference_id"]})
    with pytest.raises(InvalidValues), unit(GUEST) as work:
        work.create(entity("todo"), {"title": "x", "project": project["reference_id"]})


def test_deleting_takes_what_belongs_and_stops_at_what_must_stay():
    """Cascades are followed; a protected reference is a conflict."""
    with unit(SYSTEM) as work:
        project = work.create(entity("project"), {"name": "P"})
        work.create(entity("todo"), {"title": "x", "project": project["reference_id"]})
        order = work.create(entity("order"), {"number": "1"})
        work.create(entity("ledger_entry"), {"order": order["reference_id"], "amount": 1, "kind": "x"})
    with unit(SYSTEM) as work:
        work.delete(entity("project"), project["reference_id"])
    assert not Project.objects.exists()
    assert not Todo.objects.exists()
    with pytest.raises(Conflict), unit(SYSTEM) as work:
        work.delete(entity("order"), order["reference_id"])
    assert Order.objects.exists()
    assert LedgerEntry.objects.exists()


def test_receivers_of_signals_are_called():
    """A model that somebody listens to is saved by Django, in the same transaction."""
    heard = []

    def listen(instance, **_):
        heard.append(instance.title)

    post_save.connect(listen, sender=Todo)
    try:
        with unit(SYSTEM) as work:
            work.create(entity("todo"), {"title": "heard"})
    finally:
        post_save.disconnect(listen, sender=Todo)
    assert heard == ["heard"]
    assert Todo.objects.get().title == "heard"


def test_receivers_of_signals_hear_of_changes():
    """A model that somebody listens to is changed by Django's ``save``, which tells what was changed."""
    heard = []
    todo = Todo.objects.create(title="before")

    def listen(instance, update_fields, **_):
        heard.append((instance.title, "title" in update_fields))

    post_save.connect(listen, sender=Todo)
    try:
        with unit(SYSTEM) as work:
            work.update(entity("todo"), todo.pk, {"title": "after"})
    finally:
        post_save.disconnect(listen, sender=Todo)
    assert heard == [("after", True)]
    assert Todo.objects.get().title == "after"


def test_a_changed_row_is_the_row_as_stored():
    """Decimals, times and references come back as they are read again; the time and the version follow the change."""
    product = Product.objects.create(name="Tea", price=Decimal("9.50"), stock=3)
    other = Product.objects.create(name="Coffee", price=1, stock=1)
    with unit(SYSTEM) as work:
        row = work.update(entity("product"), product.pk, {"price": "12.25", "stock": 2})
    stored = Product.objects.get(pk=product.pk)
    assert row == entity("product").to_row(vars(stored))
    assert (stored.price, stored.stock, stored.name) == (Decimal("12.25"), 2, "Tea")
    assert stored.version == product.version + 1
    assert stored.created_at == product.created_at
    assert stored.updated_at > product.updated_at
    assert vars(Product.objects.get(pk=other.pk))["stock"] == 1


def test_what_is_kept_of_updates_is_bounded(monkeypatch):
    """Whoever changes ever other columns in ever other orders does not fill the memory."""
    monkeypatch.setattr(statements, "MAX_UPDATES", 3)
    monkeypatch.setattr(statements, "_updates", {})
    product = Product.objects.create(name="Tea", price=1, stock=3)
    changes = {"name": "Coffee", "price": "2.00", "stock": 4}
    for names in itertools.permutations(changes):
        with unit(SYSTEM) as work:
            work.update(entity("product"), product.pk, {name: changes[name] for name in names})
        assert 1 <= len(statements._updates) <= 3
    assert Product.objects.get(pk=product.pk).version == product.version + 6


def test_a_row_can_be_changed_again_and_again():
    """Each change sees the one before, and so does what is read after a flush."""
    tea = Product.objects.create(name="Tea", price=1, stock=3)
    with unit(SYSTEM) as work:
        for stock in (2, 1):
            row = work.update(entity("product"), tea.pk, {"stock": stock})
        work.flush()
        assert Product.objects.get().stock == 1
    assert (row["stock"], row["version"], Product.objects.get().version) == (1, 3, 3)


@pytest.mark.parametrize("permission", [PUBLIC_ROW, 0], ids=["granted", "taken back"])
def test_a_row_grants_what_it_grants_after_a_change(permission):
    """Whether a caller may refer to a row is asked of the row as it was just changed, sent or not."""
    tea = Product.objects.create(name="Tea", price=1, permission=bits(user="all") if permission else PUBLIC_ROW)
    caller = Caller(actor(), lambda: {str(tea.pk)})
    refused = contextlib.nullcontext() if permission else pytest.raises(InvalidValues, match="Refused: 'product_id'")
    with refused, unit(SYSTEM) as work:
        work.caller = caller
        work.update(entity("product"), tea.pk, {"permission": permission})
        work.create(entity("order"), {"number": "A-1", "product_id": str(tea.pk)})
    assert Order.objects.exists() == bool(permission)
