"""What an unquoted scalar means: YAML 1.2 core, where a number with a leading zero stays the text it looks like.

Numbers are ints, or Decimals, so that money never passes through binary floats. Source: YAML 1.2.2, section 10.3; that
``010`` and ``007`` are texts is ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final

from actions.values import Plain

MAX_DIGITS: Final = 64
MAX_EXPONENT: Final = 308
MAX_INT: Final = 2**63 - 1

CONSTANTS: Final[dict[str, Plain]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER_STARTS: Final = frozenset("0123456789+-.")
_DECIMAL_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NOT_FINITE_IN_JSON: Final = frozenset({"NaN", "Infinity", "-Infinity"})


class NotKept(ValueError):
    """A number that is not finite, or too long or too large to be kept by readers of JSON."""


def read_plain(written: str, *, as_json: bool = False) -> Plain:
    """Return the value of an unquoted scalar.

    Raises:
        NotKept: NaN, an infinity (with ``as_json`` also in JavaScript's spelling), or a number out of range.
    """
    if written in CONSTANTS:
        return CONSTANTS[written]
    if as_json and written in _NOT_FINITE_IN_JSON:
        raise NotKept(written)
    return _read_number(written) if written[0] in _NUMBER_STARTS else written


def read_tagged(tag: str, written: str) -> Plain:
    """Return the value of a scalar with a tag of the core schema (``str``, ``int``, ``float``, ``bool``, ``null``).

    Raises:
        NotKept: as above.
        ValueError: the text is nothing that the tag names.
    """
    if tag == "str":
        return written
    value = read_plain(written)
    if not _FITS[tag](value):
        raise ValueError(tag)
    return Decimal(value) if tag == "float" and isinstance(value, int) else value


_FITS: Final[dict[str, Callable[[Plain], bool]]] = {
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | Decimal) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def _read_number(written: str) -> Plain:
    if _DECIMAL_INT.fullmatch(written):
        return _int(written, 10)
    if _FLOAT.fullmatch(written):
        return _decimal(written)
    if _BASED_INT.fullmatch(written):
        return _int(written, 0)
    if _NOT_FINITE.fullmatch(written):
        raise NotKept(written)
    return written


def _int(written: str, base: int) -> int:
    value = int(_short(written), base)
    if abs(value) > MAX_INT:
        raise NotKept(written)
    return value


def _decimal(written: str) -> Plain:
    try:
        value = Decimal(_short(written))
    except InvalidOperation:
        raise NotKept(written) from None
    if abs(value.adjusted()) > MAX_EXPONENT:
        raise NotKept(written)
    whole = value.as_tuple().exponent > 0 and abs(value) <= MAX_INT  # type: ignore[operator]  # finite: an int
    return int(value) if whole else value


def _short(written: str) -> str:
    """The time to read a number grows with the square of its length: look at that first."""
    if len(written) > MAX_DIGITS:
        raise NotKept(written)
    return written
