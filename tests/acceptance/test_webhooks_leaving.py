"""Outgoing webhooks that are signed when they leave: each attempt has its own time, and all have one id."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import standardwebhooks
import svix.webhooks
from django.utils import timezone

from actions.models import OutgoingEffect
from actions.outbox import send_due
from actions.secrets.changing import Content, rotate_secret
from actions.secrets.texts import SecretText
from tests.acceptance.conftest import failure
from tests.acceptance.notation import Run, said
from tests.acceptance.test_webhooks_outgoing import NEXT, run, store
from tests.actions.signatures.receivers import SHARED
from tests.upstreams import Received, Upstream, allow, answer

__all__ = ["run"]

pytestmark = pytest.mark.django_db(transaction=True)

SEND = (
    "  - {{Type: $network.request, Method: EXECUTE{keys}, "
    "Attributes: {{Url: '{url}', WebhookSecret: partner, {more}}}}}\n"
)
SENT = "Method: POST, Body: {z: 1.50, type: order.paid}"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Upstream]:
    """Somebody who takes webhooks."""
    with Upstream(answer(json={})) as server:
        allow(settings, server.netloc)
        yield server


def outcome(receiver: Upstream, more: str = SENT, keys: str = "") -> str:
    """Return an outcome that sends a webhook."""
    return SEND.format(url=receiver.url, more=more, keys=keys)


def verified(received: Received, secret: str, library: Any = standardwebhooks) -> Any:
    """Return what a library makes of a received webhook."""
    return library.Webhook(secret).verify(received.body, dict(received.headers))


def test_each_attempt_is_signed_anew(run: Run, receiver: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the time and the secrets of the attempt, under one id: receivers refuse what is older than five minutes."""
    receiver.answers(answer(503), answer(401), answer(200))
    sent_at = [time.time() - 86_400, time.time() - 7_200, time.time()]
    run(outcome(receiver))
    for number, moment in enumerate(sent_at):
        monkeypatch.setattr("actions.outbox.secrets.time", SimpleNamespace(time=lambda moment=moment: moment))
        OutgoingEffect.objects.update(next_attempt_at=timezone.now())
        send_due()
        if number == 1:
            rotate_secret("partner", Content(value=SecretText(NEXT)), timedelta(hours=1))
    assert OutgoingEffect.objects.get().state == "sent"
    assert [one.header["webhook-timestamp"] for one in receiver.requests] == [str(int(moment)) for moment in sent_at]
    assert {one.header["webhook-id"] for one in receiver.requests} == {receiver.requests[0].header["idempotency-key"]}
    last = receiver.requests[-1]
    for secret in (SHARED, NEXT):
        assert verified(last, secret) == {"z": 1.5, "type": "order.paid"}
        verified(last, secret, svix.webhooks)
    with pytest.raises(standardwebhooks.WebhookVerificationError, match="old"):
        verified(receiver.requests[0], SHARED)


def test_a_webhook_whose_answer_is_read(run: Run, receiver: Upstream) -> None:
    """It leaves while the action runs, signed over exactly what is sent; an id of the author's counts."""
    own = "Headers: {webhook-id: evt_1, X-A: b}, BearerSecret: partner, Method: PUT, Body: 'Zo\\u00eb'"
    text = outcome(receiver, own.encode().decode("unicode_escape"), ", Reference: a, SkipInResponse: yes")
    assert said(run(text + "  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: $a.status}}\n")) == [200]
    (received,) = receiver.requests
    assert (received.header["webhook-id"], received.header["x-a"]) == ("evt_1", "b")
    assert received.header["authorization"] == f"Bearer {SHARED}"
    names = [name for name, _ in received.headers if name.startswith("webhook-")]
    assert sorted(names) == ["webhook-id", "webhook-signature", "webhook-timestamp"]
    expected = standardwebhooks.Webhook(SHARED).sign(
        "evt_1", datetime.fromtimestamp(int(received.header["webhook-timestamp"]), UTC), received.body.decode()
    )
    assert received.header["webhook-signature"] == expected


@pytest.mark.parametrize(
    ("more", "value", "status", "code"),
    [
        pytest.param("Method: \"!'GET'\"", SHARED, 422, "invalid_outcome", id="nothing is sent"),
        pytest.param("Method: POST, Headers: {Idempotency-Key: a.b}", SHARED, 422, "invalid_outcome", id="no id"),
        pytest.param(SENT, "canary-1234", 503, "secret_unusable", id="no key of a sender"),
    ],
)
def test_what_cannot_be_signed_is_not_sent(
    run: Run, receiver: Upstream, more: str, value: str, status: int, code: str
) -> None:
    """And the answer says whose mistake it is."""
    store("partner", value)
    response = run(outcome(receiver, more, ", Reference: a"))
    assert (response.status_code, failure(response)["code"]) == (status, code)
    assert receiver.requests == []
