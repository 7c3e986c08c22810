"""Schemas compiled once, and values checked against them: Rust, no network, no file, no pattern that hangs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import jsonschema_rs

# Patterns without look-around or back references run in linear time; the others give up after so many steps.
_PATTERNS: Final = jsonschema_rs.FancyRegexOptions(backtrack_limit=20_000, size_limit=1_000_000)
_MAX_PATTERN: Final = 1000


@lru_cache(maxsize=4096)
def is_valid_pattern(pattern: str) -> bool:
    """Say whether a regular expression of a foreign document can be used here."""
    if len(pattern) > _MAX_PATTERN:
        return False
    try:
        compile_schema({"pattern": pattern})
    except ValueError:
        return False
    return True


def compile_schema(schema: Any) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of a schema.

    Raises:
        ValueError: the schema is none.
    """
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=_PATTERNS, validate_formats=False, offline=True)
