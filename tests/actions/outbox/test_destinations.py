"""What waits for the commit goes to many servers, of which one may hang: it gets some of the threads, never all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from actions.models import OutgoingEffect
from actions.outbound import Limits, Request
from actions.outbox import HTTP, Outgoing, enqueue, send_due
from actions.outbox.background import Hands
from actions.outbox.destinations import MOST, Destinations
from entities.actors import SYSTEM
from entities.store import unit
from tests.actions.outbox.conftest import Post
from tests.upstreams import Upstream, allow, answer, waits_for

pytestmark = pytest.mark.django_db(transaction=True)

Puts = Callable[..., None]


@pytest.fixture
def calls(settings: Any, upstream: Upstream) -> Iterator[Puts]:
    """Put calls into the outbox, committed; nobody is woken."""
    allow(settings, "*")

    def put(*urls: str) -> None:
        for url in urls:
            outgoing = Outgoing(Request("POST", url, body=b"{}"), Limits(timeout=5))
            with unit(SYSTEM) as work:
                enqueue(work, HTTP, {**outgoing.as_data(), "key": str(uuid4())}, about=f"POST {url}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("actions.outbox.background.wake", lambda kind: None)
        yield put


@pytest.fixture
def hanging() -> Iterator[Upstream]:
    """A server that answers when the test is over."""
    over = threading.Event()
    with Upstream(waits_for(over)) as server:
        yield server
        over.set()


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that happens in another thread."""
    until = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_server_that_hangs_keeps_no_other_waiting(calls: Puts, upstream: Upstream, hanging: Upstream) -> None:
    """However many calls to it have been due for longer."""
    calls(*[f"{hanging.url}/{number}" for number in range(8)], *[f"{upstream.url}/{number}" for number in range(3)])
    hands = Hands(HTTP, MOST + 1)
    hands.wake()
    try:
        wait_until(lambda: len(upstream.requests) == 3)
        assert len(hanging.requests) == MOST
    finally:
        hanging.answers(answer())
        hanging.close_connections()
        hands.stop()


def test_one_that_was_slow_gets_one_at_a_time(
    calls: Puts, upstream: Upstream, hanging: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is not: several servers that hang leave room for those that do not."""
    known = Destinations()
    calls(*[f"{upstream.url}/a"] * 8)
    taken = [known.claim([HTTP]) for _ in range(MOST)]
    assert None not in taken
    assert known.claim([HTTP]) is None
    for seconds, room in ((-1.0, 1), (60.0, MOST)):
        monkeypatch.setattr("actions.outbox.destinations.SLOW_SECONDS", seconds)
        for claimed in filter(None, taken):
            with known.on_its_way(claimed):
                pass
        taken = [known.claim([HTTP]) for _ in range(room)]
        assert None not in taken
        assert known.claim([HTTP]) is None


def test_ports_and_mails_are_told_apart(calls: Puts, put: Post, upstream: Upstream, hanging: Upstream) -> None:
    """A server is scheme, host and port; what is no call goes nowhere that could be full."""
    known = Destinations()
    calls(*[f"{hanging.url}/a?b={upstream.url}/"] * (MOST + 1), f"{upstream.url}/a")
    for _ in range(MOST + 1):
        put()
    found = [claimed.about for claimed in iter(lambda: known.claim(None), None)]
    assert (len(found), found[MOST]) == (2 * MOST + 2, f"POST {upstream.url}/a")


def test_what_is_left_is_sent_by_who_looks_again(calls: Puts, upstream: Upstream) -> None:
    """One thread sends all of it, server by server."""
    calls(*[f"{upstream.url}/{number}" for number in range(2 * MOST)])
    send_due()
    assert OutgoingEffect.objects.filter(state="sent").count() == len(upstream.requests) == 2 * MOST
