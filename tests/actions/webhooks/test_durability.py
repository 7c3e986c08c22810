"""What is on disk when: one wait for each request, and none too few."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.webhooks import rows
from actions.webhooks.durability import make_durable
from actions.webhooks.processing import process
from tests.actions.webhooks.conftest import Define, Sender, only, sign

pytestmark = pytest.mark.postgresql
LATER, FLUSH = "set_config('synchronous_commit', 'off', true)", "pg_logical_emit_message"


def statements(send: Sender, **options: Any) -> list[str]:
    """Send an event and return the statements of the request."""
    with CaptureQueriesContext(connection) as captured:
        assert send(sign(**options)).status_code in (200, 202)
    return [item["sql"] for item in captured.captured_queries]


def setting() -> str:
    """Return how the next commit of this connection waits."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


def test_an_event_that_is_processed_now_is_waited_for_once(define: Define, send: Sender) -> None:
    """Its row does not wait for the disk; the commit of its effects does, and so does every other one."""
    define()
    before = setting()
    sent = statements(send)
    (insert,) = (sql for sql in sent if sql.startswith('INSERT INTO "delivery"'))
    assert LATER in insert
    assert not any("synchronous_commit" in sql for sql in sent if sql != insert)
    assert sent[-1] == "COMMIT"
    assert (setting(), only().state) == (before, "succeeded")
    assert before != "off"


@pytest.mark.parametrize(
    "webhook", [pytest.param("Ack: stored", id="answered when stored"), pytest.param("Filter: other", id="not wanted")]
)
def test_an_event_that_is_only_stored_is_waited_for(define: Define, send: Sender, webhook: str) -> None:
    """There is no later commit that would make it durable before the answer."""
    define(webhook=webhook)
    assert not any("synchronous_commit" in sql for sql in statements(send))


def test_the_failure_of_an_event_is_waited_for(define: Define, send: Sender) -> None:
    """It is noted by a commit that waits, and makes the row durable with it."""
    define("{Fail: {Status: 409}}")
    with CaptureQueriesContext(connection) as captured:
        assert send(sign()).status_code == 500
    assert [LATER in item["sql"] for item in captured.captured_queries].count(True) == 1
    assert only().state == "failed"


def test_who_has_written_nothing_waits_for_what_others_wrote(
    define: Define, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else has the delivery: before that is said with 2xx, everything so far is on disk."""
    define("{Fail: {Status: 409}}")
    send(sign())
    monkeypatch.setattr(rows, "take", lambda key: False)
    with CaptureQueriesContext(connection) as captured:
        assert process(only().pk).result == "duplicate"
    assert FLUSH in captured.captured_queries[-1]["sql"]


def test_the_log_is_on_disk_afterwards() -> None:
    """Up to where it was before the call, at least."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
        cursor.execute("CREATE TEMPORARY TABLE written AS SELECT 1")
        cursor.execute("SET synchronous_commit TO on")
        cursor.execute("SELECT pg_current_wal_insert_lsn()")
        (written,) = cursor.fetchone()
        make_durable()
        cursor.execute("SELECT pg_current_wal_flush_lsn() >= %s::pg_lsn", [written])
        assert cursor.fetchone() == (True,)
