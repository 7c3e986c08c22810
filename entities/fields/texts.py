"""Text and JSON values: which texts can be stored, and that every number in a document is finite.

NUL cannot be stored by PostgreSQL and a lone surrogate cannot be encoded as UTF-8, so both are refused here, once for
all types, instead of failing in the driver.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from entities.fields.base import ValueRefused, expected
from entities.fields.numbers import plain_number

MAX_DEPTH = 64
MAX_REFERENCE = 200


def check_text(text: str) -> str:
    """Return the text, or refuse it: NUL, lone surrogates.

    Raises:
        ValueRefused
    """
    if "\0" in text:
        raise ValueRefused("must not contain the NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueRefused("must not contain a lone surrogate") from None
    return text


def coerce_text(value: Any) -> str:
    """Accept text only: a number is no text."""
    if not isinstance(value, str):
        raise expected("a text", value)
    return check_text(value)


def coerce_reference(value: Any) -> str:
    """Accept the public id of a row, as text (or as the UUID that it is)."""
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        raise expected("the id of a row, as text", value)
    if not 0 < len(value) <= MAX_REFERENCE:
        raise ValueRefused("must be the id of a row")
    return check_text(value)


def coerce_json(value: Any) -> Any:
    """Accept any JSON value; texts and numbers inside must be storable."""
    return _json(value, MAX_DEPTH)


def json_from_text(text: str) -> Any:
    """Read a form's text as a JSON document."""
    try:
        return coerce_json(orjson.loads(text))
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        raise ValueRefused("must be JSON") from None


def storable_json(value: Any) -> Any:
    """Return the value with every decimal that is left as the nearest float: JSON columns know no decimals."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: storable_json(item) for key, item in value.items()}
    return [storable_json(item) for item in value] if isinstance(value, list) else value


def _json(value: Any, depth: int) -> Any:
    if depth == 0:
        raise ValueRefused(f"must not be nested deeper than {MAX_DEPTH} levels")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return check_text(value)
    if isinstance(value, int | float | Decimal):
        return plain_number(value)
    if isinstance(value, dict):
        return {coerce_text(key): _json(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item, depth - 1) for item in value]
    raise ValueRefused("must be a JSON value")
