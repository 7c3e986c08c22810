"""What the parts of the schema are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """Return a reference to a part of the schema."""
    return {"$ref": f"#/$defs/{name}"}


def list_of(items: Schema) -> Schema:
    """Return the schema of a list, which may be left empty."""
    return {"type": ["array", "null"], "items": items}


def has(key: str, values: Iterable[Any]) -> Schema:
    """Return the condition that a key has one of the values."""
    return {"properties": {key: {"enum": list(values)}}, "required": [key]}


def one_or_list(mapping: Schema) -> Schema:
    """Return the schema of one mapping, or of a list of them."""
    return {"if": {"type": "array"}, "then": {"items": mapping}, "else": {"anyOf": [mapping, {"type": "null"}]}}
