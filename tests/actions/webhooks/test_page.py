"""``docs/webhooks.md`` does what it says of receivers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from actions.loading import save_definition
from actions.secrets.changing import Content, set_secret
from entities.examples.models import Order
from tests.actions.webhooks.conftest import SECRET, Define, Sender, sign

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CHALLENGES = re.findall(r"^(Challenge: .*)$", "".join(BLOCKS), re.MULTILINE)


def test_the_receiver_that_is_shown(transactional_db: None, send: Sender) -> None:
    """It is taken as it stands, and a signed event makes a paid order; an older one of the same session does not."""
    (shown,) = (block for block in BLOCKS if block.startswith("# receivers/"))
    set_secret("stripe_orders", Content.of_text("whsec_any"))
    save_definition(shown, "order_paid.yaml")

    def deliver(number: int, created: int, kind: str = "checkout.session.completed") -> str:
        session = {"id": "cs_1", "client_reference_id": f"A-{number}"}
        document = {"id": f"evt_{number}", "type": kind, "created": created, "data": {"object": session}}
        answer = send(sign(json.dumps(document).encode(), secret="whsec_any"), "/webhook/order/paid")
        return str(answer.json()["status"])

    assert [deliver(1, 5), deliver(1, 5), deliver(2, 4), deliver(3, 9, "charge.refunded")] == [
        "processed",
        "duplicate",
        "ignored",
        "ignored",
    ]
    assert [(order.number, order.status) for order in Order.objects.all()] == [("A-1", "paid")]


@pytest.mark.parametrize("challenge", CHALLENGES)
def test_the_handshakes_that_are_shown(define: Define, challenge: str) -> None:
    """Each can stand in a receiver."""
    set_secret("meta_token", Content.of_text("any"))
    define(webhook=challenge)


def test_the_services_that_are_shown(define: Define) -> None:
    """Each declaration can stand in a receiver as it is."""
    rows = re.findall(r"^\| [^|`]+ \| `\{Verify: (.*)\}` \|$", PAGE, re.MULTILINE)
    assert len(rows) > 20
    for row in rows:
        set_secret("hook", Content.of_text(SECRET.removeprefix("whsec_") if "SecretEncoding" in row else SECRET))
        scheme, _, options = row.partition(", ")
        define(scheme=scheme, webhook=options)


def test_there_are_some() -> None:
    """The page has all kinds."""
    assert len(CHALLENGES) == 3
