"""Which page of a list: a number, or a row to stand before or after."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from entities.errors import BadParameter
from entities.options import option

MAX_NUMBER = 1_000_000_000
PARAMETERS = ("page[number]", "page[size]", "page[after]", "page[before]")

_DIGITS = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Window:
    """A page: ``size`` rows, counted by ``number`` or standing ``after`` or ``before`` the row with a public id."""

    size: int
    number: int = 1
    after: str = ""
    before: str = ""

    @property
    def by_cursor(self) -> bool:
        """The page is found by a row and not by its number."""
        return bool(self.after or self.before)

    @property
    def offset(self) -> int:
        """How many rows stand before the page."""
        return (self.number - 1) * self.size


def read_window(given: Mapping[str, Any], ceiling: int = 0, size: int = 0) -> Window:
    """Return the window for parameters by name; each is a text, or a whole number.

    ``ceiling`` is the largest size, ``size`` the one without ``page[size]``; 0 is what the settings say.

    Raises:
        BadParameter: no positive number, over the ceiling, or two ways to say where.
    """
    places = [name for name in ("page[number]", "page[after]", "page[before]") if name in given]
    if len(places) > 1:
        message = f"'{places[0]}' and '{places[1]}' exclude each other."
        raise BadParameter(message, parameter=places[1])
    ceiling = ceiling or int(option("MAX_PAGE_SIZE"))
    size = _positive(given, "page[size]", ceiling) or min(size or int(option("PAGE_SIZE")), ceiling)
    number = _positive(given, "page[number]", MAX_NUMBER) or 1
    return Window(size, number, after=_cursor(given, "page[after]"), before=_cursor(given, "page[before]"))


def _positive(given: Mapping[str, Any], name: str, ceiling: int) -> int | None:
    if name not in given:
        return None
    value = given[name]
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _DIGITS.fullmatch(text) or int(text) == 0:
        raise BadParameter(f"'{name}' must be a whole number from 1 to {ceiling}.", parameter=name)
    if int(text) > ceiling:
        raise BadParameter(f"'{name}' may be at most {ceiling}.", parameter=name)
    return int(text)


def _cursor(given: Mapping[str, Any], name: str) -> str:
    if name not in given:
        return ""
    value = given[name]
    if not isinstance(value, str) or not value:
        raise BadParameter(f"'{name}' must be the id of a row.", parameter=name)
    return value
