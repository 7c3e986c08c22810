"""``20/minute`` in, a ``Rate`` out: how often something may be done. Pure, so that settings and documents share it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from entities.errors import did_you_mean

UNITS: Mapping[str, int] = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
MOST = 1_000_000
NONE = "none"
# Also the pattern of the notation's JSON Schema: both refuse the same.
PATTERN = r"^\s*([0-9]{1,7})\s*/\s*([A-Za-z]{1,20})\s*$"
EXAMPLE = f"Write for example 20/minute; units are {', '.join(UNITS)}."
_RATE = re.compile(PATTERN)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many times in so many seconds."""

    count: int
    seconds: int

    def __str__(self) -> str:
        unit = next((name for name, seconds in UNITS.items() if seconds == self.seconds), f"{self.seconds} seconds")
        return f"{self.count}/{unit}"


class WrongRate(ValueError):
    """A text that is no rate: what is wrong with it, and how to mend it."""

    def __init__(self, fault: str, hint: str) -> None:
        super().__init__(f"{fault} {hint}")
        self.fault = fault
        self.hint = hint


def read_rate(text: str) -> Rate:
    """Return the rate of a text such as ``20/minute`` or ``5 / Hours``.

    Raises:
        WrongRate
    """
    found = _RATE.match(text)
    if found is None:
        raise WrongRate("is no rate.", EXAMPLE)
    unit = found[2].lower()
    unit = unit if unit in UNITS else unit.removesuffix("s")
    if unit not in UNITS:
        raise WrongRate(f"has the unknown unit '{found[2]}'.", did_you_mean(unit, UNITS) or EXAMPLE)
    if not 1 <= int(found[1]) <= MOST:
        raise WrongRate(f"must allow 1 to {MOST}.", "'none' is no limit.")
    return Rate(int(found[1]), UNITS[unit])


def is_none(text: str) -> bool:
    """Say whether the text asks for no limit at all."""
    return text.strip().lower() == NONE
