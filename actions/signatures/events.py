"""A verified request in, the id and the type of its event out: from a header, from the body, or from its digest.

The body is parsed here for the first time, after its bytes are verified, and at most once.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import orjson

from actions.signatures import headers
from actions.signatures.base import SignedRequest
from actions.signatures.errors import BadSignature, Cause
from actions.signatures.xml import is_xml, read_xml

OR_DIGEST = ", else SHA-256 of the body"
LONGEST_NAME = 255  # characters
MOST_FIELDS = 1000
_INDEXED = re.compile(r"(.*)\[([0-9]{1,4})\]")
FORM = "application/x-www-form-urlencoded"
_BOM = b"\xef\xbb\xbf"


def media_type(content_type: str) -> str:
    """Return the media type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


class Content:
    """What of a request may name its event."""

    def __init__(self, request: SignedRequest) -> None:
        self.request = request

    @cached_property
    def document(self) -> Any:
        """The parsed body, JSON, a form or XML; ``None`` where it is none of them."""
        kind, body = media_type(self.request.headers.get("content-type", "")), self.request.body
        if kind == FORM:
            return _form(body)
        try:
            return read_xml(body) if is_xml(kind) else orjson.loads(body.removeprefix(_BOM))
        except ValueError:  # of orjson, and of XML
            return None


def _form(body: bytes) -> Mapping[str, str]:
    """Return the fields that were sent exactly once: of two with one name neither is the event's."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    times = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if times[name] == 1}


Locator = Callable[[Content], str | None]


def in_header(name: str) -> Locator:
    """Return what reads a header of one word."""

    def read(content: Content) -> str | None:
        return headers.token(content.request, name) if name in content.request.headers else None

    return read


def in_header_as_it_is(name: str) -> Locator:
    """Return what reads a header of any printable text, such as ``Push Hook``."""
    return lambda content: headers.optional(content.request, name)


def in_body(path: str) -> Locator:
    """Return what reads a text or a whole number of the body, by the names that lead to it: ``data.id``."""

    def read(content: Content) -> str | None:
        value = member_at(content.document, path)
        return str(value) if isinstance(value, str) or type(value) is int else None

    return read


def member_at(document: Any, path: str) -> Any:
    """Return what is under a name, or at a path such as ``data.items[0].id``; ``None`` where nothing is."""
    if isinstance(document, dict) and path in document:
        return document[path]
    found = document
    for name in path.split("."):
        found = _member(found, name)
    return found


def _member(value: Any, name: str) -> Any:
    if isinstance(value, dict) and name in value:
        return value[name]
    indexed = _INDEXED.fullmatch(name)
    if indexed is None:
        return None
    items, index = _member(value, indexed[1]) if indexed[1] else value, int(indexed[2])
    return items[index] if isinstance(items, list) and index < len(items) else None


def digest(content: Content) -> str:
    """Return the SHA-256 of the body: the same bytes are the same event."""
    return hashlib.sha256(content.request.body).hexdigest()


def nowhere(content: Content) -> None:
    """Return nothing: for schemes that name no type."""


def either(*locators: Locator) -> Locator:
    """Return what the first of several finds."""

    def read(content: Content) -> str | None:
        found = (locator(content) for locator in locators)
        return next((name for name in found if name is not None), None)

    return read


def or_digest(locator: Locator) -> Locator:
    """Return what falls back on the digest of the body where a provider sent no id."""
    return either(locator, digest)


def event_id(content: Content, locate: Locator) -> str:
    """Return the id of the event: printable, at most ``LONGEST_NAME`` characters.

    Raises:
        BadSignature: the request has none that can be kept, and so cannot be told from one that was sent before.
    """
    name = locate(content)
    if name is None or not is_name(name):
        raise BadSignature(Cause.NO_EVENT_ID)
    return name


def event_type(content: Content, locate: Locator) -> str:
    """Return the type of the event; empty where the request names none."""
    name = locate(content)
    return name if name is not None and is_name(name) else ""


def is_name(text: str) -> bool:
    """Return whether a text can be an id or a type: nothing that a row or a log line could not hold."""
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and not text.isspace()
