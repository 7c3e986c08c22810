"""Our own outgoing webhooks, signed: a body and the name of a secret in, exactly what is to be sent out."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from actions.errors import OutcomeRefused
from actions.expressions.shapes import Shape
from actions.operations.base import Call, Effect, Operation, Param, Result
from actions.operations.registry import register
from actions.outbox.signing import signing_fault, webhook_headers
from actions.signatures.base import MOST_BODY, Message
from entities.encoding import to_json

_LATEST = 253_402_300_799  # unix seconds: the end of the year 9999


@register
class SignWebhook(Operation):
    """Sign a body by Standard Webhooks: gives `headers`, the exact `body` and the `id` that are to be sent."""

    name = "webhook.sign"
    gives = "`headers`, `body` and `id`."
    effect = Effect.NONE
    reads = False
    params = (
        Param("body", (str, dict, list), "A text, signed as it is; anything else becomes JSON with its keys in order."),
        Param(
            "secret",
            str,
            "The name of a secret: `whsec_...` gives v1, `whsk_...` gives v1a.",
            names_secret=True,
            secret_fault=signing_fault,
        ),
        Param("id", str, "The same for every attempt to send it; a new UUID by default.", required=False),
        Param("timestamp", int, "Unix seconds; now by default.", required=False),
    )
    example = {"body": {"type": "order.paid"}, "secret": "partner"}

    def perform(self, call: Call) -> Result:
        message = Message(_body(call["body"]), _id(call.arguments.get("id")))
        headers = webhook_headers(message, _name(call["secret"]), _moment(call.arguments.get("timestamp")))
        return Result({"headers": headers, "body": message.body.decode(), "id": message.event_id})

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({"headers", "body", "id"}))


def _body(value: Any) -> bytes:
    """Return the bytes that are signed.

    Raises:
        OutcomeRefused: no Unicode, or too much.
    """
    try:
        body = value.encode() if isinstance(value, str) else to_json(_in_order(value))
    except UnicodeEncodeError:
        raise OutcomeRefused("'body' has half a character in it.") from None
    if len(body) > MOST_BODY:
        raise OutcomeRefused(f"'body' has more than {MOST_BODY} bytes.")
    return body


def _in_order(value: Any) -> Any:
    """Return the value with the keys of every object in order, so that the same data is the same text."""
    if isinstance(value, Mapping):
        return {key: _in_order(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_in_order(item) for item in value]
    return value


def _id(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise OutcomeRefused("'id' is a text.")
    return str(uuid.uuid4()) if value is None else value


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise OutcomeRefused("'secret' is the name of a secret.")
    return value


def _moment(value: Any) -> int:
    """Return unix seconds."""
    if value is None:
        return int(time.time())
    whole = isinstance(value, int | float | Decimal) and not isinstance(value, bool) and 0 <= value <= _LATEST
    if not whole or value != int(value):
        raise OutcomeRefused("'timestamp' is a whole number of unix seconds.")
    return int(value)
