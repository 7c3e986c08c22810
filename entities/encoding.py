"""Plain values in, JSON bytes out. A Decimal becomes a string, so that no client reads money as a binary float."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson


def to_json(value: Any) -> bytes:
    """Return ``value`` as JSON. What orjson refuses (huge integers, lone surrogates) is written escaped, as ASCII."""
    try:
        return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return json.dumps(value, default=_plain, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")  # never 1E-10
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, frozenset | set | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form.")
