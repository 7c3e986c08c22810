"""The bytes of a JSON document in, the bytes of some of its objects out, as they were sent: not a digit changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]:]')


@dataclass(slots=True)
class _Open:
    """A container that is not closed yet: where it begins, and the name of the member that is read in it."""

    start: int
    name: Any = None


def members_of_items(body: bytes, items: str, member: str) -> list[bytes]:
    """Return ``<items>[i].<member>`` of a document that is known to be JSON; empty where it is no object.

    Of members with one name the last counts, as for every reader that takes such a document at all.
    """
    found: list[bytes] = []
    around: list[_Open] = []
    text = b""
    for match in _TOKEN.finditer(body):
        token = match[0]
        if token == b":":
            around[-1].name = orjson.loads(text)
        elif token in b"{[":
            _begin(found, [one.name for one in around[:3]], items)
            around.append(_Open(match.start()))
        elif token in b"}]":
            closed = around.pop()
            if [one.name for one in around[:4]] == [items, None, member] and token == b"}":
                found[-1] = body[closed.start : match.end()]
        else:
            text = token
    return found


def _begin(found: list[bytes], path: list[Any], items: str) -> None:
    """Note that a list of items begins, or one of its items."""
    if path == [items]:
        found.clear()
    elif path == [items, None]:
        found.append(b"")
