"""Our own outgoing webhooks: signed as Standard Webhooks says, by names of secrets that never show their values."""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import standardwebhooks
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from actions.errors import OutcomeRefused
from actions.operations.base import Call
from actions.operations.registry import find
from actions.secrets.changing import Content, remove_secret, rotate_secret, set_secret
from actions.secrets.texts import SecretText
from actions.validation.rules.secret_names import secret_names
from actions.validation.rules.written_secrets import written_secrets
from entities.actors import SYSTEM
from entities.store import Unit
from tests.acceptance.conftest import failure
from tests.acceptance.notation import Run, runner, said
from tests.actions.signatures.receivers import PRIVATE, PUBLIC, SHARED
from tests.actions.validation.harness import document, found_by

NEXT = "whsec_" + "Q" * 32
BODY = "'body' must be a text, a mapping or a list"
ID_NOW = "body: {type: order.paid}, secret: partner, id: evt_1, timestamp: 1700000000"


def sign(attributes: str) -> str:
    """Return an outcome that signs, and one that says what came of it."""
    return (
        f"  - {{Type: webhook.sign, Method: EXECUTE, Reference: signed, Attributes: {{{attributes}}}}}\n"
        "  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: $signed}}\n"
    )


def store(name: str, value: str) -> None:
    """Keep a secret."""
    set_secret(name, Content(value=SecretText(value)))


@pytest.fixture
def run(define: Callable[[str], None], post: Any) -> Run:
    """Define one action by its outcomes and post to it, with a shared secret in the store."""
    store("partner", SHARED)
    return runner(define, post)


def test_what_is_signed_is_verified_by_another_library(run: Run) -> None:
    """A text is signed as it is, whatever is in it; a new id each time, the time is now."""
    text = ' { "a":1,\n "name": "Zoë" }'
    made = [said(run(sign("body: ~text, secret: partner"), {"text": text}))[0] for _ in range(2)]
    for signed in made:
        assert signed["body"] == text
        assert signed["headers"]["webhook-id"] == signed["id"]
        assert abs(int(signed["headers"]["webhook-timestamp"]) - time.time()) < 60
        verifier = standardwebhooks.Webhook(SHARED)
        assert verifier.verify(signed["body"].encode(), signed["headers"]) == json.loads(text)
    assert made[0]["id"] != made[1]["id"]


def test_an_object_becomes_one_text(run: Run) -> None:
    """Without spaces and with its keys in order, at every depth; id and time as they are given."""
    outcomes = sign("body: {z: ~any, a: 1.5}, secret: partner, id: evt_1, timestamp: ~n")
    (signed,) = said(run(outcomes, {"any": [{"y": 1, "b": "ü"}], "n": 1_700_000_000}))
    assert signed["body"] == '{"a":1.5,"z":[{"b":"ü","y":1}]}'
    assert signed["id"] == "evt_1"
    headers = signed["headers"]
    expected = standardwebhooks.Webhook(SHARED).sign(
        "evt_1", datetime.fromtimestamp(1_700_000_000, UTC), signed["body"]
    )
    assert headers == {"webhook-id": "evt_1", "webhook-timestamp": "1700000000", "webhook-signature": expected}


def test_a_private_key_signs_v1a(run: Run) -> None:
    """ed25519, under the public key that receivers have."""
    store("partner", PRIVATE)
    (signed,) = said(run(sign(ID_NOW)))
    version, signature = signed["headers"]["webhook-signature"].split(",", 1)
    assert version == "v1a"
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(PUBLIC.removeprefix("whpk_")))
    public.verify(base64.b64decode(signature), b'evt_1.1700000000.{"type":"order.paid"}')


def test_every_value_signs_while_a_secret_is_changed(run: Run) -> None:
    """Receivers that have the old one and those that have the new one both verify it."""
    rotate_secret("partner", Content(value=SecretText(NEXT)), timedelta(hours=1))
    (signed,) = said(run(sign("body: {a: 1}, secret: partner")))
    assert len(signed["headers"]["webhook-signature"].split(" ")) == 2
    for secret in (SHARED, NEXT):
        assert standardwebhooks.Webhook(secret).verify(signed["body"], signed["headers"]) == {"a": 1}


