"""The filters that templates may use: a closed list of Django's own, and some of them with bounds.

Each asks the budget before, and has what it made measured after. Not among them are those that end escaping (``safe``,
``safeseq``, ``json_script``), depend on chance or internals (``random``, ``pprint``), or are dear on hostile text
(``striptags``, ``urlize``, ``wordwrap``, ``truncatewords_html``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any

from django.template import defaultfilters
from django.template.library import Library
from django.utils import dateformat, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from actions.texts.budget import MAX_OUTPUT, current

Filter = Callable[..., Any]

NAMES = (
    "addslashes",
    "capfirst",
    "cut",
    "default",
    "default_if_none",
    "divisibleby",
    "escape",
    "escapejs",
    "filesizeformat",
    "first",
    "force_escape",
    "get_digit",
    "iriencode",
    "last",
    "length",
    "linebreaks",
    "linebreaksbr",
    "lower",
    "pluralize",
    "slice",
    "slugify",
    "title",
    "truncatechars",
    "truncatewords",
    "upper",
    "urlencode",
    "wordcount",
    "yesno",
)
MAX_WIDTH = 1_000
MAX_PLACES = 30
MAX_LETTERS = 10_000
MAX_FORMAT = 100
_NUMBER_FORMAT = re.compile(r"[-+ 0#]{0,5}\d{0,2}(\.\d{1,2})?[sdifFeEgGxXo]")


def _bounded(function: Filter) -> Filter:
    @wraps(function)
    def bounded(*args: Any, **options: Any) -> Any:
        current().check()
        return current().sized(function(*args, **options))

    return bounded


def _add(value: Any, other: Any) -> Any:
    """Add two numbers, or put two texts or two lists together."""
    if isinstance(value, str) != isinstance(other, str) and not isinstance(value, int | float | Decimal):
        return ""
    return defaultfilters.add(value, other)


def _join(value: Any, separator: Any, autoescape: bool = True) -> Any:
    """Put the elements of a list together, numbers too; what that will make is measured before."""
    if not isinstance(value, list):
        return value
    if len(value) * len(str(separator)) > MAX_OUTPUT:
        raise current().too_long()
    write = conditional_escape if autoescape else str
    return mark_safe(str(write(separator)).join(str(write(part)) for part in value))  # noqa: S308 - escaped just now


_join.needs_autoescape = True  # type: ignore[attr-defined]


def _padded(function: Filter) -> Filter:
    @wraps(function)
    def padded(value: Any, width: Any) -> Any:
        if int(width) > MAX_WIDTH:
            raise current().exceeded(f"asks for a width of more than {MAX_WIDTH}")
        return function(value, width)

    return padded


def _stringformat(value: Any, wanted: Any) -> str:
    """Format a number or a text as Python's ``%`` does; nothing where the format is none of the short ones."""
    if not _NUMBER_FORMAT.fullmatch(str(wanted)):
        return ""
    return str(defaultfilters.stringformat(value, wanted))


def _floatformat(value: Any, places: Any = -1) -> Any:
    """Round a number to so many places."""
    digits = re.sub(r"[^0-9]", "", str(places))
    if len(digits) > 2 or int(digits or 0) > MAX_PLACES:
        raise current().exceeded(f"asks for more than {MAX_PLACES} places")
    return defaultfilters.floatformat(value, places)


_floatformat.is_safe = True  # type: ignore[attr-defined]


def _make_list(value: Any) -> list[str]:
    """Return the characters of a text, or the digits of a number."""
    text = str(value)
    if len(text) > MAX_LETTERS:
        raise current().exceeded(f"makes a list of more than {MAX_LETTERS} characters")
    return list(text)


def _date(value: Any, wanted: Any = "Y-m-d") -> str:
    """Format a date, or a moment in the site's time zone, that is written as ISO 8601; nothing for anything else."""
    moment = _moment(str(value))
    return "" if moment is None else dateformat.format(moment, str(wanted)[:MAX_FORMAT])


def _moment(text: str) -> date | datetime | None:
    if len(text) > MAX_FORMAT:
        return None
    try:
        moment = parse_datetime(text)
        if moment is None:
            return parse_date(text)
    except ValueError:
        return None
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def _dictsort(value: Any, key: Any) -> Any:
    """Sort a list of mappings by what stands under a key; nothing where they cannot be compared."""
    try:
        return sorted(value, key=lambda item: item[key])
    except (KeyError, TypeError, IndexError):
        return ""


def _dictsortreversed(value: Any, key: Any) -> Any:
    """The same, the other way round."""
    found = _dictsort(value, key)
    return found[::-1] if isinstance(found, list) else found


OWN: Mapping[str, Filter] = {
    "add": _add,
    "center": _padded(defaultfilters.center),
    "date": _date,
    "dictsort": _dictsort,
    "dictsortreversed": _dictsortreversed,
    "floatformat": _floatformat,
    "join": _join,
    "ljust": _padded(defaultfilters.ljust),
    "make_list": _make_list,
    "rjust": _padded(defaultfilters.rjust),
    "stringformat": _stringformat,
}
ABSENT_FILTERS: Mapping[str, str] = {
    **dict.fromkeys(("safe", "safeseq"), "What comes from outside stays escaped; markup is the template's own."),
    "time": "Use 'date' with a format such as \"H:i\".",
}


def add_filters(library: Library) -> None:
    """Register every filter of the list."""
    for name in NAMES:
        library.filter(name, _bounded(defaultfilters.register.filters[name]))
    for name, function in OWN.items():
        library.filter(name, _bounded(function))
