"""When writes travel, what travels together, and what a failure or a savepoint undoes."""

import pytest
from django.db import connection

from entities.actors import SYSTEM
from entities.errors import Conflict, InvalidValues
from entities.examples.models import Order, Product, Todo
from entities.models import Membership, UserAccount, UserGroup
from entities.savepoints import MAX_SAVEPOINTS, NoSavepoint, TooManySavepoints
from entities.store import unit
from tests.entities.store.harness import ACCOUNT, entity

pytestmark = pytest.mark.django_db(transaction=True)


def test_rows_that_refer_to_one_another_are_written_together():
    """A row may refer to one whose INSERT has not travelled: all are there after the block, none before."""
    with unit(SYSTEM) as work:
        user = work.create(entity("user_account"), ACCOUNT)
        group = work.create(entity("usergroup"), {"name": "Home"})
        work.create(
            entity("user_account_user_account_id_has_usergroup_usergroup_id"),
            {"user_account_id": user["reference_id"], "usergroup_id": group["reference_id"]},
        )
        assert not UserAccount.objects.exists()
    assert Membership.objects.get().user.email == "ada@example.org"


@pytest.mark.parametrize("count", [1, 2, 16, 17, 40])
def test_a_unit_of_any_size_is_written(count):
    """Batches are cut without losing or repeating a row."""
    with unit(SYSTEM) as work:
        for number in range(count):
            work.create(entity("todo"), {"title": f"todo {number}"})
    assert sorted(Todo.objects.values_list("title", flat=True)) == sorted(f"todo {n}" for n in range(count))


def test_a_failing_block_leaves_nothing():
    """Also what was sent already is undone."""
    with pytest.raises(RuntimeError, match="stop"), unit(SYSTEM) as work:
        work.create(entity("todo"), {"title": "sent"})
        work.flush()
        work.create(entity("todo"), {"title": "pending"})
        raise RuntimeError("stop")
    assert not Todo.objects.exists()


@pytest.mark.parametrize("flushed", [False, True], ids=["at the commit", "at a flush"])
def test_a_conflict_names_its_write_and_undoes_the_others(flushed):
    """Of several writes that travel together the failing one is named by its tag."""
    UserAccount.objects.create_user("ada@example.org", "x", name="First")
    with pytest.raises(Conflict) as caught, unit(SYSTEM) as work:
        work.create(entity("usergroup"), {"name": "before"}, tag="group")
        work.create(entity("user_account"), {**ACCOUNT, "email": "ADA@example.org"}, tag="user")
        work.create(entity("usergroup"), {"name": "after"}, tag="other group")
        if flushed:
            work.flush()
    assert caught.value.tag == "user"
    assert [(item.field, item.code) for item in caught.value.errors] == [("email", "unique")]
    assert not UserGroup.objects.exists()


def test_a_savepoint_undoes_its_block_alone():
    """What stood before it stays, also what was still pending."""
    with unit(SYSTEM) as work:
        work.create(entity("todo"), {"title": "before"})
        with pytest.raises(Conflict), work.savepoint():
            work.create(entity("order"), {"number": "1"})
            work.create(entity("order"), {"number": "1"})
        work.create(entity("todo"), {"title": "after"})
    assert sorted(Todo.objects.values_list("title", flat=True)) == ["after", "before"]
    assert not Order.objects.exists()


def test_an_open_savepoint_is_closed_once():
    """Kept or undone, with what was to be done after the commit; one that stays open is kept."""
    done = []
    with unit(SYSTEM) as work:
        work.create(entity("todo"), {"title": "a"})
        work.after_commit(lambda: done.append("a"))
        work.mark()
        work.create(entity("todo"), {"title": "b"})
        work.after_commit(lambda: done.append("b"))
        work.roll_back()
        work.mark()
        work.create(entity("todo"), {"title": "c"})
        work.release()
        for close in (work.release, work.roll_back):
            with pytest.raises(NoSavepoint):
                close()
        work.mark()
        work.create(entity("todo"), {"title": "d"})
        work.after_commit(lambda: done.append("d"))
    assert sorted(Todo.objects.values_list("title", flat=True)) == ["a", "c", "d"]
    assert done == ["a", "d"]


def test_a_row_that_was_undone_is_not_known_any_more():
    """Whoever refers to it is refused, as to any row that is not there."""
    with unit(SYSTEM) as work:
        work.mark()
        project = work.create(entity("project"), {"name": "gone"})
        work.roll_back()
        with pytest.raises(InvalidValues):
            work.create(entity("todo"), {"title": "a", "project_id": project["reference_id"]})


