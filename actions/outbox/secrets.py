"""Names of secrets in, a request with their values out, when it leaves and not before."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions import secrets
from actions.errors import OutcomeRefused, SecretUnusable
from actions.outbound import Request, may_be_header
from actions.outbox.calling import KEY_HEADER, authenticates
from actions.outbox.signing import ID, webhook_headers
from actions.signatures.base import Message

BEARER, BASIC, HEADERS, WEBHOOK = "BearerSecret", "BasicSecret", "SecretHeaders", "WebhookSecret"
_BY = "secrets"
logger = logging.getLogger("actions.outbox")


def by_secrets(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the authentication that the arguments name; empty where they name none.

    Raises:
        OutcomeRefused.
    """
    kinds = [kind for kind in (BEARER, BASIC) if arguments.get(kind) is not None]
    if len(kinds) > 1:
        raise OutcomeRefused(f"Either '{BEARER}' or '{BASIC}' is sent.")
    given = arguments.get(HEADERS) or {}
    if not isinstance(given, Mapping):
        raise OutcomeRefused(f"'{HEADERS}' is a mapping.")
    headers: dict[str, list[Any]] = {"Authorization": [kinds[0], arguments[kinds[0]]]} if kinds else {}
    headers |= {str(header): [HEADERS, name] for header, name in given.items()}
    webhook = arguments.get(WEBHOOK)
    if not all(isinstance(name, str) for name in (webhook or "", *(name for _, name in headers.values()))):
        raise OutcomeRefused("A secret is given by its name.")
    return {"by": _BY, "headers": headers, "webhook": webhook} if headers or webhook else {}


class BySecrets:
    """Adds headers with the newest value of each secret, and the signature of a webhook."""

    def complete(self, request: Request, how: Mapping[str, Any]) -> Request:
        """Return the request with its headers.

        Raises:
            SecretMissing; SecretUnusable, OutcomeRefused: it cannot be sent, or signed.
        """
        for header, (kind, name) in how["headers"].items():
            value = secrets.active_values(name)[0].reveal()
            request = with_secret_header(request, header, header_value(name, _sent(kind, value)), told_by(value))
        return _signed(request, how["webhook"]) if how.get("webhook") else request

    def renew(self, request: Request, how: Mapping[str, Any]) -> bool:
        """A secret does not get better by being sent again."""
        return False


def _signed(request: Request, name: str) -> Request:
    """Return the request as a webhook of now: its id, which is its key, stays the same on every attempt."""
    given = {header.lower(): value for header, value in request.headers}
    message = Message(request.body or b"", given.get(ID) or given.get(KEY_HEADER.lower(), ""))
    headers = webhook_headers(message, name, int(time.time()))
    kept = tuple(header for header in request.headers if header[0].lower() not in headers)
    return replace(request, headers=(*kept, *headers.items()))


def header_value(name: str, value: str) -> str:
    """Return what a header is to have, where it can; ``name`` is the secret's that is in it.

    Raises:
        SecretUnusable: it has a line break, or what Latin-1 has not.
    """
    if not may_be_header(value):
        logger.warning("The secret '%s' cannot be sent in a header: no line breaks; Latin-1 characters only.", name)
        raise SecretUnusable(name)
    return value


def with_secret_header(request: Request, name: str, value: str, told: tuple[str, ...]) -> Request:
    """Return the request with the header, in the place of others of its name; ``told`` are the secrets in it."""
    kept = tuple(header for header in request.headers if header[0].lower() != name.lower())
    credentials = request.secret_headers | {name.lower()}
    return replace(
        request, headers=(*kept, (name, value)), secret_headers=credentials, secrets=(*request.secrets, *told)
    )


def told_by(value: str) -> tuple[str, ...]:
    """Return what nobody may repeat of a secret: all of it, of ``user:password`` and ``Scheme token`` the end."""
    ends = {value.partition(":")[2].strip(), *value.split(maxsplit=1)[1:]} - {""}
    return (value, _base64(value), basic(value), *ends)


def basic(value: str) -> str:
    """Return what ``Basic`` makes of ``user:password``, or of a user without a password, as Stripe's keys are."""
    return _base64(value if ":" in value else f"{value}:")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _sent(kind: str, value: str) -> str:
    if kind == BASIC:
        return f"Basic {basic(value)}"
    return f"Bearer {value}" if kind == BEARER else value


authenticates(_BY, BySecrets())
