"""``Once`` and ``Newer``: of one thing an older event is not applied over a newer one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from actions.models import Delivery, NewestEvent
from actions.webhooks.errors import OrderUnknown
from actions.webhooks.ordering import rank, value
from actions.webhooks.processing import process_due
from entities.examples.models import Todo
from tests.actions.webhooks.conftest import Define, Sender, event, sign

NEWER = "Once: ~event.order, Newer: ~event.created"


def titles() -> list[str]:
    """Return what was applied, in order."""
    return list(Todo.objects.order_by("created_at", "reference_id").values_list("title", flat=True))


@pytest.mark.parametrize(
    ("times", "applied"),
    [
        pytest.param([1, 2, 3], [1, 2, 3], id="in-order"),
        pytest.param([3, 1, 2], [3], id="late"),
        pytest.param([9, 10], [9, 10], id="numbers-not-texts"),
        pytest.param(["9", "10"], ["9", "10"], id="texts-of-digits"),
        pytest.param([1.5, 1.25, 1.75], [1.5, 1.75], id="fractions"),
        pytest.param([7, 7], [7, 7], id="as-new"),
        pytest.param(
            ["2026-01-01T12:00:00+02:00", "2026-01-01T11:00:00Z", "2026-01-01T10:30:00Z"],
            ["2026-01-01T12:00:00+02:00", "2026-01-01T11:00:00Z"],
            id="times",
        ),
        pytest.param(["2026-01-01T12:00:00Z", "2026-01-01t11:00:00z"], ["2026-01-01T12:00:00Z"], id="times-in-small"),
        pytest.param(["b", "a", "c"], ["b", "c"], id="texts"),
    ],
)
def test_an_older_event_is_not_applied(define: Define, send: Sender, times: list[Any], applied: list[Any]) -> None:
    """It is answered 2xx and kept as ignored; one that is as new is another event, and is applied."""
    define(webhook=NEWER)
    for number, created in enumerate(times):
        answer = send(sign(event(number, order="A", created=created, title=str(created))))
        assert answer.status_code == 200
    assert titles() == [str(created) for created in applied]
    ignored = Delivery.objects.filter(state="ignored")
    assert set(ignored.values_list("reason", flat=True)) <= {"older"}
    assert ignored.count() == len(times) - len(applied)


def test_things_have_their_own_order(define: Define, send: Sender) -> None:
    """What happened to one order says nothing of another; the numbers 7 and 7.0 and the text "7" are the same order."""
    define(webhook=NEWER)
    for number, (order, created) in enumerate([("A", 5), ("B", 1), (7, 5), ("7", 1), (7.0, 2)]):
        send(sign(event(number, order=order, created=created, title=f"{order}{created}")))
    assert titles() == ["A5", "B1", "75"]


def test_once_alone_applies_the_first(define: Define, send: Sender) -> None:
    """Without Newer the first event of a thing is the only one."""
    define(webhook="Once: ~event.order")
    results = [send(sign(event(number, order="A"))).json()["status"] for number in range(3)]
    assert results == ["processed", "ignored", "ignored"]
    assert {row.reason for row in Delivery.objects.filter(state="ignored")} == {"not_the_first"}


def test_a_failed_event_leaves_the_order_as_it_was(define: Define, send: Sender) -> None:
    """Its time is undone with its effect, so an older event is still the newest applied."""
    fail = "{Condition: ~event.bad, Fail: {Status: 500}}"
    define(fail, "{Type: todo, Method: POST, Attributes: {title: ~event.title}}", webhook=NEWER)
    assert send(sign(event(1, order="A", created=9, bad=True))).status_code == 500
    assert send(sign(event(2, order="A", created=5))).json()["status"] == "processed"


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"created": 1}, id="no-key"),
        pytest.param({"order": " ", "created": 1}, id="blank-key"),
        pytest.param({"order": ["A"], "created": 1}, id="list-key"),
        pytest.param({"order": "A"}, id="no-time"),
        pytest.param({"order": "A", "created": True}, id="boolean"),
        pytest.param({"order": "A", "created": "x" * 300}, id="long"),
        pytest.param({"order": "A", "created": {"a": 1}}, id="object"),
    ],
)
def test_what_gives_no_order_fails(define: Define, send: Sender, values: dict[str, Any]) -> None:
    """Nothing is applied by guess."""
    define(webhook=NEWER)
    assert send(sign(event(1, **values))).status_code == 500
    assert (Delivery.objects.get().reason, Todo.objects.count(), NewestEvent.objects.count()) == ("order_unknown", 0, 0)


def test_kinds_are_not_compared(define: Define, send: Sender) -> None:
    """A text is neither older nor newer than a number."""
    define(webhook=NEWER)
    send(sign(event(1, order="A", created=5)))
    assert send(sign(event(2, order="A", created="later"))).status_code == 500
    detail = Delivery.objects.get(event_id="evt_2").detail
    assert detail == "'Newer' is a text, and was a number before."


def test_scripts_may_say_what_and_how_new(define: Define, send: Sender) -> None:
    """Both are expressions like any other."""
    define(webhook="""Once: '!event.order.toUpperCase()', Newer: '!event.created * 10'""")
    for number, (order, created) in enumerate([("a", 2), ("A", 1)]):
        send(sign(event(number, order=order, created=created)))
    assert Todo.objects.count() == 1


def test_at_the_same_instant(define: Define, send: Sender) -> None:
    """Twenty events of one thing at once: whatever the order, the last one applied is the newest."""
    define(webhook=f"{NEWER}, Ack: stored")
    for number in range(20):
        send(sign(event(number, order="A", created=number, title=f"{number:02}")))
    start = threading.Barrier(4)

    def work(_: int) -> int:
        start.wait()
        try:
            return process_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) >= 20
    assert not Delivery.objects.filter(state__in=["received", "failed"]).exists()
    assert titles()[-1] == "19"
    assert NewestEvent.objects.get().newest == "number:19"


@pytest.mark.parametrize("found", [None, True, float("nan"), float("inf"), "", "\x00", [], "a" * 251])
def test_no_order(found: object) -> None:
    """Nothing else can be ordered."""
    with pytest.raises(OrderUnknown):
        rank(found)


@pytest.mark.parametrize(
    ("older", "newer"),
    [(1, Decimal("1.1")), ("2026-01-01", "2026-01-01T00:00:01"), (-3, -2), (10**20, 10**20 + 1), ("a", "b")],
)
def test_order(older: object, newer: object) -> None:
    """Numbers are exact, and a date is its first moment."""
    assert value(rank(older)) < value(rank(newer))
    assert not value(rank(newer)) < value(rank(older))
