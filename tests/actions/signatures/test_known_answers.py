"""What the vendors computed, in libraries or manuals, is what we accept, and what we sign (``known_answers.yaml``)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.signatures.base import Message, Outside, SignedRequest
from actions.signatures.registry import find
from tests.actions.signatures.receivers import Case

DATA = yaml.safe_load(Path(__file__).with_name("known_answers.yaml").read_text(encoding="utf-8"))
NOW = DATA["now"]


def test_the_body_is_the_one_that_was_signed() -> None:
    """Byte for byte: an editor that touched it would make every answer wrong."""
    assert hashlib.sha256(DATA["body"].encode()).hexdigest() == DATA["sha256"]


@pytest.mark.parametrize("answer", [pytest.param(item, id=item["id"]) for item in DATA["answers"]])
def test_a_known_answer_is_accepted(answer: dict[str, Any]) -> None:
    """The request is verified, and its event is named as the provider names it."""
    body = answer.get("body", DATA["body"]).encode()
    case = Case(answer["scheme"], answer["secret"], given=answer.get("options", {}))
    (verified,) = case.verify(SignedRequest.of(body, answer["headers"].items()), now=answer.get("now", NOW))
    assert verified.event_id == answer["event"]["id"]
    assert verified.event_type == answer["event"]["type"]
    assert verified.signed_at == answer["event"]["signed_at"]


@pytest.mark.parametrize("answer", [pytest.param(item, id=item["id"]) for item in DATA["answers"]])
def test_a_known_answer_is_what_we_sign(answer: dict[str, Any]) -> None:
    """Headers and body, as the provider sends them."""
    body = answer.get("body", DATA["body"]).encode()
    scheme = find(answer["scheme"])
    assert scheme is not None
    message = Message(body, answer.get("message_id", "evt_1"), answer.get("message_type", "payment.paid"))
    secret = answer.get("signing_secret", answer["secret"])
    made = scheme.sign(message, secret, scheme.configure(answer.get("options", {})), Outside(answer.get("now", NOW)))
    assert (dict(made.headers), made.body) == (answer["headers"], body)
