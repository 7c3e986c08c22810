"""What a validation tag is: a name, one small check, a reader for its parameter, and the words for a refusal.

A check gets the value, the compiled parameter and all values by name. A value that is absent or null never reaches a
check, but for tags that ask for presence (``sees_absent``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

Values = Mapping[str, Any]
Predicate = str | Callable[[Any, Any], str]

# Longer than any text that a format can describe: longer texts are refused unread.
MAX_FORMAT_TEXT = 8_192


@dataclass(frozen=True, slots=True)
class Tag:
    """One validation tag.

    ``predicate`` goes on after the field's name (``must be an e-mail address``); ``{0}`` is the parameter as written.
    ``read`` compiles the parameter or raises ``ValueError`` saying what it must be; without it the tag takes none.
    ``names_fields`` says that the parameter is a list of other inputs, ``ends_list`` that a value which passes needs no
    further checks.
    """

    check: Callable[[Any, Any, Values], bool]
    predicate: Predicate
    read: Callable[[str], Any] | None = None
    optional_param: bool = False
    sees_absent: bool = False
    names_fields: bool = False
    ends_list: bool = False


def text_tag(matches: Callable[[str], Any], predicate: Predicate) -> Tag:
    """Return a tag for the format of a text; anything but a text fails it."""

    def check(value: Any, _: Any, __: Values) -> bool:
        return isinstance(value, str) and len(value) <= MAX_FORMAT_TEXT and bool(matches(value))

    return Tag(check, predicate)


def is_number(value: Any) -> bool:
    """Tell numbers from everything else; true is no number."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def exact(value: Any) -> Any:
    """Return a number that compares by its printed digits: 0.1 equals 0.1 whoever carries it."""
    return Decimal(repr(value)) if isinstance(value, float) else value


def has_value(value: Any) -> bool:
    """Tell whether a value is more than its kind's zero (v9: an empty list is a value, 0 and false are not)."""
    return value is not None and (bool(value) or isinstance(value, list | tuple | Mapping))


def size(value: Any) -> Any:
    """Return what ``min``, ``max`` and ``len`` compare: characters, items, or the number; ``None`` for neither."""
    if isinstance(value, str | Sequence | Mapping):
        return len(value)
    return exact(value) if is_number(value) else None


def rank(value: Any) -> tuple[str, Any]:
    """Return a value's kind and what orders it within the kind; texts are ordered by length, as in v9."""
    if isinstance(value, str | Sequence | Mapping):
        return type(value).__name__, len(value)
    if is_number(value):
        return "number", exact(value)
    if isinstance(value, datetime | date | time | timedelta):
        return type(value).__name__, value
    return "", None
