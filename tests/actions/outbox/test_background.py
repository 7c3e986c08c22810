"""The thread that sends: woken by a commit, by the clock, and once more before the process ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from actions.outbox import background
from actions.outbox.background import Background
from tests.actions.outbox.conftest import Post, make_due, stored
from tests.mails import Sink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def thread() -> Iterator[Background]:
    """A thread that is over when the test is."""
    made = Background()
    yield made
    made.stop()


def wait_until_sent(put_id: object) -> None:
    """Wait until a row says that it was sent."""
    until = time.monotonic() + 30
    while stored(put_id).state != "sent" and time.monotonic() < until:  # type: ignore[arg-type]
        time.sleep(0.02)
    assert stored(put_id).state == "sent"  # type: ignore[arg-type]


def test_a_commit_wakes_it(put: Post, sink: Sink, thread: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer does not wait; the thread is the same one for every mail."""
    monkeypatch.setattr(background, "wake", lambda kind: thread.wake())
    for number in (1, 2):
        wait_until_sent(put().id)
        assert len(sink.received) == number
    assert sum(running.name == "outbox" for running in threading.enumerate()) == 1


def test_the_clock_finds_what_others_left(put: Post, sink: Sink) -> None:
    """Nobody wakes it for a mail of another process."""
    sweeping = Background(0.05)
    sweeping.wake()
    try:
        old = put()
        make_due(old.id)
        wait_until_sent(old.id)
    finally:
        sweeping.stop()


def test_a_failing_look_is_not_the_last(
    put: Post, sink: Sink, thread: Background, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The database may be away for a while."""
    real, failed = background.send_due, threading.Event()

    def away(*_: object, **__: object) -> None:
        failed.set()
        raise RuntimeError("away")

    monkeypatch.setattr(background, "send_due", away)
    row = put()
    thread.wake()
    assert failed.wait(30)
    monkeypatch.setattr(background, "send_due", real)
    thread.wake()
    wait_until_sent(row.id)
    assert "The outbox could not be looked at." in caplog.text


def test_the_end_sends_what_is_due_and_starts_nothing_anew(put: Post, sink: Sink, thread: Background) -> None:
    """A process that ends right after a commit still sends."""
    row = put()
    thread.wake()
    thread.stop()
    assert stored(row.id).state == "sent"
    late = put()
    thread.wake()
    thread.stop(0.1)
    assert stored(late.id).state == "pending"
