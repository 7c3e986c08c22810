"""What the benchmark of webhooks sends: events as Stripe signs them, each with another id, about one of the orders."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
import uuid

from tests.benchmarks.load import Request

SECRET = "whsec_benchmark"
ORDERS = 1000
HEAD = (
    "POST /action/order/paid HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    "Stripe-Signature: t=%d,v1=%s\r\nContent-Length: %d\r\n\r\n"
)


def paid() -> Request:
    """Return a maker of requests; every tenth event is sent a second time, as providers do."""
    token = uuid.uuid4().hex
    numbers = itertools.count()

    def request() -> bytes:
        number = next(numbers)
        sent = number - 1 if number % 10 == 9 else number
        return signed(event(f"evt_{token}_{sent}", sent))

    return request


def event(event_id: str, number: int) -> bytes:
    """Return the body of an event, of the size that Stripe's have without the parts that nobody reads."""
    paid_object = {
        "id": f"ch_{event_id}",
        "object": "charge",
        "amount": "19.90",
        "metadata": {"order_number": f"N-{number % ORDERS}"},
        "billing_details": {"name": "Ada Lovelace", "email": "ada@example.org", "address": {"city": "London"}},
    }
    return json.dumps(
        {"id": event_id, "object": "event", "type": "charge.succeeded", "data": {"object": paid_object}}
    ).encode()


def signed(body: bytes) -> bytes:
    """Return the request, signed now."""
    now = int(time.time())
    digest = hmac.new(SECRET.encode(), b"%d." % now + body, hashlib.sha256).hexdigest()
    return (HEAD % (now, digest, len(body))).encode() + body
