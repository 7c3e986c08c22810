"""The keywords of a schema that hold no schemas, and which values mean something under each."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

TYPES: Final = ("string", "number", "integer", "boolean", "array", "object", "null")

# A file as inputs have it, or the text of one; a list of one is what an input of a file type holds.
_ONE_FILE: Final = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "file": {"type": "string"},
        "contents": {"type": "string"},
        "type": {"type": "string"},
    },
    "anyOf": [{"required": ["file"]}, {"required": ["contents"]}],
}
FILE: Final[dict[str, Any]] = {
    "anyOf": [{"type": "string"}, _ONE_FILE, {"type": "array", "items": _ONE_FILE, "minItems": 1, "maxItems": 1}]
}


def is_binary(schema: Mapping[str, Any]) -> bool:
    """Say whether a schema is that of a file: ``format: binary``, and from 3.1 on a media type without an encoding."""
    kind = schema.get("contentMediaType")
    bytes_of_a_type = isinstance(kind, str) and "contentEncoding" not in schema and not _WRITTEN.search(kind)
    return schema.get("format") == "binary" or (bytes_of_a_type and schema.get("type", "string") == "string")


_WRITTEN: Final = re.compile(r"^text/|json", re.IGNORECASE)  # what a text of JSON kinds holds as it is


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300 and math.isfinite(value)
    )


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value) and len(set(value)) == len(value)


def _is_dependencies(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_texts(one) for one in value.values())


PLAIN: Final[Mapping[str, Callable[[Any], bool]]] = {
    "enum": lambda value: isinstance(value, list) and bool(value),
    "const": lambda value: True,
    "format": lambda value: isinstance(value, str),
    "pattern": lambda value: isinstance(value, str),
    "required": _is_texts,
    "dependentRequired": _is_dependencies,
    "uniqueItems": lambda value: isinstance(value, bool),
    "minimum": _is_number,
    "maximum": _is_number,
    "multipleOf": lambda value: _is_number(value) and value > 0,
    **dict.fromkeys(
        (
            "minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains", "minProperties",
            "maxProperties",
        ),
        _is_count,
    ),
}  # fmt: skip


def read_types(value: Any) -> tuple[list[str], str]:
    """Return the types that a ``type`` names, and the first that is none (``any`` is every one, and no problem)."""
    names = value if isinstance(value, list) else [value]
    known = [name for name in names if isinstance(name, str) and name in (*TYPES, "file")]
    unknown = [name for name in names if name not in known and name != "any"]
    return list(dict.fromkeys(known)), (repr(unknown[0])[:60] if unknown else "")
