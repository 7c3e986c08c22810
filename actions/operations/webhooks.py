"""Our own outgoing webhooks, signed: a body and the name of a secret in, exactly what is to be sent out."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from actions import secrets
from actions.errors import OutcomeRefused, SecretUnusable
from actions.expressions.shapes import Shape
from actions.operations.base import Call, Effect, Operation, Param, Result
from actions.operations.registry import register
from actions.signatures.base import MOST_BODY, Message, Outside
from actions.signatures.errors import BadSignature, CannotSign
from actions.signatures.standard import Standard
from entities.encoding import to_json

logger = logging.getLogger("actions.secrets")
_scheme = Standard()
_options = _scheme.configure({})
_LATEST = 253_402_300_799  # unix seconds: the end of the year 9999
_SIGNATURE = "webhook-signature"


@register
class SignWebhook(Operation):
    """Sign a body by Standard Webhooks: gives `headers`, the exact `body` and the `id` that are to be sent."""

    name = "webhook.sign"
    effect = Effect.NONE
    reads = False
    params = (
        Param("body", (str, dict, list), "A text, signed as it is; anything else becomes JSON with its keys in order."),
        Param("secret", str, "The name of a secret: `whsec_...` gives v1, `whsk_...` gives v1a.", names_secret=True),
        Param("id", str, "The same for every attempt to send it; a new UUID by default.", required=False),
        Param("timestamp", int, "Unix seconds; now by default.", required=False),
    )
    example = {"body": {"type": "order.paid"}, "secret": "partner"}

    def perform(self, call: Call) -> Result:
        message = Message(_body(call["body"]), _id(call.arguments.get("id")))
        headers = _headers(message, call["secret"], _moment(call.arguments.get("timestamp")))
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


def _moment(value: Any) -> int:
    """Return unix seconds."""
    if value is None:
        return int(time.time())
    whole = isinstance(value, int | float | Decimal) and not isinstance(value, bool) and 0 <= value <= _LATEST
    if not whole or value != int(value):
        raise OutcomeRefused("'timestamp' is a whole number of unix seconds.")
    return int(value)


def _headers(message: Message, name: Any, moment: int) -> dict[str, str]:
    """Return the headers; while a secret is changed there is a signature with each value, the newest first.

    Raises:
        OutcomeRefused: the id is none.
        SecretMissing: the secret has no value now.
        SecretUnusable: one of its values is no key of a sender.
    """
    if not isinstance(name, str):
        raise OutcomeRefused("'secret' is the name of a secret.")
    try:
        signed = list(_signed(message, name, moment))
    except CannotSign as refused:
        raise OutcomeRefused(f"'id': {refused}") from None
    except BadSignature as refused:
        logger.warning("The secret '%s' cannot sign webhooks. %s", name, refused.detail)
        raise SecretUnusable(name) from None
    return {**signed[0], _SIGNATURE: " ".join(headers[_SIGNATURE] for headers in signed)}


def _signed(message: Message, name: str, moment: int) -> Iterator[Mapping[str, str]]:
    for secret in secrets.active_values(name):
        yield _scheme.sign(message, secret, _options, Outside(moment)).headers
