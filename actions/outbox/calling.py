"""One call to another server: what is sent, what completes it when it is sent, and which answers are no failure.

A secret is in none of this: what authenticates a request is named, and looked up when it leaves. So a call that waits
in the outbox, or is tried again tomorrow, has the secret of that day.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from actions.errors import ActionError
from actions.outbound import Limits, Request, Response, ending_in, fetch

Spans = tuple[tuple[int, int], ...]
KEY_HEADER = "Idempotency-Key"
ANSWERED = ((100, 499),)  # a refusal is an answer, which an outcome may read; 5xx is a server that failed
ACCEPTED = ((100, 399),)  # where nobody reads the answer
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call. ``expected`` are ranges of statuses, both ends included, or empty where the author says nothing of
    them; ``authentication`` is plain data, of whoever is registered under its ``by``.
    """

    request: Request
    limits: Limits = field(default_factory=Limits)
    expected: Spans = ()
    authentication: Mapping[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON kinds."""
        sent = self.request
        return {
            "method": sent.method,
            "url": sent.url,
            "headers": [list(header) for header in sent.headers],
            "body": None if sent.body is None else base64.b64encode(sent.body).decode(),
            "secret_headers": sorted(sent.secret_headers),
            "limits": asdict(self.limits),
            "expected": [list(span) for span in self.expected],
            "authentication": dict(self.authentication),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Outgoing:
        """Return what ``as_data`` described."""
        body = None if data["body"] is None else base64.b64decode(data["body"])
        headers = tuple((name, value) for name, value in data["headers"])
        request = Request(data["method"], data["url"], headers, body, frozenset(data["secret_headers"]))
        expected = tuple((first, last) for first, last in data["expected"])
        return cls(request, Limits(**data["limits"]), expected, data["authentication"])


class UpstreamStatus(ActionError):
    """Another server answered with a status that the outcome does not expect."""

    code, name, status = "ACT577", "upstream_failed", 502
    tells_values = False

    def __init__(self, response: Response) -> None:
        super().__init__(
            f"The other server answered with status {response.status}.",
            hint="'ExpectStatus' (of an integration '$ExpectStatus') says which statuses are no failure.",
        )
        self.response = response


class Authenticator(Protocol):
    """What completes a request when it leaves."""

    def complete(self, request: Request, how: Mapping[str, Any]) -> Request:
        """Return the request with what authenticates it.

        Raises:
            ActionError: a secret is missing, or no token is to be had.
        """
        ...

    def renew(self, request: Request, how: Mapping[str, Any]) -> bool:
        """Forget what the other server has just refused (401) of a request that was completed here.

        Says whether another attempt makes sense.
        """
        ...


_authenticators: dict[str, Authenticator] = {}


def authenticates(name: str, authenticator: Authenticator) -> None:
    """Have requests whose ``authentication`` says ``by: name`` completed by this."""
    _authenticators[name] = authenticator


def exchange(outgoing: Outgoing, key: UUID, default: Spans) -> Response:
    """Send the request with its idempotency key and return the answer; ``default`` is expected where nothing is.

    The time of its limits is for everything together: what authenticates it, and another attempt with that renewed.

    Raises:
        ActionError: of ``actions.outbound.errors``; UpstreamStatus: another status than expected.
    """
    with ending_in(outgoing.limits.timeout):
        response = _authenticated(outgoing, _with_key(outgoing.request, key))
    if not any(first <= response.status <= last for first, last in outgoing.expected or default):
        raise UpstreamStatus(response)
    return response


def _authenticated(outgoing: Outgoing, request: Request) -> Response:
    how = outgoing.authentication
    authenticator = _authenticators[how["by"]] if how else None
    if authenticator is None:
        return fetch(request, outgoing.limits)
    sent = authenticator.complete(request, how)
    response = fetch(sent, outgoing.limits)
    if response.status == 401 and authenticator.renew(sent, how):
        return fetch(authenticator.complete(request, how), outgoing.limits)
    return response


def _with_key(request: Request, key: UUID) -> Request:
    """Add the key where the request has an effect and its author gave none."""
    given = any(name.lower() == KEY_HEADER.lower() for name, _ in request.headers)
    if given or request.method in SAFE:
        return request
    return replace(request, headers=(*request.headers, (KEY_HEADER, str(key))))
