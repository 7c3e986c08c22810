"""What tests of receivers share: a stored secret, a receiver by its text, and requests that its provider would send."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client

from actions import secrets
from actions.loading import save_definition
from actions.models import Delivery
from actions.secrets.changing import Content, set_secret
from actions.signatures import shipped as _shipped  # noqa: F401
from actions.signatures.base import Message, Outside, SignedRequest
from actions.signatures.registry import find
from actions.webhooks.refusals import Refusals

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PATH = "/webhook/todo/paid"
BODY = b'{"id": "evt_1", "type": "payment.paid",\t"created": 1700000000, "title": "caf\xc3\xa9"}\n'
ADD = "{Type: todo, Method: POST, Attributes: {title: ~event.title}}"
Define = Callable[..., None]


@pytest.fixture(autouse=True)
def _fresh(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets go with the database of a test, and so does what this process remembers."""
    secrets.forget()
    monkeypatch.setattr("actions.webhooks.refusals.count", Refusals(clock=lambda: 0.0).count)
    monkeypatch.setattr("actions.webhooks.refusals.PAUSE_SECONDS", 0.0)


@pytest.fixture
def secret() -> str:
    """A secret that is set."""
    set_secret("hook", Content.of_text(SECRET))
    return SECRET


def document(*outcomes: str, keys: str = "", webhook: str = "", scheme: str = "stripe") -> str:
    """Return a receiver on ``todo``."""
    return "\n".join(
        [
            "Name: paid",
            "OnType: todo",
            f"Webhook: {{Verify: {scheme}, Secret: hook{webhook and ', ' + webhook}}}",
            "OutFields:",
            *(f"  - {outcome}" for outcome in outcomes or (ADD,)),
            keys,
        ]
    )


@pytest.fixture
def define(secret: str) -> Define:
    """Save a receiver and serve it."""

    def save(*outcomes: str, **parts: str) -> None:
        save_definition(document(*outcomes, **parts), "test.yaml")

    return save


def sign(
    body: bytes = BODY,
    scheme: str = "stripe",
    *,
    secret: str = SECRET,
    options: Mapping[str, Any] | None = None,
    event_id: str = "evt_1",
    age: float = 0,
) -> SignedRequest:
    """Return the request that the provider would send."""
    plugin = find(scheme)
    assert plugin is not None
    message = Message(body, event_id, "payment.paid")
    return plugin.sign(message, secret, plugin.configure(options or {}), Outside(time.time() - age))


class Sender:
    """A provider that posts to a receiver."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def __call__(self, request: SignedRequest, path: str = PATH, kind: str = "application/json", **more: str) -> Any:
        return self.client.post(path, request.body, content_type=kind, headers={**request.headers, **more})


@pytest.fixture
def send() -> Sender:
    """Post a signed request."""
    return Sender()


def event(number: int = 1, **values: Any) -> bytes:
    """Return the body of an event."""
    return json.dumps({"id": f"evt_{number}", "type": "payment.paid", "title": f"Event {number}", **values}).encode()


def only() -> Delivery:
    """Return the only delivery."""
    return Delivery.objects.get()
