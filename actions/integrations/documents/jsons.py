"""Values as JSON texts, numbers written out exactly: ``12.50`` stays ``12.50``, and nothing is written ``1e3``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson


def to_json(value: Any) -> bytes:
    """Return a value of JSON kinds as a JSON text."""
    return orjson.dumps(_wide(value), default=_number)


def _wide(value: Any) -> Any:
    """Return a value with the integers that have more than 64 bits as Decimals."""
    if isinstance(value, dict):
        return {key: _wide(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_wide(one) for one in value]
    return Decimal(value) if type(value) is int and value.bit_length() > 62 else value


def _number(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(type(value).__name__)