@pytest.mark.parametrize("kind", ["nested", "savepoint"])
def test_a_block_does_not_reach_the_savepoints_around_it(kind):
    """Nor do its own outlive it, whether it ends or fails."""
    with unit(SYSTEM) as work:
        work.mark()
        work.create(entity("todo"), {"title": "a"})
        with getattr(work, kind)():
            with pytest.raises(NoSavepoint):
                work.roll_back()
            work.mark()
            work.create(entity("todo"), {"title": "b"})
        with pytest.raises(LookupError), getattr(work, kind)():
            work.mark()
            work.create(entity("todo"), {"title": "c"})
            raise LookupError
        work.create(entity("todo"), {"title": "d"})
        work.release()
        with pytest.raises(NoSavepoint):
            work.release()
    assert sorted(Todo.objects.values_list("title", flat=True)) == ["a", "b", "d"]


def test_a_failure_undoes_what_savepoints_kept():
    """All or nothing; and the connection is as free as before."""
    with pytest.raises(LookupError), unit(SYSTEM) as work:
        work.mark()
        work.create(entity("todo"), {"title": "a"})
        work.release()
        work.mark()
        work.create(entity("todo"), {"title": "b"})
        raise LookupError
    assert not Todo.objects.exists()
    assert not connection.in_atomic_block


def test_savepoints_are_counted():
    """So many at once, and no more."""
    with unit(SYSTEM) as work:
        for _ in range(MAX_SAVEPOINTS):
            work.mark()
        with pytest.raises(TooManySavepoints):
            work.mark()
        work.create(entity("todo"), {"title": "a"})
    assert Todo.objects.exists()


@pytest.mark.postgresql
def test_one_batch_is_one_statement():
    """On PostgreSQL three INSERTs travel as one statement, without BEGIN and COMMIT."""
    statements = []

    def record(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record), unit(SYSTEM) as work:
        for title in "abc":
            work.create(entity("todo"), {"title": title})
    assert len(statements) == 1
    assert statements[0].count("INSERT INTO") == 3


@pytest.mark.postgresql
def test_changes_travel_with_what_is_created():
    """On PostgreSQL a changed row and two new ones are one statement in the transaction that locks the first."""
    order = Order.objects.create(number="A-1")
    statements = []

    def record(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record), unit(SYSTEM) as work:
        work.update(entity("order"), order.pk, {"status": "paid"})
        for title in "ab":
            work.create(entity("todo"), {"title": title})
    writing = [sql for sql in statements if "INSERT" in sql or "UPDATE " in sql.replace("FOR NO KEY UPDATE", "")]
    assert len(writing) == 1
    assert (writing[0].count("INSERT INTO"), writing[0].count('UPDATE "order"')) == (2, 1)
    assert (Order.objects.get().status, Todo.objects.count()) == ("paid", 2)


@pytest.mark.postgresql
@pytest.mark.parametrize("binding", [False, True], ids=["by the client", "by the server"])
def test_a_batch_that_fails_in_a_transaction_undoes_no_more_than_itself(binding, monkeypatch):
    """What was sent before it stays, wherever the driver puts the parameters into the statement."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "server_side_binding", binding)
    with unit(SYSTEM) as work:
        work.create(entity("order"), {"number": "A-1"})
        work.begin()
        work.create(entity("todo"), {"title": "with it"})
        work.create(entity("order"), {"number": "A-1"}, tag="second")
        with pytest.raises(Conflict) as caught:
            work.flush()
    connection.close()
    assert caught.value.tag == "second"
    assert (Order.objects.get().number, Todo.objects.exists()) == ("A-1", False)


def test_a_change_that_the_database_refuses_names_its_write():
    """It is found when the unit is flushed, by its tag, and everything with it is undone."""
    tea = Product.objects.create(name="Tea", price=1, stock=3)
    with pytest.raises(InvalidValues) as caught, unit(SYSTEM) as work:
        work.create(entity("todo"), {"title": "before"}, tag="before")
        work.update(entity("product"), tea.pk, {"stock": -1}, tag="stock")
        work.create(entity("todo"), {"title": "after"}, tag="after")
    assert (caught.value.tag, [item.field for item in caught.value.errors]) == ("stock", ["stock"])
    assert (Product.objects.get().stock, Todo.objects.exists()) == (3, False)


def test_a_value_that_one_row_gives_up_another_may_take():
    """Also in one unit, where both travel together."""
    first = Order.objects.create(number="A-1")
    with unit(SYSTEM) as work:
        work.update(entity("order"), first.pk, {"number": "A-2"})
        work.create(entity("order"), {"number": "A-1"})
    assert sorted(Order.objects.values_list("number", flat=True)) == ["A-1", "A-2"]
