"""Where something stands that a plan does not keep: the document's values by JSON pointer.

A plan knows where its nodes and templates are; a rule that refuses a key below one of them asks here for the place of
that key. Without a document, or for what was computed, the answer is the nearest place that is known.
"""

from __future__ import annotations

from actions.locations import Location
from actions.values import Entry, ListValue, MappingValue, Scalar, Value, escape_pointer


class Places:
    """The places of one document."""

    def __init__(self, root: Value | None = None) -> None:
        self._root = root
        self._found: dict[str, Value | None] = {"": root}

    def value(self, location: Location, *path: str | int) -> Location:
        """Return the place of the value under ``path`` below ``location``."""
        return self._below(location, path, key=False)

    def key(self, location: Location, *path: str | int) -> Location:
        """Return the place of the last key of ``path`` below ``location``."""
        return self._below(location, path, key=True)

    def sibling(self, location: Location, key: str) -> Location:
        """Return the place of the value under ``key`` beside the value at ``location``."""
        above = location.pointer.rpartition("/")[0]
        return self.value(Location(location.source, location.line, location.column, above, location.text), key)

    def within(self, location: Location, index: int) -> Location:
        """Return the place of one character of the text at ``location``."""
        value = self._at(location.pointer)
        return value.at(index) if isinstance(value, Scalar) else location

    def _below(self, location: Location, path: tuple[str | int, ...], *, key: bool) -> Location:
        for segment in path:
            parent = self._at(location.pointer)
            entry = _entry(parent, segment)
            name = segment if entry is None else entry.key
            pointer = f"{location.pointer}/{escape_pointer(str(name))}"
            value = entry.value if entry else _item(parent, segment)
            self._found[pointer] = value
            known = entry if entry and key and segment == path[-1] else value
            place = location if known is None else known.location
            location = Location(place.source, place.line, place.column, pointer, place.text)
        return location

    def _at(self, pointer: str) -> Value | None:
        if pointer in self._found:
            return self._found[pointer]
        head, _, last = pointer.rpartition("/")
        parent = self._at(head)
        segment = last.replace("~1", "/").replace("~0", "~")
        entry = _entry(parent, segment)
        value = entry.value if entry else _item(parent, segment)
        self._found[pointer] = value
        return value


def _entry(parent: Value | None, segment: str | int) -> Entry | None:
    """Return the entry of a mapping under that key, its spelling as far as case goes."""
    if not isinstance(parent, MappingValue):
        return None
    exact = next((entry for entry in parent.entries if entry.key == segment), None)
    lower = str(segment).lower()
    return exact or next((entry for entry in parent.entries if entry.key.lower() == lower), None)


def _item(parent: Value | None, segment: str | int) -> Value | None:
    if not isinstance(parent, ListValue) or not str(segment).isdecimal():
        return None
    index = int(segment)
    return parent.items[index] if index < len(parent.items) else None
