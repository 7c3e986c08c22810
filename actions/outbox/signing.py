"""A body, an id and the name of a secret in, the headers of a Standard Webhook out, signed as of a moment."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping

from actions import secrets
from actions.errors import OutcomeRefused, SecretUnusable
from actions.signatures.base import MOST_BODY, Message, Outside
from actions.signatures.errors import BadSignature, CannotSign
from actions.signatures.standard import Standard

logger = logging.getLogger("actions.secrets")
_scheme = Standard()
_options = _scheme.configure({})
ID, SIGNATURE = "webhook-id", "webhook-signature"


def check_body(body: bytes, name: str) -> None:
    """Check that a body can be signed; ``name`` is the argument's.

    Raises:
        OutcomeRefused: it is too large.
    """
    if len(body) > MOST_BODY:
        raise OutcomeRefused(f"'{name}' has more than {MOST_BODY} bytes.")


def signed_headers(body: bytes, event_id: str, secret: str, moment: int) -> dict[str, str]:
    """Return the headers; while a secret is changed there is a signature with each value, the newest first.

    ``moment``: unix seconds.

    Raises:
        OutcomeRefused: the id is none.
        SecretMissing: the secret has no value now.
        SecretUnusable: one of its values is no key of a sender.
    """
    try:
        signed = list(_signed(Message(body, event_id), secret, moment))
    except CannotSign as refused:
        raise OutcomeRefused(f"'id': {refused}") from None
    except BadSignature as refused:
        logger.warning("The secret '%s' cannot sign webhooks. %s", secret, refused.detail)
        raise SecretUnusable(secret) from None
    return {**signed[0], SIGNATURE: " ".join(headers[SIGNATURE] for headers in signed)}


def _signed(message: Message, secret: str, moment: int) -> Iterator[Mapping[str, str]]:
    for value in secrets.active_values(secret):
        yield _scheme.sign(message, value, _options, Outside(moment)).headers
