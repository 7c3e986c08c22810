"""An operation and its call in, its result out. What an app of its own brings is made safe before and after.

Before: what it writes through Django's models is part of the transaction, and what it reads sees what the action has
written. After: its result is data, copied, so that nothing of Django's is in scope, and a result that cannot be
answered fails while everything can still be undone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.utils.duration import duration_iso_string
from django.utils.functional import Promise

from actions.operations.base import Call, Effect, Entry, Operation, Result
from entities.derivation import iso_datetime

MOST_LEVELS = 100
_TAKEN = "Give texts, numbers, true, false, null, lists and mappings."


class NoData(TypeError):
    """What an operation gave cannot be a value of an action: whose fault it is, and what to do."""

    def __init__(self, operation: Operation, fault: str, remedy: str = _TAKEN) -> None:
        owner = f"{type(operation).__module__}.{type(operation).__qualname__}"
        super().__init__(f"{owner}.perform gave {fault} {remedy}")


def perform(operation: Operation, call: Call, *, is_dry: bool = False) -> Result:
    """Perform an operation, or rehearse it.

    Raises:
        ActionError, EntityError: what it refuses. NoData: the fault of an operation that is not ours.
    """
    work = operation.rehearse if is_dry else operation.perform
    if operation.is_shipped:
        return work(call)
    _prepare(operation, call)
    return _checked(operation, work(call))


def _prepare(operation: Operation, call: Call) -> None:
    if operation.effect is Effect.TRANSACTIONAL:
        call.unit.begin()
    elif operation.effect is Effect.NONE and operation.reads:
        call.unit.flush()


def _checked(operation: Operation, result: object) -> Result:
    if not isinstance(result, Result):
        raise NoData(operation, f"a value of the type '{type(result).__name__}'.", "Give Result(value).")
    value = _data(operation, "its value", result.value)
    entries = tuple(Entry(item.type, _data(operation, item.type, item.attributes)) for item in result.entries)
    return Result(value, entries, result.ends_run)


def _data(operation: Operation, where: str, value: Any, level: int = 0) -> Any:
    """Return a copy in which everything is data."""
    if level > MOST_LEVELS:
        raise NoData(operation, f"more than {MOST_LEVELS} levels in {where}.")
    if isinstance(value, Mapping):
        return {
            str(_data(operation, f"a key of {where}", key)): _data(operation, f"'{key}'", part, level + 1)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_data(operation, where, part, level + 1) for part in value]
    found = _plain(value)
    if found is None and value is not None and not isinstance(value, float):
        raise NoData(operation, f"a value of the type '{type(value).__name__}' in {where}.")
    return found


def _plain(value: Any) -> Any:
    """Return a single value as data; ``None`` for what is none."""
    return next((write(value) for kind, write in _WRITTEN if isinstance(value, kind)), None)


def _iso(value: Any) -> str:
    return str(value.isoformat())


# The first kind that a value is of: a moment is a day too, true is a number, and a choice may be a text.
_WRITTEN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Enum, lambda value: _plain(value.value)),
    (bool | Decimal, lambda value: value),
    (float, lambda value: float(value) if math.isfinite(value) else None),
    (int, int),
    (str | Promise | UUID, str),
    (datetime, iso_datetime),
    (date | time, _iso),
    (timedelta, duration_iso_string),
)
