"""Values between an outcome and a database: what is bound to a statement, and what its rows are read as."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.duration import duration_iso_string

from entities.derivation import iso_datetime
from entities.encoding import to_json
from entities.values import ABSENT

LARGEST = 2**63 - 1
_JSONB = 3802  # the type's number in PostgreSQL


class Unbound(Exception):
    """A value that neither database takes: why."""


def bound(value: Any) -> Any:
    """Return a value as it is bound: a number, a text, true, false or null; a list or a mapping as JSON text.

    Raises:
        Unbound.
    """
    if value is None or value is ABSENT:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _checked(value, -LARGEST - 1 <= value <= LARGEST, "is larger than 64 bits")
    if isinstance(value, float | Decimal):
        return _checked(value, math.isfinite(value), "is no number")
    text = to_json(value).decode() if isinstance(value, Mapping | list | tuple) else str(value)
    _checked(text, "\x00" not in text, "has a NUL in it")
    return _checked(text, not any("\ud800" <= letter <= "\udfff" for letter in text), "has half a character in it")


def _checked(value: Any, is_fit: bool, reason: str) -> Any:
    if not is_fit:
        raise Unbound(reason)
    return value


def reader(type_code: object) -> Callable[[Any], Any]:
    """Return what reads the values of a column as JSON kinds, as the API writes them; a Decimal stays one."""
    return _read_jsonb if type_code == _JSONB else read


def _read_jsonb(value: Any) -> Any:
    return json.loads(value, parse_float=Decimal) if isinstance(value, str) else read(value)


def read(value: Any) -> Any:
    """Return one value of a row as JSON kinds."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [read(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): read(part) for key, part in value.items()}
    for kind, write in _WRITTEN:
        if isinstance(value, kind):
            return write(value)
    return str(value)


def _number(value: Any) -> Any:
    return value if math.isfinite(value) else str(value)


def _bytes(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode()


_WRITTEN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    ((float, Decimal), _number),
    (UUID, str),
    (datetime, iso_datetime),
    ((date, time), lambda value: value.isoformat()),
    (timedelta, duration_iso_string),
    ((bytes, bytearray, memoryview), _bytes),
)
