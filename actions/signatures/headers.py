"""Headers in, their strictly read parts out: nothing but ``BadSignature`` is raised, whatever was sent."""

from __future__ import annotations

import re

from actions.signatures.base import SignedRequest
from actions.signatures.errors import BadSignature, Cause

MOST_CHARACTERS = 8192
MOST_SIGNATURES = 16

_PRINTABLE = re.compile(r"[ -~]+")
_TIMESTAMP = re.compile(r"[1-9][0-9]{0,10}")
_TOKEN = re.compile(r"[!-+\--~]{1,255}")  # visible ASCII without the comma that joins repeated headers
_PAIR = re.compile(r"([a-z][a-z0-9]{0,15})=([!-+\--:<-~]{1,256})")


def optional(request: SignedRequest, name: str) -> str | None:
    """Return the value of a header, ``None`` where it was not sent.

    Raises:
        BadSignature: it is empty, very long or not printable ASCII.
    """
    value = request.headers.get(name)
    if value is None:
        return None
    if not value.strip():
        raise BadSignature(Cause.MISSING_HEADER, name)
    if len(value) > MOST_CHARACTERS or not _PRINTABLE.fullmatch(value):
        raise BadSignature(Cause.MALFORMED_HEADER, name)
    return value


def required(request: SignedRequest, name: str) -> str:
    """Return the value of a header that must be there; raises as ``optional`` does."""
    value = optional(request, name)
    if value is None:
        raise BadSignature(Cause.MISSING_HEADER, name)
    return value


def token(request: SignedRequest, name: str) -> str:
    """Return a value of one word, sent once: an id, a type, the name of an algorithm."""
    value = required(request, name)
    if not _TOKEN.fullmatch(value):
        raise BadSignature(Cause.MALFORMED_HEADER, name)
    return value


def timestamp(text: str, name: str) -> int:
    """Return unix seconds, written as they are signed: digits, no sign, no leading zero."""
    if not _TIMESTAMP.fullmatch(text):
        raise BadSignature(Cause.MALFORMED_HEADER, name)
    return int(text)


def pairs(request: SignedRequest, name: str, separator: str) -> list[tuple[str, str]]:
    """Return the ``key=value`` pairs of a header, in order."""
    items = required(request, name).split(separator)
    matches = [_PAIR.fullmatch(item) for item in items[: MOST_SIGNATURES + 1]]
    if len(items) > MOST_SIGNATURES or not all(matches):
        raise BadSignature(Cause.MALFORMED_HEADER, name)
    return [(match[1], match[2]) for match in matches if match]
