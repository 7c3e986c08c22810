"""The schemas of a document as JSON Schema 2020-12, each with what it refers to in ``$defs`` of its own.

Three notations become one: ``nullable``, boolean ``exclusiveMinimum``, ``example``, lists under ``items``, ``file``.
The schemas are for requests: what is ``readOnly`` is neither required nor allowed. What means nothing is dropped and
reported, and a part that cannot be known (a reference out of the document, a circle that consumes nothing) allows
anything: a check must never refuse what the service would take.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from actions.integrations.documents.choices import read_choice
from actions.integrations.documents.circles import IN_PLACE, IN_PLACE_ONE, Circles
from actions.integrations.documents.keywords import FILE, PLAIN, is_binary, read_types
from actions.integrations.documents.pointers import Part, Source, unresolved
from actions.integrations.documents.tidying import for_requests, mended
from actions.integrations.documents.values import Schema

MAX_NESTED: Final = 30
MAX_DEFINITIONS: Final = 400
MAX_DISTANCE: Final = 24
MAX_ALL_DEFINITIONS: Final = 2_000_000
MAX_INLINED: Final = 8
MAX_ALL_INLINED: Final = 100
MAX_PATTERNS: Final = 2000

# A pattern in JavaScript's own notation, ``/^a$/i``, which no schema has.
_LITERAL: Final = re.compile(r"/\^.*\$/[a-z]*", re.DOTALL)
_ONE: Final = (
    "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then", "unevaluatedItems",
    "unevaluatedProperties",
)  # fmt: skip
_MANY: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED: Final = ("dependentSchemas", "patternProperties", "properties")


@dataclass(frozen=True, slots=True)
class Definition:
    """A part of the document that others refer to: its schema, and the names that this refers to in turn."""

    schema: Schema
    refers: frozenset[str]


@dataclass(frozen=True, slots=True)
class _View:
    """How a schema is read: how deep, whether descriptions are kept, inlined from where, and from which definition."""

    depth: int = 0
    described: int = 0
    inlined: tuple[str, ...] = ()
    owner: str = ""
    in_place: bool = True

    def inside(self, *, consumes: bool) -> _View:
        described = self.described - 1 if consumes else self.described
        return _View(self.depth + 1, max(described, 0), self.inlined, self.owner, self.in_place and not consumes)


@dataclass(slots=True)
class Schemas:
    """The schemas of one document. Definitions are read once, when something first refers to them."""

    source: Source
    valid_pattern: Callable[[str], bool]
    _names: dict[str, str] = field(default_factory=dict)  # pointer -> name
    _pointers: dict[str, str] = field(default_factory=dict)  # name -> pointer
    _definitions: dict[str, Definition] = field(default_factory=dict)
    _whole: dict[str, Schema] = field(default_factory=dict)
    _bundles: dict[frozenset[str], dict[str, Schema]] = field(default_factory=dict)
    _circles: Circles = field(init=False)
    _refers: set[str] = field(default_factory=set)
    _placed: int = 0
    _patterns: dict[str, bool] = field(default_factory=dict)
    _inlined: int = 0
    parameters_read: int = 0

    def __post_init__(self) -> None:
        self._circles = Circles(self.source)

    def read(self, part: Part) -> Schema:
        """Return the schema at a place, whole: everything that it needs is in its ``$defs``."""
        reference = part.mapping().get("$ref")
        key = reference if isinstance(reference, str) and len(part.mapping()) == 1 else ""
        if key not in self._whole or not key:
            self._refers, self._inlined = set(), 0
            schema = self._schema(part, _View(described=2))
            whole = self._with_definitions(schema, frozenset(self._refers))
            if not key:
                return whole
            self._whole[key] = whole
        return self._whole[key]

    # Definitions

    def _with_definitions(self, schema: Schema, refers: frozenset[str]) -> Schema:
        if not refers or not isinstance(schema, dict):
            return schema
        if refers not in self._bundles:
            self._bundles[refers] = self._bundle(refers)
        definitions = self._bundles[refers]
        return {**schema, "$defs": definitions} if definitions else True

    def _bundle(self, refers: frozenset[str]) -> dict[str, Schema]:
        """Collect what is referred to, the nearest first; what is beyond the bounds allows anything."""
        found: dict[str, Schema] = {}
        level = sorted(refers)
        for _ in range(MAX_DISTANCE):
            if not level or len(found) + len(level) > MAX_DEFINITIONS:
                break
            found.update((name, self._definition(name).schema) for name in level)
            below = set().union(*(self._definition(name).refers for name in level))
            level = sorted(name for name in below if name not in found)
        found.update(dict.fromkeys(level, True))
        self._placed += len(found)
        if self._placed > MAX_ALL_DEFINITIONS:
            self.source.report("", f"More than {MAX_ALL_DEFINITIONS} definitions in use; the rest allows anything.")
            return {}
        return found

    def _definition(self, name: str) -> Definition:
        found = self._definitions.get(name)
        if found is None:
            before, self._refers = self._refers, set()
            pointer = self._pointers[name]
            target = self.source.at(pointer)
            schema = self._schema(target, _View(owner=pointer)) if target else True
            found = self._definitions[name] = Definition(schema, frozenset(self._refers))
            self._refers = before
        return found

    def _name(self, pointer: str) -> str:
        name = self._names.get(pointer)
        if name is None:
            base = re.sub(r"[^A-Za-z0-9_.-]", "_", pointer.rsplit("/", 1)[-1])[:80] or "_"
            name, number = base, 1
            while name in self._pointers:
                number += 1
                name = f"{base}-{number}"
            self._names[pointer], self._pointers[name] = name, pointer
        return name

    # One schema

    def _schema(self, part: Part, view: _View) -> Schema:
        raw = part.value
        if isinstance(raw, bool):
            return raw
        if not isinstance(raw, dict):
            self.source.report(part.pointer, "A schema must be an object; it allows anything.")
            return True
        if view.depth > MAX_NESTED:
            self.source.report(part.pointer, f"Schemas are nested deeper than {MAX_NESTED} levels; it allows anything.")
            return True
        if isinstance(raw.get("$ref"), str):
            return self._reference(part, raw["$ref"], view)
        return self._nullable(raw, self._keywords(part, view))

    def _reference(self, part: Part, reference: str, view: _View) -> Schema:
        target = self.source.resolve(reference)
        if target is None:
            self.source.report(part.pointer, unresolved(reference))
            return True
        near = len(view.inlined) < MAX_INLINED and self._inlined < MAX_ALL_INLINED
        if view.described and view.in_place and near:
            return self._inline(part, target, view)
        if view.in_place and view.owner and target.pointer in self._circles.closed_by(view.owner):
            return self._circle(part)
        name = self._name(target.pointer)
        self._refers.add(name)
        return self._nullable(part.value, {**self._beside(part, view), "$ref": f"#/$defs/{name}"})

    def _inline(self, part: Part, target: Part, view: _View) -> Schema:
        """Read what stands at the top of a whole schema in place, so that its properties keep their descriptions."""
        self._inlined += 1
        if target.pointer in view.inlined:
            return self._circle(part)
        inner = _View(view.depth + 1, view.described, (*view.inlined, target.pointer), target.pointer)
        schema = self._schema(target, inner)
        beside = self._beside(part, view)
        return self._nullable(part.value, {"allOf": [schema], **beside} if beside else schema)

    def _circle(self, part: Part) -> Schema:
        self.source.report(part.pointer, "$ref leads in a circle; it allows anything.")
        return True

    def _beside(self, part: Part, view: _View) -> dict[str, Any]:
        """Return the keywords beside a ``$ref``: they count from 3.1 on."""
        if not self.source.newer or len(part.value) == 1:
            return {}
        return self._keywords(Part({key: one for key, one in part.value.items() if key != "$ref"}, part.pointer), view)

    def _nullable(self, raw: dict[str, Any], schema: Schema) -> Schema:
        """Let null in where 3.0's ``nullable`` or 2.0's ``x-nullable`` says so."""
        if True not in (raw.get("nullable"), raw.get("x-nullable")) or not isinstance(schema, dict):
            return schema
        kept: dict[str, Any] = {key: schema[key] for key in ("title", "description") if key in schema}
        if "type" not in schema or any(key in schema for key in ("$ref", "const", *IN_PLACE, *IN_PLACE_ONE)):
            return {**kept, "anyOf": [{"type": "null"}, schema]}
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        enum = {"enum": [*schema["enum"], None]} if "enum" in schema and None not in schema["enum"] else {}
        return {**schema, "type": list(dict.fromkeys([*types, "null"])), **enum}

    def _keywords(self, part: Part, view: _View) -> dict[str, Any]:
        raw, schema = part.value, self._plain(part, view)
        for key in _ONE:
            if key in raw and not (key == "items" and isinstance(raw[key], list)):
                schema[key] = self._schema(part.child(key), view.inside(consumes=key not in IN_PLACE_ONE))
        schema |= read_choice(raw)
        for key in (*_MANY, "items"):
            if parts := part.child(key).items():
                name = "prefixItems" if key == "items" else key
                inner = view.inside(consumes=name == "prefixItems")
                schema[name] = [self._schema(one, inner) for one in parts]
        for key in _NAMED:
            if isinstance(raw.get(key), dict):
                schema[key] = dict(self._named(part.child(key), key, view))
        return mended(for_requests(self.source, part, schema))

    def _named(self, part: Part, key: str, view: _View) -> Iterator[tuple[str, Schema]]:
        inner = view.inside(consumes=key != "dependentSchemas")
        for name in part.mapping():
            if key == "patternProperties" and not self._usable(part, name):
                continue
            yield name, self._schema(part.child(name), inner)

    # What is left of the keywords that hold no schemas

    def _plain(self, part: Part, view: _View) -> dict[str, Any]:
        raw = part.value
        schema: dict[str, Any] = {}
        for key, valid in PLAIN.items():
            if key in raw:
                if valid(raw[key]):
                    schema[key] = raw[key]
                else:
                    self.source.report(part.pointer, f"'{key}' has a value that means nothing; it is left out.")
        if "pattern" in schema and not self._usable(part, schema["pattern"]):
            del schema["pattern"]
        self._bounds(raw, schema)
        if view.described:
            self._notes(raw, schema)
        if "type" in raw:
            self._types(part, schema)
        if schema.get("format") == "binary" or is_binary(raw):
            note = {"description": schema["description"]} if "description" in schema else {}
            schema = {"format": "binary", **note, **FILE}
        return schema

    def _types(self, part: Part, schema: dict[str, Any]) -> None:
        types, unknown = read_types(part.value["type"])
        if "file" in types:
            schema["format"] = "binary"
        elif types and not unknown:
            schema["type"] = types[0] if len(types) == 1 else types
        if unknown:
            self.source.report(part.pointer, f"Unknown type {unknown}; it allows anything.")

    @staticmethod
    def _bounds(raw: dict[str, Any], schema: dict[str, Any]) -> None:
        """Turn 3.0's boolean ``exclusiveMinimum`` and ``exclusiveMaximum`` into numbers."""
        for key, plain in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            value = raw.get(key)
            if value is True and plain in schema:
                schema[key] = schema.pop(plain)
            elif PLAIN["minimum"](value):
                schema[key] = value

    @staticmethod
    def _notes(raw: dict[str, Any], schema: dict[str, Any]) -> None:
        for key in ("title", "description"):
            if isinstance(raw.get(key), str):
                schema[key] = raw[key][:1000]
        for key in ("default", "example"):
            value = raw.get(key)
            if isinstance(value, str | int | float) and len(str(value)) <= 200:
                schema |= {"default": value} if key == "default" else {"examples": [value]}

    def _usable(self, part: Part, pattern: str) -> bool:
        if pattern not in self._patterns and len(self._patterns) < MAX_PATTERNS:
            self._patterns[pattern] = not _LITERAL.fullmatch(pattern) and self.valid_pattern(pattern)
        if self._patterns.get(pattern):
            return True
        self.source.report(part.pointer, f"Pattern '{pattern[:60]}' cannot be used; it is left out.")
        return False
