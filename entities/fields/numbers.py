"""Numbers: integers, decimals that never pass through binary floats, and measurements.

Readers of request bodies give numbers with a fraction as ``Decimal``. A money value stays one. Anything else becomes a
float where the float spells the same digits, so that ``1.5`` goes out as the number that came in; where it does not,
the decimal is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

from entities.fields.base import ValueRefused, expected

Number = int | float | Decimal

MAX_INTEGER = 2**63 - 1
MAX_NUMBER_TEXT = 400
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_TRUE = frozenset({"true", "1", "on", "yes"})
_FALSE = frozenset({"false", "0", "off", "no"})


def plain_number(value: Any) -> Number:
    """Accept any finite number within the range of a double; true is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise expected("a number", value)
    if isinstance(value, Decimal):
        return _shortest(value)
    if isinstance(value, float):
        return _finite(value)
    _finite_float(value)
    return value


def number_from_text(text: str) -> Number:
    """Read a number as people and JSON write it: ``12``, ``-1.5``, ``1e3``."""
    return plain_number(_read(text))


def coerce_integer(value: Any) -> int:
    """Accept a whole number that fits 64 bits; ``3.0`` is one."""
    number = plain_number(value)
    if number != int(number):
        raise ValueRefused("must be a whole number")
    # From the value as it came: what became a float on the way may have lost digits.
    whole = int(value)
    if not -MAX_INTEGER <= whole <= MAX_INTEGER:
        raise ValueRefused("must be a whole number of at most 64 bits")
    return whole


def integer_from_text(text: str) -> int:
    """Read a whole number."""
    return coerce_integer(_read(text))


def coerce_boolean(value: Any) -> bool:
    """Accept true and false only: 1 is a number."""
    if not isinstance(value, bool):
        raise expected("true or false", value)
    return value


def boolean_from_text(text: str) -> bool:
    """Read a form's yes or no; a checkbox sends ``on``."""
    word = text.strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueRefused("must be true or false")


def decimal_coercer(max_digits: int, places: int, *, pad: bool = False) -> Callable[[Any], Decimal]:
    """Return a coercer to ``Decimal``, from numbers and from text (which is how decimals travel in JSON).

    Nothing is rounded: too many places are refused. With ``pad`` the result has exactly ``places`` places, as the
    database will return it. A float (scripts have no other numbers) means the digits that it is printed with.
    """
    context = Context(prec=max_digits + places)
    unit = Decimal(1).scaleb(-places)

    def coerce(value: Any) -> Decimal:
        number = _decimal(value)
        if _places(number) > places:
            raise ValueRefused(f"must have at most {places} decimal places")
        if number and number.adjusted() >= max_digits - places:
            raise ValueRefused(f"must have at most {max_digits - places} digits before the point")
        return number.quantize(unit, context=context) if pad else number

    return coerce


def _decimal(value: Any) -> Decimal:
    if isinstance(value, str):
        value = _read(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise expected("a number", value)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(_bounded(value))
    if not number.is_finite():
        raise ValueRefused("must be a finite number")
    return number


def _bounded(value: int | Decimal) -> int | Decimal:
    if isinstance(value, int):
        _finite_float(value)
    return value


def _places(number: Decimal) -> int:
    digits, exponent = number.as_tuple()[1:]
    trailing = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(-int(exponent) - trailing, 0) if number else 0


def _read(text: str) -> int | Decimal:
    word = text.strip()
    if len(word) > MAX_NUMBER_TEXT or not _NUMBER.fullmatch(word):
        raise ValueRefused("must be a number")
    return int(word) if _INTEGER.fullmatch(word) else Decimal(word)


def _shortest(value: Decimal) -> float | Decimal:
    if not value.is_finite():
        raise ValueRefused("must be a finite number")
    number = _finite(float(value))
    return number if Decimal(repr(number)) == value else value


def _finite_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise ValueRefused("must be a number of at most 308 digits") from None


def _finite(number: float) -> float:
    if number - number != 0:  # NaN and the infinities only
        raise ValueRefused("must be a finite number")
    return number
