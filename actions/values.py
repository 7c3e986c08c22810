"""The data of a document, every part with its place: what readers make, dialects parse and templates are compiled from.

    text --read--> Scalar | ListValue | MappingValue --plain--> JSON kinds and Decimal

Values are frozen and may be shared: an alias is the value it stands for, at the place where that was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from actions.locations import Location

Plain: TypeAlias = bool | int | Decimal | str | None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, number, boolean or null.

    ``written`` is the author's spelling (``010``, ``1e3``, ``~``), unescaped. ``start`` is the index of its first
    character in the document's text, -1 where the two do not run side by side (block texts, computed values).
    """

    value: Plain
    location: Location
    written: str = ""
    start: int = -1

    def at(self, index: int) -> Location:
        """Return the place of one character of the text; the whole value's place where it cannot be told."""
        place = self.location
        if index <= 0 or self.start < 0 or not place.text.startswith(self.written[:index], self.start):
            return place
        quote = place.text[self.start - 1 : self.start]
        return place.at(place.column + index + (quote in ('"', "'")))


@dataclass(frozen=True, slots=True)
class ListValue:
    """A list."""

    items: tuple[Value, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Entry:
    """A key, always a text, its place, and the value. The pointer of the place is the value's."""

    key: str
    location: Location
    value: Value


@dataclass(frozen=True, slots=True)
class MappingValue:
    """A mapping in the order of the document; no key stands twice in the same spelling."""

    entries: tuple[Entry, ...]
    location: Location

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def get(self, key: str) -> Value | None:
        """Return the value under exactly that key, or ``None``."""
        return next((entry.value for entry in self.entries if entry.key == key), None)


Value: TypeAlias = Scalar | ListValue | MappingValue


def plain(value: Value) -> Any:
    """Return the data without places: dicts, lists, texts, ints, Decimals, booleans and ``None``, newly made."""
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, ListValue):
        return [plain(item) for item in value.items]
    return {entry.key: plain(entry.value) for entry in value.entries}


def positioned(data: Any, location: Location) -> Value:
    """Return plain data as a value; every part of it stands at ``location``, with a pointer of its own."""
    if isinstance(data, Mapping):
        return MappingValue(tuple(_entry(str(key), part, location) for key, part in data.items()), location)
    if isinstance(data, list | tuple):
        parts = enumerate(data)
        return ListValue(tuple(positioned(part, child(location, index)) for index, part in parts), location)
    return Scalar(data, location, written="" if data is None else str(data))


def _entry(key: str, data: Any, location: Location) -> Entry:
    place = child(location, key)
    return Entry(key, place, positioned(data, place))


def child(location: Location, key: str | int) -> Location:
    """Return the place with the pointer of a member."""
    pointer = f"{location.pointer}/{escape_pointer(str(key))}"
    return Location(location.source, location.line, location.column, pointer, location.text)


def escape_pointer(key: str) -> str:
    """Return a key as one segment of a JSON pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key
