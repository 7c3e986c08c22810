"""A request to a receiver: verified over its bytes, stored before anything is made of it, and answered."""

from __future__ import annotations

from typing import Any

import pytest

from actions.models import Delivery
from entities.examples.models import Todo
from tests.actions.webhooks.conftest import BODY, PATH, Define, Sender, event, only, sign


@pytest.mark.parametrize("path", [PATH, "/action/todo/paid", "/webhook/todo/paid/"])
def test_a_signed_event_has_its_effect_and_is_kept_byte_for_byte(define: Define, send: Sender, path: str) -> None:
    """Both addresses take it; the answer names the delivery."""
    define()
    answer = send(sign(), path)
    found = only()
    assert (answer.status_code, answer.json()) == (200, {"status": "processed", "delivery": str(found.pk)})
    assert answer["Webhook-Delivery"] == str(found.pk)
    assert bytes(found.body) == BODY
    assert (found.state, found.event_id, found.event_type, found.scheme) == (
        "succeeded",
        "evt_1",
        "payment.paid",
        "stripe",
    )
    assert Todo.objects.get().title == "café"


def test_a_second_delivery_has_no_second_effect(define: Define, send: Sender) -> None:
    """It is answered 2xx, says that it is one, and names the first."""
    define()
    first = send(sign()).json()["delivery"]
    again = send(sign(age=-2))
    assert (again.status_code, again.json()) == (200, {"status": "duplicate", "delivery": first})
    assert only().times_received == 2
    assert Todo.objects.count() == 1


def test_what_is_not_signed_leaves_nothing(define: Define, send: Sender) -> None:
    """One answer whatever is wrong; no delivery, no effect."""
    define()
    request = sign()
    changed: Any = [
        send(sign(secret="another secret")),
        send(type(request)(BODY + b" ", request.headers)),
        send(type(request)(BODY, {})),
        send(sign(age=301)),
        send(sign(age=-301)),
        send(type(request)(b"x" * (1024 * 1024 + 1), request.headers)),
    ]
    assert {answer.status_code for answer in changed} == {401}
    assert len({answer.content for answer in changed}) == 1
    assert not Delivery.objects.exists()
    assert not Todo.objects.exists()


def test_several_events(define: Define, send: Sender) -> None:
    """Distinct events have an effect each."""
    define()
    for number in range(3):
        assert send(sign(event(number))).status_code == 200
    assert Todo.objects.count() == Delivery.objects.count() == 3
