"""Whether a value can be checked in a moment: schemas that refer to one another can multiply at every step."""

from __future__ import annotations

from typing import Any, Final

from actions.integrations.documents.values import Schema

MOST: Final = 10_000
MORE_FOR_EACH: Final = 20

_REFERENCE: Final = "#/$defs/"
_LISTS: Final = ("allOf", "anyOf", "oneOf")
_SINGLE: Final = ("not", "if", "then", "else")


def is_affordable(schema: Schema, value: Any) -> bool:
    """Say whether a check visits at most ``MOST`` schemas, and ``MORE_FOR_EACH`` more for every part of the value."""
    if not isinstance(schema, dict) or "$defs" not in schema:
        return True
    left = MOST + MORE_FOR_EACH * size_of(value)
    waiting: list[tuple[Any, Any]] = [(schema, value)]
    while waiting and left > 0:
        part, one = waiting.pop()
        left -= 1
        if isinstance(part, dict):
            if "$ref" in part:
                waiting.append((schema["$defs"].get(part["$ref"].removeprefix(_REFERENCE), True), one))
            waiting += [(inner, one) for key in _LISTS if key in part for inner in part[key]]
            waiting += [(part[key], one) for key in _SINGLE if key in part]
            waiting += _below(part, one)
    return left > 0


def _below(part: dict[str, Any], value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        properties = part.get("properties", {})
        found += [(properties[key], one) for key, one in value.items() if key in properties]
        others = [*part.get("patternProperties", {}).values(), part.get("additionalProperties", True)]
        found += [(inner, one) for inner in others if isinstance(inner, dict) for one in value.values()]
        found += [(inner, value) for inner in part.get("dependentSchemas", {}).values()]
    elif isinstance(value, list):
        found += list(zip(part.get("prefixItems", ()), value, strict=False))
        found += [(part[key], one) for key in ("items", "contains") if isinstance(part.get(key), dict) for one in value]
    return found


def size_of(value: Any) -> int:
    """Return how many values a value is made of."""
    if isinstance(value, dict):
        return 1 + sum(map(size_of, value.values()))
    return 1 + sum(map(size_of, value)) if isinstance(value, list) else 1
