"""``Once`` and ``Newer``: whether an event may still be applied to the thing that it is about.

For each receiver and thing one row says how new the newest applied event was. It is read and written, locked, in the
transaction of the effects: of two events at the same moment the second sees what the first has left. An event that is
as new as the newest is applied: providers count in seconds, and two events of one second are two events.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from actions.expressions.base import Scope, ScriptRunner, evaluate
from actions.models import NewestEvent
from actions.plan.webhooks import Ordering
from actions.webhooks.errors import OrderUnknown, Superseded

OLDER, ONCE = "older", "not_the_first"
LONGEST = 250
NUMBER, TIME, TEXT, APPLIED = "number", "time", "text", "applied"
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9:.,+\-Zz]{4,40})?")
_UNORDERED = "is no number, time or text of at most 250 characters"


def check_order(definition_id: UUID, ordering: Ordering, scope: Scope, scripts: ScriptRunner) -> None:
    """Note that the event is applied, in the transaction of its effects.

    Raises:
        Superseded: it must not be. OrderUnknown: the expressions give nothing to tell by.
    """
    key = _key(evaluate(ordering.key, scope, scripts))
    newer = APPLIED if ordering.newer is None else rank(evaluate(ordering.newer, scope, scripts))
    first = NewestEvent(definition_id=definition_id, key=key)
    NewestEvent.objects.bulk_create([first], ignore_conflicts=True)
    known = NewestEvent.objects.select_for_update().get(definition_id=definition_id, key=key)
    if known.newest:
        _check(newer, known.newest)
    NewestEvent.objects.filter(pk=known.pk).update(newest=newer, applied_at=timezone.now())


def _check(newer: str, newest: str) -> None:
    if newer == APPLIED:
        raise Superseded(ONCE)
    if newest != APPLIED and value(newer) < value(newest):
        raise Superseded(OLDER)


def _key(found: Any) -> str:
    """Return a digest of what names the thing; the numbers 7 and 7.0 and the text "7" are one."""
    if isinstance(found, bool) or not isinstance(found, str | int | Decimal) or not str(found).strip():
        raise OrderUnknown("Once", "is no text and no number")
    text = f"{found.normalize():f}" if isinstance(found, Decimal) else str(found)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def rank(found: Any) -> str:
    """Return a number, an ISO time or another text in a form that can be kept.

    Raises:
        OrderUnknown.
    """
    if isinstance(found, bool) or not isinstance(found, str | int | float | Decimal):
        raise OrderUnknown("Newer", _UNORDERED)
    text = f"{found:f}" if isinstance(found, float | Decimal) else str(found).strip()
    if not 0 < len(text) <= LONGEST or not text.isprintable():
        raise OrderUnknown("Newer", _UNORDERED)
    if _NUMBER.fullmatch(text):
        return f"{NUMBER}:{text}"
    if not isinstance(found, str):
        raise OrderUnknown("Newer", _UNORDERED)
    return f"{TIME}:{moment.isoformat()}" if (moment := _moment(text)) else f"{TEXT}:{text}"


def _moment(text: str) -> datetime | None:
    """Return the time that an ISO text names, in UTC; one without a zone is in UTC."""
    try:
        found = datetime.fromisoformat(text.upper()) if _TIME.fullmatch(text) else None
        return found and (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_READERS: Mapping[str, Callable[[str], Any]] = {NUMBER: Decimal, TIME: datetime.fromisoformat}


def value(kept: str) -> Comparable:
    """Return what can be compared with others of its kind."""
    kind, _, text = kept.partition(":")
    return Comparable(kind, _READERS.get(kind, str)(text))


class Comparable:
    """A value of a kind: a number and a time are neither older nor newer than one another."""

    def __init__(self, kind: str, held: Any) -> None:
        self._kind, self._held = kind, held

    def __lt__(self, other: Comparable) -> bool:
        """Say whether it is older.

        Raises:
            OrderUnknown: the two are of different kinds.
        """
        if self._kind != other._kind:
            raise OrderUnknown("Newer", f"is a {self._kind}, and was a {other._kind} before")
        return bool(self._held < other._held)
