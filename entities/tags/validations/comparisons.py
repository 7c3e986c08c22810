"""Tags that compare a value with their parameter: lengths of texts, items of lists, sizes of numbers; and presence."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from entities.tags.validations.base import Tag, Values, has_value, size

Compare = Callable[[Any, Any], bool]

_DIGITS = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")


def number(param: str) -> Decimal:
    """Read the parameter of a comparison."""
    if not _DIGITS.fullmatch(param.strip()):
        raise ValueError("a number")
    return Decimal(param.strip())


def _text(param: str) -> str:
    return param


def _words(param: str) -> tuple[str, ...]:
    words = tuple(param.split())
    if not words:
        raise ValueError("a list of values, separated by spaces")
    return words


def _sized(compare: Compare) -> Callable[[Any, Any, Values], bool]:
    def check(value: Any, limit: Any, _: Values) -> bool:
        if limit is None:
            return _against_now(compare, value)
        measured = size(value)
        return measured is not None and compare(measured, limit)

    return check


def _against_now(compare: Compare, value: Any) -> bool:
    now = datetime.now(UTC)
    if isinstance(value, datetime):
        return compare(value, now)
    return isinstance(value, date) and compare(value, now.date())


def _says(amount: str, relation: str, moment: str = "") -> Callable[[Any, Any], str]:
    """Return the predicate for the kind of the value: characters, items, the plain number, or now."""

    def predicate(value: Any, param: str | None) -> str:
        if param is None:
            return f"must be {moment} now"
        plural = "" if param.strip() == "1" else "s"
        if isinstance(value, str):
            return f"must have {amount} {param} character{plural}"
        if isinstance(value, list | tuple | Mapping):
            return f"must have {amount} {param} item{plural}"
        return f"must be {relation}{param}"

    return predicate


def _equals(value: Any, param: str, _: Values) -> bool:
    if isinstance(value, str):
        return bool(value == param)
    if isinstance(value, bool):
        return param == str(value).lower()
    measured = size(value)
    return bool(measured is not None and _DIGITS.fullmatch(param) and measured == Decimal(param))


def _differs(value: Any, param: Any, others: Values) -> bool:
    return not _equals(value, param, others)


def _one_of(value: Any, words: tuple[str, ...], others: Values) -> bool:
    return any(_equals(value, word, others) for word in words)


def _required(value: Any, _: Any, __: Values) -> bool:
    return has_value(value)


def _is_default(value: Any, _: Any, __: Values) -> bool:
    return not has_value(value)


TAGS: Mapping[str, Tag] = {
    "required": Tag(_required, "is required", sees_absent=True),
    "isdefault": Tag(_is_default, "must be empty", sees_absent=True, ends_list=True),
    "len": Tag(_sized(operator.eq), _says("exactly", ""), number),
    "min": Tag(_sized(operator.ge), _says("at least", "at least "), number),
    "max": Tag(_sized(operator.le), _says("at most", "at most "), number),
    "eq": Tag(_equals, "must be '{0}'", _text),
    "ne": Tag(_differs, "must not be '{0}'", _text),
    "gt": Tag(_sized(operator.gt), _says("more than", "greater than ", "later than"), number, optional_param=True),
    "gte": Tag(_sized(operator.ge), _says("at least", "at least ", "not earlier than"), number, optional_param=True),
    "lt": Tag(_sized(operator.lt), _says("fewer than", "less than ", "earlier than"), number, optional_param=True),
    "lte": Tag(_sized(operator.le), _says("at most", "at most ", "not later than"), number, optional_param=True),
    "oneof": Tag(_one_of, "must be one of: {0}", _words),
}
