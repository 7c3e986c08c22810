"""What is said of a value that a schema refuses. Never the value itself: it may be a secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_KINDS: Final = {
    "string": "a text",
    "number": "a number",
    "integer": "an integer",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_LIMITS: Final = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters long",
    "maxLength": "at most {} characters long",
    "minItems": "a list of at least {}",
    "maxItems": "a list of at most {}",
    "minProperties": "an object with at least {} properties",
    "maxProperties": "an object with at most {} properties",
}
_FIXED: Final = {"uniqueItems": "Must not have the same item twice."}
_MAX_OPTIONS: Final = 20
_MAX_SHOWN: Final = 60


def sentence(keyword: str, facts: Mapping[str, Any]) -> str:
    """Return what a value must be. ``facts`` are the validator's of that keyword."""
    if keyword == "type":
        return f"Must be {' or '.join(_KINDS[one] for one in facts['types'])}."
    if keyword in _LIMITS:
        text = _LIMITS[keyword].format(facts["limit"])
        return f"Must be {_single(text) if facts['limit'] == 1 else text}."
    if keyword in ("enum", "const"):
        return f"Must be {_options(facts.get('options', [facts.get('expected_value')]))}."
    if keyword == "multipleOf":
        return f"Must be a multiple of {facts['multiple_of']}."
    if keyword == "pattern":
        return f"Must match the pattern '{facts['pattern'][:_MAX_SHOWN]}'."
    return _FIXED.get(keyword, f"The document does not allow it ('{keyword}').")


def _single(text: str) -> str:
    return text.replace("characters", "character").replace("properties", "property")


def _options(options: list[Any]) -> str:
    shown = ", ".join(_shown(one) for one in options[:_MAX_OPTIONS])
    more = f", or one of {len(options) - _MAX_OPTIONS} others" if len(options) > _MAX_OPTIONS else ""
    return f"one of {shown}{more}" if len(options) > 1 else shown


def _shown(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return f"'{value[:_MAX_SHOWN]}'"
    return str(value)[:_MAX_SHOWN] if isinstance(value, int | float) else "another value"
