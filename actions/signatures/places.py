"""The words of an author for where something is, ``header:X-Id`` or ``body:data.id``, in; what reads it there out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from actions.signatures import events

PLACES = "'header:NAME' or 'body:PATH', as in 'body:data.id'"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PATH = re.compile(r"[^.\x00-\x1f]{1,64}(?:\.[^.\x00-\x1f]{1,64}){0,7}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an id or a type is: in a header, at a path of the body, or, for ids only, in the digest of the body."""

    locate: events.Locator
    header: str = ""


def read_header_name(value: Any) -> str:
    """Return the name of a header, in lower case. A server does not tell ``_`` from ``-``: both are ``-`` here."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError("the name of a header")
    return value.lower().replace("_", "-")


def read_type_place(value: Any) -> Place:
    """Return the place of an event's type; in a header it may be several words."""
    return _read(value, events.in_header_as_it_is)


def _read(value: Any, in_header: Callable[[str], events.Locator]) -> Place:
    """Return a place of a header or of the body."""
    kind, _, rest = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind == "header" and _NAME.fullmatch(rest):
        name = read_header_name(rest)
        return Place(in_header(name), name)
    if kind == "body" and _PATH.fullmatch(rest):
        return Place(events.in_body(rest))
    raise ValueError(PLACES)


def read_id_place(value: Any) -> Place:
    """Return the place of an event's id."""
    if value == "digest":
        return Place(events.digest)
    try:
        return _read(value, events.in_header)
    except ValueError:
        raise ValueError(f"{PLACES}, or 'digest': the same body is the same event") from None
