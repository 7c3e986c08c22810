"""Names of secrets in, a request with their values out, when it leaves and not before."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from actions import secrets
from actions.errors import OutcomeRefused
from actions.outbound import Request
from actions.outbox.calling import authenticates

BEARER, BASIC, HEADERS = "BearerSecret", "BasicSecret", "SecretHeaders"
_BY = "secrets"


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
    if not all(isinstance(name, str) for _, name in headers.values()):
        raise OutcomeRefused("A secret is given by its name.")
    return {"by": _BY, "headers": headers} if headers else {}


class BySecrets:
    """Adds headers with the newest value of each secret."""

    def complete(self, request: Request, how: Mapping[str, Any]) -> Request:
        """Return the request with its headers.

        Raises:
            SecretMissing.
        """
        added = tuple(_headers(how["headers"]))
        names = frozenset(name.lower() for name, _ in added)
        kept = tuple(header for header in request.headers if header[0].lower() not in names)
        return replace(request, headers=(*kept, *added), secret_headers=request.secret_headers | names)

    def renew(self, how: Mapping[str, Any]) -> bool:
        """A secret does not get better by being sent again."""
        return False


def _headers(named: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for header, (kind, name) in named.items():
        value = secrets.active_values(name)[0].reveal()
        if kind == BEARER:
            yield header, f"Bearer {value}"
        elif kind == BASIC:
            yield header, f"Basic {base64.b64encode(value.encode()).decode()}"
        else:
            yield header, value


authenticates(_BY, BySecrets())
