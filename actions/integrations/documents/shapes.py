"""What can be told of an object schema without a value: its properties, which must be there, and whether others may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from actions.integrations.documents.values import Schema

MAX_PARTS: Final = 2000
MAX_ALTERNATIVES: Final = 200
_REFERENCE: Final = "#/$defs/"


@dataclass(slots=True)
class Shape:
    """The top level of an object. ``is_object``: the value may be one; ``is_open``: it may have other properties."""

    properties: dict[str, Schema] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    is_object: bool = False
    is_open: bool = False


def shape_of(schema: Schema) -> Shape:
    """Return the shape of a whole schema; alternatives are put together, and require nothing."""
    definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}
    shape = Shape()
    seen: set[int] = set()
    waiting: list[tuple[Schema, bool]] = [(schema, True)]
    while waiting and len(seen) < MAX_PARTS:
        part, certain = waiting.pop(0)
        if id(part) in seen and not isinstance(part, bool):
            continue
        seen.add(id(part))
        _add(shape, part, certain=certain)
        waiting += _parts(definitions, part, certain)
    if shape.is_object and not shape.properties:
        shape.is_open = True
    return shape


def _add(shape: Shape, part: Schema, *, certain: bool) -> None:
    if isinstance(part, bool) or not part.keys() - _NOTES:
        shape.is_object = shape.is_object or part is not False
        return
    types = part.get("type", ["object"] if "properties" in part or "additionalProperties" in part else [])
    shape.is_object = shape.is_object or "object" in (types if isinstance(types, list) else [types])
    for name, one in part.get("properties", {}).items():
        shape.properties.setdefault(name, one)
    if certain:
        shape.required.update(part.get("required", ()))
    shape.is_open = shape.is_open or part.get("additionalProperties", False) is not False or "patternProperties" in part


_NOTES: Final = frozenset({"title", "description", "default", "examples"})


def _parts(definitions: Mapping[str, Schema], part: Schema, certain: bool) -> list[tuple[Schema, bool]]:
    if isinstance(part, bool):
        return []
    target = definitions.get(part["$ref"].removeprefix(_REFERENCE)) if "$ref" in part else None
    found = [(target, certain)] if target is not None else []
    found += [(one, certain) for one in part.get("allOf", ())]
    return found + [(one, False) for key in ("anyOf", "oneOf") for one in part.get(key, ())]


def part_of(schema: Schema, part: Schema) -> Schema:
    """Return a part of a whole schema as a whole one."""
    definitions = schema.get("$defs") if isinstance(schema, dict) else None
    if definitions and isinstance(part, dict) and _refers(part):
        return {**part, "$defs": definitions}
    return part


def _refers(part: Any) -> bool:
    if isinstance(part, dict):
        return isinstance(part.get("$ref"), str) or any(map(_refers, part.values()))
    return isinstance(part, list) and any(map(_refers, part))


def file_kinds(schema: Schema, part: Schema) -> tuple[bool, bool]:
    """Say of a property of a form whether it may be a file (or, as a list, files), and whether it may be a text."""
    definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}
    file = text = False
    waiting, seen = [part], 0
    while waiting and seen < MAX_ALTERNATIVES:
        one, seen = waiting.pop(), seen + 1
        if not isinstance(one, dict):
            continue
        if one.get("format") == "binary":
            file = True
            continue
        text = text or "string" in _types(one)
        waiting += [inner for key in ("allOf", "anyOf", "oneOf") for inner in one.get(key, ())]
        waiting += [one["items"]] if "items" in one else []
        waiting += [definitions.get(one["$ref"].removeprefix(_REFERENCE), True)] if "$ref" in one else []
    return file, text


def _types(part: dict[str, Any]) -> Any:
    types = part.get("type", [])
    return types if isinstance(types, list) else [types]
