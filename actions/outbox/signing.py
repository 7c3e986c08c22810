"""A message and the name of a secret in, the headers of Standard Webhooks out: by every value that counts now."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping

from actions import secrets
from actions.errors import OutcomeRefused, SecretUnusable
from actions.signatures.base import Message, Outside
from actions.signatures.errors import BadSignature, CannotSign
from actions.signatures.standard import Standard

logger = logging.getLogger("actions.secrets")
ID, SIGNATURE = "webhook-id", "webhook-signature"
_scheme = Standard()
_options = _scheme.configure({})


def webhook_headers(message: Message, name: str, moment: int) -> dict[str, str]:
    """Return the headers; while a secret is changed there is a signature with each value, the newest first.

    Raises:
        OutcomeRefused: the id is none.
        SecretMissing: the secret has no value now.
        SecretUnusable: one of its values is no key of a sender.
    """
    try:
        signed = list(_signed(message, name, moment))
    except CannotSign as refused:
        raise OutcomeRefused(f"'id': {refused}") from None
    except BadSignature as refused:
        logger.warning("The secret '%s' cannot sign webhooks. %s", name, refused.detail)
        raise SecretUnusable(name) from None
    return {**signed[0], SIGNATURE: " ".join(headers[SIGNATURE] for headers in signed)}


def signing_fault(secret: str) -> str:
    """Return why a secret cannot sign webhooks, a sentence that does not give it away; empty where it can."""
    try:
        _scheme.sign(Message(b"", "id"), secret, _options, Outside(0))
    except BadSignature as refused:
        return refused.detail
    return ""


def _signed(message: Message, name: str, moment: int) -> Iterator[Mapping[str, str]]:
    for secret in secrets.active_values(name):
        yield _scheme.sign(message, secret, _options, Outside(moment)).headers
