"""SQLite's commits do not wait for the disk; what a sender is told does."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing

import pytest
from django.db import connection

from actions.webhooks import durability
from tests.actions.webhooks.conftest import Define, Sender, only, sign

pytestmark = pytest.mark.sqlite


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """When the log went to the disk: what another process found in the database then."""
    seen, sync, name = [], durability._sync, connection.settings_dict["NAME"]

    def recorded(file: int) -> None:
        sync(file)
        assert os.path.samestat(os.fstat(file), os.stat(f"{name}-wal"))
        with closing(sqlite3.connect(name)) as other:
            ((state,),) = other.execute("SELECT state FROM delivery").fetchall()
        seen.append(state)

    monkeypatch.setattr(durability, "_sync", recorded)
    return seen


@pytest.mark.parametrize(
    ("webhook", "state"),
    [
        pytest.param("", "succeeded", id="done"),
        pytest.param("Ack: stored", "received", id="stored"),
        pytest.param("Filter: other", "ignored", id="not wanted"),
    ],
)
def test_what_is_answered_is_on_disk(define: Define, send: Sender, synced: list[str], webhook: str, state: str) -> None:
    """The log goes there once for each request, after the last commit; for one that comes again too."""
    define(webhook=webhook)
    for times in (1, 2):
        assert send(sign()).status_code in (200, 202)
        assert synced == [state] * times


def test_a_disk_that_fails_is_no_success(define: Define, send: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """503, so the event is sent again; it has had its effect, and has it once."""

    def full(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    define()
    with monkeypatch.context() as patched:
        patched.setattr(durability, "_sync", full)
        refused = send(sign())
    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert b"Input" not in refused.content
    assert send(sign()).status_code == 200
    assert (only().state, only().times_received) == ("succeeded", 2)
