"""What nobody finished: found when its lease ends, tried again with pauses, and given up in the end."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from actions.models import Delivery
from actions.outbox.background import Background
from actions.webhooks import background, process_again, process_due, rows
from actions.webhooks.background import _duty as duty
from actions.webhooks.rows import LEASE
from entities.examples.models import Todo
from tests.actions.webhooks.conftest import ADD, Define, Sender, only, sign
from tests.clocks import AT_ONCE, ends_within

FAIL = "{Fail: {Status: 500, Code: broken}}"


def make_due() -> None:
    """Let the time of every row have come that is owed."""
    Delivery.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())


class Killed(BaseException):
    """A process that ends, as far as one can tell from within."""


def test_an_interrupted_event_is_processed_when_its_lease_ends(
    define: Define, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stored, then the process died: nothing is locked, and a minute later the server does it."""
    define()

    def die(_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr("actions.webhooks.processing.invoke_event", lambda *_: die(_))
        send(sign())
    found = only()
    assert (found.state, found.attempts) == ("received", 1)
    assert timedelta(0) < found.next_attempt_at - timezone.now() <= LEASE
    assert process_due() == 0
    make_due()
    assert process_due() == 1
    assert (only().state, only().attempts, Todo.objects.count()) == ("succeeded", 2, 1)


def test_the_next_delivery_need_not_wait(define: Define, send: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """Received but never finished is not "already seen"."""
    define()

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying, pytest.raises(Killed):
        dying.setattr("actions.webhooks.processing.invoke_event", die)
        send(sign())
    assert send(sign()).json()["status"] == "processed"
    assert Todo.objects.count() == 1


def test_a_failure_is_tried_again_with_pauses_and_an_end(define: Define, send: Sender, settings: Any) -> None:
    """Each attempt later than the last; after the last nothing is owed, but the provider may still deliver."""
    settings.ACTIONS = {**settings.ACTIONS, "WEBHOOKS": {"ATTEMPTS": 3}}
    define(FAIL)
    assert send(sign()).status_code == 500
    for attempt in (2, 3):
        assert only().next_attempt_at > timezone.now()
        assert process_due() == 0
        make_due()
        assert process_due() == 1
        assert only().attempts == attempt
    assert (only().state, only().reason, only().next_attempt_at) == ("failed", "broken", None)
    define(ADD)
    assert process_due() == 0
    assert send(sign()).json()["status"] == "processed"


def test_an_event_that_kills_is_given_up(define: Define, send: Sender, settings: Any, caplog: Any) -> None:
    """Attempts are counted before they begin, so that one that never ends is one too."""
    settings.ACTIONS = {**settings.ACTIONS, "WEBHOOKS": {"ATTEMPTS": 3}}
    define(webhook="Ack: stored")
    send(sign())
    for _ in range(3):
        make_due()
        assert rows.claim_due() is not None  # and died
    make_due()
    assert process_due() == 1
    assert (only().state, only().reason, only().next_attempt_at) == ("failed", "abandoned", None)
    assert not Todo.objects.exists()
    assert process_again(only().pk).result == "processed"


def test_while_it_is_processed_a_duplicate_does_not_wait(define: Define, send: Sender) -> None:
    """It is answered 2xx at once where rows are locked, and after the first where the database has one writer."""
    define()
    inside, go = threading.Event(), threading.Event()
    answers: list[Any] = []

    def first() -> None:
        from actions import running as module

        real = module.run_plan

        def slow(plan: Any, run: Any) -> Any:
            inside.set()
            go.wait(30)
            return real(plan, run)

        module.run_plan = slow
        try:
            answers.append(send(sign()).json()["status"])
        finally:
            module.run_plan = real
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inside.wait(30)
    releasing = threading.Timer(0.0 if connection.vendor == "sqlite" else 20.0, go.set)
    releasing.start()
    with ends_within(AT_ONCE):
        again = Sender()(sign()).json()
    releasing.cancel()
    go.set()
    thread.join()
    assert (answers, again["status"]) == (["processed"], "duplicate")
    assert Todo.objects.count() == 1


@pytest.mark.postgresql
def test_a_locked_row_is_left_to_who_has_it(define: Define, send: Sender) -> None:
    """The sweeper and the operator pass it over."""
    define(webhook="Ack: stored")
    send(sign())
    make_due()
    found: list[Any] = []

    def look() -> None:
        found.extend([rows.claim_due(), rows.claim(only().pk)])
        connection.close()

    with transaction.atomic():
        Delivery.objects.select_for_update().get()
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert found == [None, False]


def test_the_thread_does_it(define: Define, send: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    """Woken by the request, under a name of its own."""
    thread = Background(duty=duty)
    monkeypatch.setattr(background, "wake", thread.wake)
    define(webhook="Ack: stored")
    send(sign())
    until = time.monotonic() + 30
    while only().state != "succeeded" and time.monotonic() < until:
        time.sleep(0.02)
    assert only().state == "succeeded"
    assert "deliveries" in {running.name for running in threading.enumerate()}
    thread.stop()
