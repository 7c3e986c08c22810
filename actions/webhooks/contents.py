"""The body of a verified event in, the data that expressions read out: JSON, a form, XML, or nothing for the rest."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from actions.signatures.base import MOST_BODY
from actions.signatures.events import FORM, MOST_FIELDS, media_type
from actions.signatures.xml import BadXml, is_xml, read_xml
from actions.webhooks.errors import UnreadableEvent
from entities.errors import EntityError
from entities.options import option
from entities.parsing import Bounds, read_json

_GZIP = b"\x1f\x8b"


def is_form(content_type: str) -> bool:
    """Say whether everything in the body is text."""
    return media_type(content_type) == FORM


def read_event(body: bytes, content_type: str) -> Any:
    """Return the data of a body; ``None`` where its type is none that is read, such as plain text.

    Raises:
        UnreadableEvent: the body is not what its content type says, or is over the bounds.
    """
    kind = media_type(content_type)
    if kind == FORM:
        return _form(body)
    if is_xml(kind):
        return _xml(body)
    try:
        return read_json(body, Bounds(MOST_BODY, option("MAX_DEPTH"), option("MAX_NODES")))
    except EntityError as error:
        if kind and kind != "application/json" and not kind.endswith("+json"):
            return None
        if body.startswith(_GZIP):
            raise UnreadableEvent("The body is compressed. Its sender must send it as it is.") from None
        raise UnreadableEvent(error.message) from None


def _xml(body: bytes) -> dict[str, Any]:
    try:
        return read_xml(body)
    except BadXml as bad:
        raise UnreadableEvent(str(bad)) from None


def _form(body: bytes) -> dict[str, Any]:
    """Return the fields; one that was sent several times is a list."""
    if body.count(b"&") >= MOST_FIELDS:
        raise UnreadableEvent(f"The form has more than {MOST_FIELDS} fields.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise UnreadableEvent("The body is no form in UTF-8.") from None
    if any("\0" in text for pair in pairs for text in pair):  # what no row can hold, as in JSON
        raise UnreadableEvent("A field of the form holds a NUL character.")
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found
