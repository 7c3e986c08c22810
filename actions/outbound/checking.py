"""A ``Request`` in, what is sent out: method, target and headers, each checked, so that none can smuggle another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.outbound.errors import RequestRefused
from actions.outbound.messages import Request
from actions.outbound.targets import Target, read_target

MOST_HEADERS = 100
MOST_HEADER_BYTES = 32 * 1024  # of all names and values
MOST_BODY = 10 * 1024 * 1024
# Headers that are called like these are for the first server alone, whoever wrote them: Authorization, X-Api-Key,
# PRIVATE-TOKEN. Keys that make a request known again are no secret, and as useful behind a redirect.
_CREDENTIAL = re.compile(r"auth|cookie|token|secret|passw|pwd|credential|session|api-?_?key|(?<!idempotency-)key$")
# They frame the message, or are about one connection (RFC 9110 section 7.6.1): the client's to set.
OURS = frozenset(
    {"connection", "content-length", "expect", "host", "http2-settings", "keep-alive", "proxy-connection"}
    | {"te", "trailer", "transfer-encoding", "upgrade"}
)
_METHOD = re.compile(r"[A-Z]{1,20}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")  # RFC 9110 section 5.5: no line breaks, no control characters
_REFUSED_METHODS = frozenset({"CONNECT", "TRACE"})

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sendable:
    """A request that has been checked. ``credentials``: lower-case names of headers for the first server alone."""

    method: str
    target: Target
    headers: Headers
    body: bytes | None
    credentials: frozenset[str]


def check_request(request: Request) -> None:
    """Judge a request without asking the network.

    Raises:
        RequestRefused: it cannot be sent.
        OutboundBlocked: it leads where actions may not call.
    """
    checked(request)


def checked(request: Request) -> Sendable:
    """Return the request as it is sent; raises what ``check_request`` raises."""
    method = request.method.upper()
    if _METHOD.fullmatch(method) is None or method in _REFUSED_METHODS:
        raise RequestRefused("The method is none that can be sent.")
    headers = tuple((name, value.strip(" \t")) for name, value in request.headers)
    _check_headers(headers)
    if request.body is not None and len(request.body) > MOST_BODY:
        raise RequestRefused(f"The body is larger than {MOST_BODY} bytes.")
    names = {name.lower() for name, _ in headers}
    credentials = {name for name in names if _CREDENTIAL.search(name)} | {n.lower() for n in request.secret_headers}
    return Sendable(method, read_target(request.url), headers, request.body, frozenset(credentials))


def _check_headers(headers: Headers) -> None:
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > MOST_HEADERS or size > MOST_HEADER_BYTES:
        raise RequestRefused(f"There are more than {MOST_HEADERS} headers, or {MOST_HEADER_BYTES} bytes of them.")
    for name, value in headers:
        check_header(name, value)


def check_header(name: str, value: str) -> None:
    """Judge one header, its value without blanks around it.

    Raises:
        RequestRefused: it cannot be sent, or is the connection's.
    """
    if _TOKEN.fullmatch(name) is None:
        raise RequestRefused("A header has a name that cannot be sent.", hint="Write letters, digits and '-'.")
    if name.lower() in OURS:
        raise RequestRefused(f"The header '{name}' cannot be set.", hint="It belongs to the connection.")
    if not may_be_header(value):
        raise RequestRefused(
            f"The header '{name}' has a value that cannot be sent.", hint="No line breaks; Latin-1 characters only."
        )


def may_be_header(value: str) -> bool:
    """Say whether a header may have this value."""
    return _VALUE.fullmatch(value) is not None
