"""The bytes of a request's body in, a JSON value out; or what is wrong with them, and where.

Stricter than Python's reader (RFC 8259, and RFC 7493 for what a sender should avoid): UTF-8 only, no duplicate keys, no
NaN, no number that a double or a 64-bit integer cannot hold, no lone surrogate, no NUL, and bounds on size, depth and
count. A number with a fraction or an exponent becomes a ``Decimal``, so that money never passes through binary floats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, RawPostDataException, UnreadablePostError

from entities.errors import TooLarge, Unreadable, UnsupportedMediaType
from entities.options import option

MAX_EXPONENT = 308
MAX_NUMBER_LENGTH = 400

_BOM = b"\xef\xbb\xbf"
_UNFIT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a body may be: in bytes, levels and values."""

    size: int
    depth: int
    nodes: int

    @classmethod
    def of_settings(cls) -> Bounds:
        """Return the bounds that the settings give."""
        return cls(size=option("MAX_BODY"), depth=option("MAX_DEPTH"), nodes=option("MAX_NODES"))


def read_body(request: HttpRequest, bounds: Bounds) -> bytes:
    """Return the bytes of a request's body.

    Raises:
        TooLarge: before a byte is read, where the sender says the length. Unreadable: the sender hung up.
        UnsupportedMediaType: the body is a form, in which somebody has looked for a CSRF token already.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit() and int(length[:20]) > bounds.size:
        raise _too_large(bounds)
    try:
        return request.body
    except RequestDataTooBig:
        raise _too_large(bounds) from None
    except UnreadablePostError:
        raise Unreadable("The body ended before its announced length.") from None
    except RawPostDataException:
        raise UnsupportedMediaType("A form is not read here.", hint="Send JSON.") from None


def read_json(body: bytes, bounds: Bounds | None = None) -> Any:
    """Return the JSON value that ``body`` spells.

    Raises:
        Unreadable: with the place: line and column, or a JSON pointer. TooLarge: more bytes than the bounds allow.
    """
    bounds = bounds or Bounds.of_settings()
    if len(body) > bounds.size:
        raise _too_large(bounds)
    text = _decoded(body)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _not_json(error) from None
    except RecursionError:
        raise _too_deep(bounds) from None
    _Survey(bounds, has_escapes="\\u" in text).check(value)
    return value


def _not_json(error: json.JSONDecodeError) -> Unreadable:
    refused = Unreadable(f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}.")
    refused.line, refused.column = error.lineno, error.colno
    return refused


def _decoded(body: bytes) -> str:
    if not body.strip():
        raise Unreadable("The body is empty.", hint="Send a JSON document.")
    if b"\0" in body or body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("The body holds NUL bytes or is not UTF-8.", hint="Send UTF-8.")
    try:
        return body.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"The body is not UTF-8: byte {error.start} cannot be read.", hint="Send UTF-8.") from None


@dataclass(frozen=True, slots=True)
class _Refused:
    """Stands in the value where something must be refused, until the survey finds it and knows its place."""

    message: str


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Refused:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return _Refused(f"The key '{_shown(twice)}' stands twice in one object.")


def _integer(text: str) -> int | _Refused:
    if len(text) > MAX_NUMBER_LENGTH:
        return _Refused(f"The number {_shown(text)} has more than {MAX_NUMBER_LENGTH} digits.")
    return int(text)


def _number(text: str) -> Decimal | _Refused:
    if len(text) > MAX_NUMBER_LENGTH:
        return _Refused(f"The number {_shown(text)} has more than {MAX_NUMBER_LENGTH} digits.")
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent beyond what Decimal can hold
        number = Decimal("Infinity")
    if not number.is_finite() or (number and abs(number.adjusted()) > MAX_EXPONENT):
        return _Refused(f"The number {_shown(text)} is out of range.")
    # A zero keeps no exponent: 0e999999999 would be written out in a billion digits.
    return number if number else Decimal(0)


def _constant(text: str) -> _Refused:
    return _Refused(f"{text} is not a JSON number.")


def _shown(text: str) -> str:
    clean = _UNFIT.sub("?", text)
    return clean if len(clean) <= 40 else f"{clean[:40]}..."


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant
)


class _Survey:
    """One walk over a value that was read: counts, measures, and looks for what must be refused."""

    def __init__(self, bounds: Bounds, *, has_escapes: bool) -> None:
        self._bounds = bounds
        self._left = bounds.nodes
        self._has_escapes = has_escapes

    def check(self, value: Any, depth: int = 1) -> None:
        """Raise ``Unreadable`` with the pointer of the first place that must be refused."""
        kind = type(value)
        if kind is _Refused:
            raise Unreadable(value.message)
        if kind is dict or kind is list:
            self._check_members(value, depth)
        elif kind is str and self._has_escapes:
            _check_text(value)

    def _check_members(self, value: Any, depth: int) -> None:
        self._left -= len(value)
        if self._left < 0:
            raise Unreadable(f"The body holds more than {self._bounds.nodes} values.")
        if depth > self._bounds.depth:
            raise _too_deep(self._bounds)
        for name, member in _members(value):
            if self._has_escapes and type(name) is str:
                _check_text(name)
            try:
                self.check(member, depth + 1)
            except Unreadable as error:
                _raise_below(name, error)


def _members(value: dict[str, Any] | list[Any]) -> Iterator[tuple[str | int, Any]]:
    yield from value.items() if isinstance(value, dict) else enumerate(value)


def _check_text(text: str) -> None:
    unfit = _UNFIT.search(text)
    if unfit:
        what = "a NUL character" if unfit[0] == "\0" else "a lone surrogate"
        raise Unreadable(f"A text holds {what}.")


def _raise_below(name: str | int, error: Unreadable) -> NoReturn:
    step = _shown(str(name)).replace("~", "~0").replace("/", "~1")
    error.pointer = f"/{step}{error.pointer}"
    raise error


def _too_deep(bounds: Bounds) -> Unreadable:
    return Unreadable(f"The body is nested deeper than {bounds.depth} levels.")


def _too_large(bounds: Bounds) -> TooLarge:
    return TooLarge(f"The body is larger than {bounds.size} bytes.")
