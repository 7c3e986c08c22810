"""What an author gives, as JSON kinds, with ``ABSENT`` for what is not known; numbers are exact."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from entities.values import ABSENT

MAX_DEPTH: Final = 50
MAX_VALUES: Final = 100_000
MAX_EXPONENT: Final = 400
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,300})(\.[0-9]{1,300})?")


class Refused(Exception):
    """A value that cannot be sent: the sentence, and where inside the value."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


def as_json(value: Any) -> Any:
    """Return a value as JSON kinds (numbers exact), newly made.

    Raises:
        Refused: a kind that JSON does not have, a number out of reach, or beyond a bound.
    """
    return _Reader().read(value, ())


class _Reader:
    """One reading of one value, which counts as it goes."""

    def __init__(self) -> None:
        self._count = 0

    def read(self, value: Any, path: tuple[str | int, ...]) -> Any:
        self._count += 1
        if self._count > MAX_VALUES:
            raise Refused(f"More than {MAX_VALUES} values.")
        if isinstance(value, Mapping | list | tuple | set | frozenset):
            if len(path) >= MAX_DEPTH:
                raise Refused(f"Nested deeper than {MAX_DEPTH} levels.", path[:1])
            if isinstance(value, Mapping):
                return {_text(str(key), path): self.read(one, (*path, str(key))) for key, one in value.items()}
            return [self.read(one, (*path, index)) for index, one in enumerate(value)]
        return _scalar(value, path)


def _scalar(value: Any, path: tuple[str | int, ...]) -> Any:
    if value is None or value is ABSENT or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int | float | Decimal):
        return _number(value, path)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise Refused("A value of this kind cannot be sent.", path)


def _text(value: str, path: tuple[str | int, ...]) -> str:
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise Refused("A text with half a character cannot be sent.", path)
    return str(value)


def _number(value: float | Decimal, path: tuple[str | int, ...]) -> int | Decimal:
    """Return a number that is exact: what stands in a float is its shortest decimal."""
    if isinstance(value, int):
        if value.bit_length() > MAX_EXPONENT * 3:
            raise Refused("The number is out of reach.", path)
        return int(value)
    number = Decimal(repr(value)) if isinstance(value, float) and math.isfinite(value) else Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > MAX_EXPONENT or len(number.as_tuple().digits) > MAX_EXPONENT:
        raise Refused("The number is out of reach.", path)
    return number


def text_of(value: str | float | Decimal | None) -> str:
    """Return a scalar as it stands in a URL, a header or a form: ``true``, ``12.50``, never ``1E+3``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def is_known(value: Any) -> bool:
    """Say whether nothing in a value is ``ABSENT``."""
    if isinstance(value, dict):
        return all(map(is_known, value.values()))
    return all(map(is_known, value)) if isinstance(value, list) else value is not ABSENT


def without_absent(value: Any) -> Any:
    """Return a value without what is ``ABSENT`` in its lists and mappings."""
    if isinstance(value, dict):
        return {key: without_absent(one) for key, one in value.items() if one is not ABSENT}
    return [without_absent(one) for one in value if one is not ABSENT] if isinstance(value, list) else value


def as_texts(value: Any) -> Any:
    """Return a value with every scalar as the text that is sent for it."""
    if isinstance(value, dict):
        return {key: as_texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_texts(one) for one in value]
    return value if value is None or value is ABSENT else text_of(value)


def as_read(value: Any) -> Any:
    """Return a value with every text that reads as a number or a boolean as that: on the wire they are the same."""
    if isinstance(value, dict):
        return {key: as_read(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_read(one) for one in value]
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value) if "." in value else int(value)
    return value