@pytest.mark.parametrize(
    ("attributes", "data", "message"),
    [
        pytest.param("body: ~any, secret: partner", {"any": 5}, f"{BODY}, not a number.", id="number"),
        pytest.param("body: ~any, secret: partner", {"any": None}, f"{BODY}, not null.", id="null"),
        pytest.param("body: ~any, secret: partner", {}, "'body' is missing.", id="not sent"),
        pytest.param(
            "body: [~any, ~any], secret: partner",
            {"any": "x" * 600_000},
            "'body' has more than 1048576 bytes.",
            id="too long",
        ),
        pytest.param("body: a, secret: partner, id: ~any", {"any": 5}, "'id' is a text.", id="id of another kind"),
        *(
            pytest.param(
                "body: a, secret: partner, id: ~any",
                {"any": value},
                "'id': An id is 1 to 255 visible ASCII characters without a full stop.",
                id=f"id {value[:5]!r}",
            )
            for value in ("", "a.b", "a b", "ü", "a\r\nX: 1", "a" * 256)
        ),
        *(
            pytest.param(
                "body: a, secret: partner, timestamp: ~any",
                {"any": value},
                "'timestamp' is a whole number of unix seconds.",
                id=f"timestamp {value!r}",
            )
            for value in (-1, 1.5, True, "1700000000", 253_402_300_800, 10**30, [], {})
        ),
    ],
)
def test_refusals(run: Run, attributes: str, data: dict[str, Any], message: str) -> None:
    """Whatever was sent: a sentence, the outcome, nothing signed."""
    refused = run(sign(attributes), data)
    body = failure(refused)
    assert (refused.status_code, body["code"], body["message"]) == (422, "invalid_outcome", message)
    assert body["outcome"] == {"index": 0, "reference": "signed"}


def test_half_a_character_is_refused(run: Run) -> None:
    """It has no bytes that could be signed. Neither inputs nor scripts give one; other operations may."""
    call = Call({"body": "\ud800", "secret": "partner"}, {}, SYSTEM, Unit(SYSTEM), None)  # type: ignore[arg-type]
    with pytest.raises(OutcomeRefused, match=r"'body' has half a character in it\."):
        find("webhook.sign").perform(call)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("value", "code", "reason"),
    [
        pytest.param(None, "secret_missing", "The secret 'partner' has no value.", id="none"),
        pytest.param("canary-1234", "secret_unusable", "A sender's secret begins with", id="another form"),
        pytest.param("whsec_Y2FuYXJ5LTEyMzQ=", "secret_unusable", "has a wrong length: 11 bytes.", id="too short"),
        pytest.param(PUBLIC, "secret_unusable", "A sender's secret begins with", id="public key"),
    ],
)
def test_a_secret_that_cannot_sign(
    run: Run, post: Any, caplog: pytest.LogCaptureFixture, value: str | None, code: str, reason: str
) -> None:
    """503: it is not the caller's mistake. The log says why; neither it nor the answer has the value or the name."""
    run(sign(ID_NOW))
    store("partner", value) if value else remove_secret("partner")
    with caplog.at_level(logging.DEBUG):
        response = post("todo/run")
    assert (response.status_code, failure(response)["code"]) == (503, code)
    assert reason in caplog.text
    assert b"partner" not in response.content
    assert value is None or (value not in caplog.text and value.encode() not in response.content)


def test_a_secret_is_in_nothing_that_is_said(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the answer, the result or the log of an action that says all it can, in any of its forms."""
    key = base64.b64decode(SHARED.removeprefix("whsec_"))
    with caplog.at_level(logging.DEBUG):
        response = run(sign(ID_NOW).replace("Reference", "LogToConsole: true, Reference"))
    said_all = response.content.decode() + caplog.text
    assert not [form for form in (SHARED, SHARED[6:], key.hex()) if form in said_all]


def test_an_example_is_declared() -> None:
    """The parameters of the example are those of the operation."""
    operation = find("webhook.sign")
    assert operation is not None
    assert set(operation.example) <= {param.name for param in operation.params}
    assert {param.name for param in operation.params if param.required} <= set(operation.example)


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        pytest.param("partner", [], id="a name"),
        pytest.param("partner-2.eu_WEST", [], id="all that a name may have"),
        pytest.param("'~title'", ["ACT259"], id="an input"),
        pytest.param("'$title'", ["ACT259"], id="an input in text"),
        pytest.param("'!title'", ["ACT259"], id="a script"),
        pytest.param("'a b'", ["ACT259"], id="no name"),
        pytest.param("''", ["ACT259"], id="empty"),
        pytest.param("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw/+=", ["ACT259", "ACT282"], id="the secret itself"),
        pytest.param("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", ["ACT282"], id="the secret itself, like a name"),
    ],
)
def test_nothing_that_is_sent_chooses_a_secret(written: str, codes: list[str]) -> None:
    """At load: the name is written out, the secret itself is not, and neither finding repeats it."""
    text = document(f"Type: webhook.sign, Method: EXECUTE, Attributes: {{body: a, secret: {written}}}")
    problems = [problem for rule in (secret_names, written_secrets) for problem in found_by(rule, text)]
    assert [problem.split()[1] for problem in problems] == codes
    assert "whsec_" not in "".join(problems)


@pytest.mark.parametrize(("exists", "codes"), [(True, []), (False, ["ACT253"])])
def test_a_name_without_a_secret_is_found_when_it_is_loaded(exists: bool, codes: list[str]) -> None:
    """Not by the first who needs it; where there is a store to ask."""
    text = document("Type: webhook.sign, Method: EXECUTE, Attributes: {body: a, secret: partner}")
    problems = found_by(secret_names, text, secret_exists=lambda name: exists and name == "partner")
    assert [problem.split()[1] for problem in problems] == codes
