"""How a value looks inside a text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def as_text(value: Any) -> str:
    """Return null as nothing, true and false as written, numbers without exponent, lists and objects as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(_whole(value), ensure_ascii=False, separators=(",", ":"), default=as_text)
    return str(value)


def _number(value: float | Decimal) -> str:
    """Money keeps its places (``5.00``); a lone ``.0`` is a whole number, and zero has no sign."""
    number = Decimal(repr(value)) if isinstance(value, float) else value
    text = f"{number:f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _whole(value: Any) -> Any:
    """Return the value with its whole floats as ints, which JSON then writes as such."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _whole(part) for key, part in value.items()}
    return [_whole(part) for part in value] if isinstance(value, list | tuple) else value
