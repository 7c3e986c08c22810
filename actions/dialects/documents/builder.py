"""Build positioned values from the parser's events, counting as they come, so that no bound is passed unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from yaml import events
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from actions.dialects.documents import problems
from actions.dialects.documents.scalars import NotKept, read_plain, read_tagged
from actions.errors import Problem
from actions.locations import Location
from actions.values import Entry, ListValue, MappingValue, Scalar, Value, escape_pointer

MAX_DEPTH: Final = 32
MAX_VALUES: Final = 10_000
MAX_PROBLEMS: Final = 100
_CORE: Final = "tag:yaml.org,2002:"
_SCALAR_TAGS: Final = {_CORE + name: name for name in ("str", "int", "float", "bool", "null")}
_LIST_TAGS: Final = frozenset({None, _CORE + "seq"})
_MAPPING_TAGS: Final = frozenset({None, _CORE + "map"})


class Stop(Exception):
    """A bound is passed: nothing more is read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Anchor:
    """An anchored value: how many values and how many levels an alias of it adds."""

    value: Value
    size: int
    height: int


class Builder:
    """One reading of one text. ``problems`` fill up while ``documents`` runs."""

    def __init__(self, text: str, source: str) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._source = source
        self._next = CParser(text).get_event
        self._as_json = text.lstrip()[:1] in ("{", "[")
        self._values = 0
        self._anchors: dict[str, Anchor | None] = {}  # None: still being built

    def documents(self) -> list[Value]:
        """Return the value of each document that is not empty.

        Raises:
            Stop: the text is beyond a bound.
            yaml.YAMLError: the text is not YAML.
        """
        found = []
        self._next()  # the start of the stream
        while type(self._next()) is events.DocumentStartEvent:
            self._anchors = {}
            value = self._value(self._next(), "", 0)
            self._next()  # the end of the document
            if not (isinstance(value, Scalar) and value.value is None and not value.written):
                found.append(value)
        return found

    def _value(self, event: Any, pointer: str, depth: int) -> Value:
        kind = type(event)
        if kind is events.AliasEvent:
            return self._alias(event, pointer, depth)
        before = self._values
        self._count(1, event, pointer)
        if kind is events.ScalarEvent:
            value: Value = self._scalar(event, self._location(event, pointer))
            self._remember(event.anchor, value, before)
            return value
        if depth >= MAX_DEPTH:
            raise Stop(problems.TooDeep(MAX_DEPTH, self._location(event, pointer)))
        self._open(event.anchor)
        build = self._mapping if kind is events.MappingStartEvent else self._list
        value = build(event, pointer, depth + 1)
        self._remember(event.anchor, value, before)
        return value

    # Scalars

    def _scalar(self, event: Any, location: Location) -> Scalar:
        written, style = event.value, event.style
        start = -1 if style in ("|", ">") else event.start_mark.index + bool(style)
        if "\0" in written:
            self._report(problems.BadCharacter("\0", location))
        if style and event.tag is None:
            return Scalar(written, location, written, start)
        try:
            value = read_plain(written, as_json=self._as_json) if event.tag is None else self._tagged(event, location)
        except NotKept:
            self._report(problems.NumberOutOfRange(written, location))
            value = None
        return Scalar(value, location, written, start)

    def _tagged(self, event: Any, location: Location) -> Any:
        name = _SCALAR_TAGS.get(event.tag)
        if name is None:
            self._refuse_tag(event.tag, location)
            return None
        try:
            return read_tagged(name, event.value)
        except NotKept:
            raise
        except ValueError:
            self._report(problems.RefusedTag(f"!!{name}", location, core=True))
            return None

    def _refuse_tag(self, tag: str, location: Location) -> None:
        """A local tag is a script without quotes: nothing else in a definition begins with ``!``."""
        if tag.startswith("!"):
            self._report(problems.Unquoted("!", location))
        else:
            self._report(problems.RefusedTag(tag.replace(_CORE, "!!"), location, core=False))

    # Lists and mappings

    def _list(self, start: Any, pointer: str, depth: int) -> ListValue:
        location = self._container_location(start, pointer, _LIST_TAGS)
        items: list[Value] = []
        while type(event := self._next()) is not events.SequenceEndEvent:
            items.append(self._value(event, f"{pointer}/{len(items)}", depth))
        return ListValue(tuple(items), location)

    def _mapping(self, start: Any, pointer: str, depth: int) -> MappingValue:
        location = self._container_location(start, pointer, _MAPPING_TAGS)
        own: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        while type(event := self._next()) is not events.MappingEndEvent:
            if type(event) is not events.ScalarEvent:
                self._strange_key(event, start, pointer, depth)
            elif event.value == "<<" and not event.style and event.tag is None:
                self._merge(merged, pointer, depth)
            else:
                self._entry(own, event, pointer, depth)
        return MappingValue(tuple({**merged, **own}.values()), location)

    def _entry(self, own: dict[str, Entry], event: Any, pointer: str, depth: int) -> None:
        key = event.value
        place = f"{pointer}/{escape_pointer(key)}"
        location = self._location(event, place)
        if event.tag is not None or event.anchor is not None or "\0" in key:
            before = self._values
            self._remember(event.anchor, self._scalar(event, location), before)
        value = self._value(self._next(), place, depth)
        if key in own:
            self._report(problems.DuplicateKey(key, own[key].location, location))
        else:
            own[key] = Entry(key, location, value)

    def _strange_key(self, event: Any, start: Any, pointer: str, depth: int) -> None:
        """Report a key that is no text, and read over it and its value without reporting what is inside."""
        found = len(self.problems)
        self._value(event, pointer, depth)
        self._value(self._next(), pointer, depth)
        del self.problems[found:]
        self._report(self._strange_key_problem(event, start, pointer))

    def _strange_key_problem(self, event: Any, start: Any, pointer: str) -> Problem:
        adjacent = event.start_mark.index == start.start_mark.index + 1
        if start.flow_style and adjacent and type(event) is events.MappingStartEvent:
            return problems.Unquoted("{{", self._location(start, pointer))
        return problems.KeyIsNoText(self._location(event, pointer))

    def _merge(self, merged: dict[str, Entry], pointer: str, depth: int) -> None:
        """Add the entries of one mapping or several; what stands first wins."""
        event = self._next()
        value = self._value(event, pointer, depth)
        for part in value.items if isinstance(value, ListValue) else (value,):
            if isinstance(part, MappingValue):
                for entry in part:
                    merged.setdefault(entry.key, entry)
            else:
                self._report(problems.BadMerge(self._location(event, pointer)))

    # Anchors and aliases

    def _alias(self, event: Any, pointer: str, depth: int) -> Value:
        name = event.anchor
        anchor = self._anchors.get(name)
        if anchor is None:
            location = self._location(event, pointer)
            self._count(1, event, pointer)
            self._report(self._alias_problem(name, location))
            return Scalar(None, location)
        self._count(anchor.size, event, pointer)
        if depth + anchor.height > MAX_DEPTH:
            raise Stop(problems.TooDeep(MAX_DEPTH, self._location(event, pointer)))
        return anchor.value

    def _alias_problem(self, name: str, location: Location) -> Problem:
        if name in self._anchors:
            return problems.RecursiveAlias(name, location)
        return problems.UnknownAlias(name, location)

    def _open(self, name: str | None) -> None:
        if name is not None:
            self._anchors[name] = None

    def _remember(self, name: str | None, value: Value, before: int) -> None:
        if name is not None:
            self._anchors[name] = Anchor(value, max(self._values - before, 1), _height(value))

    # Places, problems and bounds

    def _report(self, problem: Problem) -> None:
        if len(self.problems) >= MAX_PROBLEMS:
            raise Stop(problems.TooManyProblems(MAX_PROBLEMS, problem.location))
        self.problems.append(problem)

    def _count(self, more: int, event: Any, pointer: str) -> None:
        self._values += more
        if self._values > MAX_VALUES:
            raise Stop(problems.TooManyValues(MAX_VALUES, self._location(event, pointer)))

    def _container_location(self, start: Any, pointer: str, tags: frozenset[str | None]) -> Location:
        location = self._location(start, pointer)
        if start.tag not in tags:
            self._refuse_tag(start.tag, location)
        return location

    def _location(self, event: Any, pointer: str) -> Location:
        mark = event.start_mark
        return Location(self._source, mark.line + 1, mark.column + 1, pointer, self._text)


def _height(value: Value) -> int:
    if isinstance(value, Scalar):
        return 0
    parts = value.items if isinstance(value, ListValue) else tuple(entry.value for entry in value)
    return 1 + max(map(_height, parts), default=0)
