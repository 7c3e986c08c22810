"""An effect is written with the rows of its action, in the same round trip, and heard of once they are committed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from actions.models import OutgoingEffect
from actions.outbox import MAIL, background, compose_mail, enqueue
from entities import registry
from entities.actors import SYSTEM
from entities.store import unit
from tests.actions.outbox.conftest import WELCOME

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many effects there were, each time that the thread was woken."""
    counts: list[int] = []
    monkeypatch.setattr(background, "wake", lambda *_: counts.append(OutgoingEffect.objects.count()))
    return counts


@pytest.mark.postgresql
def test_a_mail_travels_with_the_rows_of_its_action() -> None:
    """One statement, without BEGIN and COMMIT, as without the mail."""
    statements: list[str] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record), unit(SYSTEM) as work:
        work.create(registry.get("todo"), {"title": "a"})
        enqueue(work, MAIL, compose_mail(WELCOME))
    assert [sql.count("INSERT INTO") for sql in statements] == [2]


def test_the_thread_is_woken_when_everything_is_committed(woken: list[int]) -> None:
    """Not before, and not by a unit that is undone."""
    with pytest.raises(RuntimeError), unit(SYSTEM) as work:
        enqueue(work, MAIL, compose_mail(WELCOME))
        raise RuntimeError
    with unit(SYSTEM) as work:
        enqueue(work, MAIL, compose_mail(WELCOME))
        work.flush()
        assert woken == []
    assert woken == [1]


def test_an_outer_transaction_is_waited_for(woken: list[int]) -> None:
    """A unit inside another transaction is committed when that is."""
    with transaction.atomic(), unit(SYSTEM) as work:
        enqueue(work, MAIL, compose_mail(WELCOME))
    with transaction.atomic():
        with unit(SYSTEM) as work:
            enqueue(work, MAIL, compose_mail(WELCOME))
        assert woken == [1]
    assert woken == [1, 2]


def test_what_is_called_after_the_commit_cannot_undo_it(caplog: pytest.LogCaptureFixture) -> None:
    """The rows are there and the caller goes on; the log says what went wrong."""

    def fail() -> None:
        raise RuntimeError("no thread")

    with unit(SYSTEM) as work:
        work.after_commit(fail)
        enqueue(work, MAIL, compose_mail(WELCOME))
    assert OutgoingEffect.objects.count() == 1
    assert "no thread" in caplog.text
