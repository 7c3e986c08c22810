"""A client's value in, a value that a column can be compared with out."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from entities.errors import BadParameter
from entities.fields import ValueRefused
from entities.filters.operators import Operator, Takes
from entities.filters.query import Column
from entities.identifiers import parse_uuid
from entities.options import option

MAX_TEXT = 1000
_UNFIT = re.compile("[\x00\ud800-\udfff]")
NO_ROW = -1  # no database counts up to this, so no row has it as its key


def is_plain_text(value: Any) -> bool:
    """Say whether a value is a text that a database can compare with: not too long, no NUL, no lone surrogate."""
    return isinstance(value, str) and len(value) <= MAX_TEXT and not _UNFIT.search(value)


def read_value(column: Column, operator: Operator, value: Any, parameter: str) -> Any:
    """Return ``value`` as the operator and the column want it.

    Raises:
        BadParameter: another kind of value, or too many.
    """
    try:
        return _bare(operator, _READERS[operator.takes](column, value))
    except ValueRefused as refused:
        raise BadParameter(f"'{column.name}' {refused.predicate}.", parameter=parameter) from None


def _nothing(column: Column, value: Any) -> None:
    """An operator without a value takes whatever was sent for one."""


def _one(column: Column, value: Any) -> Any:
    if value is None:
        raise ValueRefused("cannot be compared with null")
    if isinstance(value, list | dict):
        raise ValueRefused("must be compared with a single value")
    if isinstance(value, str):
        _text(column, value)
    return _key(column, value) if column.refers_to else _coerced(column, value)


def _one_or_null(column: Column, value: Any) -> Any:
    return None if value is None else _one(column, value)


def _text(column: Column, value: Any) -> str:
    if not is_plain_text(value):
        raise ValueRefused(f"must be compared with a text of at most {MAX_TEXT} characters")
    return str(value)


def _bare(operator: Operator, value: Any) -> Any:
    """Drop the ``%`` that clients of the original put around a text: there these operators are plain LIKE."""
    bare = value
    if operator.lookup in ("icontains", "iendswith"):
        bare = bare.removeprefix("%")
    if operator.lookup in ("icontains", "istartswith"):
        bare = bare.removesuffix("%")
    return bare or value


def _list(column: Column, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueRefused("must be compared with a list")
    ceiling = option("MAX_VALUES")
    if len(value) > ceiling:
        raise ValueRefused(f"may be compared with at most {ceiling} values")
    return [_one_or_null(column, item) for item in value]


def _pair(column: Column, value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueRefused("must be compared with a list of two")
    return _one(column, value[0]), _one(column, value[1])


_READERS: dict[Takes, Callable[[Column, Any], Any]] = {
    Takes.NOTHING: _nothing,
    Takes.ONE: _one,
    Takes.ONE_OR_NULL: _one_or_null,
    Takes.TEXT: _text,
    Takes.LIST: _list,
    Takes.PAIR: _pair,
}


def _key(column: Column, value: Any) -> Any:
    """Return the key that a public id stands for; one that stands for no row matches none."""
    if column.refers_to is None or not isinstance(value, str):
        raise ValueRefused("must be compared with the id of a row")
    key = column.refers_to.key(value)
    if key is not None:
        return key
    if column.refers_to.is_sealed and parse_uuid(value):
        return NO_ROW
    raise ValueRefused("must be compared with the id of a row")


def _coerced(column: Column, value: Any) -> Any:
    kind = column.column_type
    if kind is None:
        return value
    if isinstance(value, str) and not kind.is_text:
        value = kind.from_text(value)
    coerced = kind.coerce(value)
    if isinstance(coerced, Decimal) and coerced and abs(coerced.adjusted()) > 100:
        raise ValueRefused("is out of range")
    return coerced
