"""``Permission`` in, bits out: a number as Daptin stores it, or rights by class of people.

``Permission: {guest: [execute], user: all}`` is the readable form of the same bits (``entities.permissions``).
"""

from __future__ import annotations

from collections.abc import Iterator

from actions.dialects.base import Report
from actions.dialects.daptin.problems import OutOfRange, UnknownChoice, WrongKind
from actions.values import Entry, ListValue, MappingValue, Scalar, Value
from entities.permissions import AUTHENTICATED_EXECUTE, SHIFTS, Right, bits

MOST = 2 * AUTHENTICATED_EXECUTE - 1
RIGHTS = tuple(str(right.name).lower() for right in Right)


def read_permission(key: str, value: Value, report: Report) -> int | None:
    """Return the bits, or ``None`` when the value is no permission."""
    if isinstance(value, MappingValue):
        return _by_class(value, report)
    number = value.value if isinstance(value, Scalar) else None
    if not isinstance(number, int) or isinstance(number, bool):
        hint = "For example {guest: [execute]}."
        report(WrongKind(key, "a number, or a mapping of rights", value.location, hint))
        return None
    if not 0 <= number <= MOST:
        report(OutOfRange(key, 0, MOST, value.location))
        return None
    return number


def _by_class(value: MappingValue, report: Report) -> int:
    total = 0
    for entry in value.entries:
        name = entry.key.lower()
        if name in SHIFTS:
            total |= bits(**{name: list(_rights(entry, report))})
        else:
            report(UnknownChoice("class", entry.key, SHIFTS, entry.location))
    return total


def _rights(entry: Entry, report: Report) -> Iterator[str]:
    items = entry.value.items if isinstance(entry.value, ListValue) else (entry.value,)
    for item in items:
        word = item.value if isinstance(item, Scalar) else None
        if not isinstance(word, str):
            report(WrongKind(entry.key, "a list of rights", item.location, f"Known: {', '.join(RIGHTS)}."))
        elif word.lower() == "all":
            yield from RIGHTS
        elif word.lower() in RIGHTS:
            yield word.lower()
        else:
            report(UnknownChoice("right", word, (*RIGHTS, "all"), item.location))
