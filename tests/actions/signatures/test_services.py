"""The services in ``docs/webhooks.md``: with the declaration that stands there, what they send is taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from actions.signatures.base import SignedRequest
from actions.signatures.errors import BadSignature, Cause
from tests.actions.signatures.receivers import NOW, Case
from tests.actions.signatures.services import SECRETS, SIGNERS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
DECLARED = dict(re.findall(r"^\| ([^|`]+) \| `(\{Verify: .*\})` \|$", PAGE, re.MULTILINE))
BODY = (
    '{"id": "e1", "event_id": "e1", "meta": {"webhook_id": "e1"}, "action": {"id": "e1"},\r\n'
    ' "event": {"id": "e1", "type": "t"}, "type": "t", "event_type": "t", "topic": "t", "note": "caf\u00e9 \u2615"}\n'
).encode()


def declared(service: str) -> Case:
    """Return the receiver that the page declares for a service."""
    given = yaml.safe_load(DECLARED[service])
    return Case(given.pop("Verify"), SECRETS.get(service, "a secret"), given=given)


def test_every_service_of_the_page_is_tried() -> None:
    """And no other."""
    assert sorted(DECLARED) == sorted(SIGNERS)


@pytest.mark.parametrize("service", SIGNERS)
def test_a_service_is_understood(service) -> None:
    """What it signs is taken and names its event; a byte more is not."""
    case = declared(service)
    headers = SIGNERS[service](BODY, case.secret, NOW)
    (verified,) = case.verify(SignedRequest.of(BODY, headers.items()))
    assert verified.event_id
    for body in (BODY + b" ", BODY.strip()):
        with pytest.raises(BadSignature) as refused:
            case.verify(SignedRequest.of(body, headers.items()))
        assert refused.value.cause is Cause.NO_MATCH


@pytest.mark.parametrize("service", SIGNERS)
def test_an_old_request_of_a_service_is_refused(service) -> None:
    """Where the service signs a time; and it is the right one of a second."""
    case = declared(service)
    request = SignedRequest.of(BODY, SIGNERS[service](BODY, case.secret, NOW).items())
    (verified,) = case.verify(request)
    if verified.signed_at is None:
        assert "TimestampHeader" not in case.given
        return
    assert verified.signed_at == NOW
    for now, cause in ((NOW + 700, Cause.TOO_OLD), (NOW - 700, Cause.TOO_NEW)):
        with pytest.raises(BadSignature) as refused:
            case.verify(request, now=now)
        assert refused.value.cause is cause


@pytest.mark.parametrize("service", SIGNERS)
def test_what_we_sign_a_service_could_have_sent(service) -> None:
    """``sign_webhook`` makes the same headers as its own way of signing."""
    case = declared(service)
    ours = case.sign(BODY)
    assert case.verify(ours)
    theirs = SIGNERS[service](BODY, case.secret, NOW)
    assert set(ours.headers) == {name.lower() for name in theirs}
