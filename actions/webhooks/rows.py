"""Rows of deliveries: written before anything is answered, and changed as the table of states allows.

While an event is processed its row is locked by that transaction. Nobody waits for it: whoever finds it locked
(SKIP LOCKED) knows that it is being processed. On SQLite one writer comes after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Least
from django.utils import timezone

from actions.catalog import Served
from actions.models import Delivery
from actions.options import option
from actions.outbox.retrying import pause
from actions.plan.webhooks import Webhook
from actions.signatures.base import SignedRequest, Verified
from actions.states import DeliveryState, before
from actions.webhooks.durability import later_clause, make_durable
from entities.statements import insert
from entities.store import Unit

# From when on the server processes what nobody has finished, and how long it waits at least after a failure.
LEASE = timedelta(seconds=60)
LEAST_PAUSE = timedelta(seconds=15)
OPEN = (DeliveryState.RECEIVED, DeliveryState.FAILED)
UNWANTED = "unwanted_type"
_MARK = (
    f"UPDATE delivery SET state = '{DeliveryState.SUCCEEDED.value}', reason = '', detail = '', "  # noqa: S608 - ours
    "processed_at = %s, number = %s, next_attempt_at = NULL WHERE id = %s"
)
_FIRST = "SELECT id, state FROM delivery WHERE definition_id = %s AND event_id = %s"
_COUNT = "UPDATE delivery SET times_received = times_received + 1, last_received_at = %s WHERE id = %s"
LONGEST_HEADER, LONGEST_TYPE = 4096, 255


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one event of a request met: a row of its own, or the row of the first time it came.

    ``is_open``: it is to be processed, by whoever asks now. A row that is being processed is neither. ``delivery`` is
    the row, where this request has written it.
    """

    id: UUID
    state: DeliveryState
    is_open: bool
    delivery: Delivery | None = None

    @property
    def is_new(self) -> bool:
        """Say whether the event was not there before."""
        return self.delivery is not None


def store(served: Served, request: SignedRequest, events: Sequence[Verified]) -> list[Arrival]:
    """Write every event that was not there, and note those that were. All of them are on disk, or none.

    Raises:
        django.db.Error.
    """
    rows = [_row(served, request, event) for event in events]
    if len(rows) == 1 and _insert(rows[0]):  # one statement is a transaction
        return [_arrived(rows[0])]
    with transaction.atomic():
        return [_arrived(row) if len(rows) > 1 and _insert(row) else _again(row) for row in rows]


def _row(served: Served, request: SignedRequest, event: Verified) -> Delivery:
    webhook, now = served.plan.webhook, timezone.now()
    if webhook is None or webhook.scheme is None:
        raise TypeError("Only a receiver has deliveries.")
    is_wanted = webhook.wants(event.event_type)
    starts_here = is_wanted and not webhook.acknowledges_early
    return Delivery(
        definition_id=served.definition_id,
        type_name=served.plan.type_name,
        name=served.plan.name,
        scheme=webhook.scheme.name,
        event_id=event.event_id,
        event_type=event.event_type,
        headers=_headers(request, _kept(webhook, event)),
        content_type=_printable(request.headers.get("content-type", ""))[:LONGEST_TYPE],
        body=event.body,
        received_at=now,
        last_received_at=now,
        state=DeliveryState.RECEIVED if is_wanted else DeliveryState.IGNORED,
        reason="" if is_wanted else UNWANTED,
        attempts=int(starts_here),
        next_attempt_at=(now + LEASE if starts_here else now) if is_wanted else None,
        processed_at=None if is_wanted else now,
        number=served.number,
    )


def _kept(webhook: Webhook, event: Verified) -> list[str]:
    """Return the headers that matter, without those that only look signed."""
    names = (*(webhook.options.headers if webhook.options else ()), *webhook.headers)
    return [name for name in names if name not in event.unsigned]


def _headers(request: SignedRequest, names: Iterable[str]) -> dict[str, str]:
    """Return the headers with those names that a row can hold."""
    sent = {name: request.headers[name] for name in names if name in request.headers}
    return {name: value for name, value in sent.items() if len(value) <= LONGEST_HEADER and value.isprintable()}


def _printable(text: str) -> str:
    return text if text.isprintable() else ""


def _insert(row: Delivery) -> bool:
    """Insert the row; ``False`` where its event is there already.

    One that is processed now is on disk when its effects are, or its failure. Nobody is told of it before: what answers
    without a commit of its own calls ``make_durable``.
    """
    compiled = insert(Delivery, connection)
    with connection.cursor() as cursor:
        later = later_clause() if row.attempts else ""
        sql = f"{compiled.sql} ON CONFLICT (definition_id, event_id) DO NOTHING{later}"
        cursor.execute(sql, compiled.parameters(vars(row)))
        return bool(cursor.rowcount)


def _arrived(row: Delivery) -> Arrival:
    state = DeliveryState(row.state)
    return Arrival(row.id, state, state in OPEN, row)


def _again(row: Delivery) -> Arrival:
    """Note that an event came again; one that is not finished is begun anew by whoever brings it."""
    free = _first(row, _unlocked())
    if free is None:
        known = _first(row)
        if known is None:
            raise OperationalError("The first delivery was forgotten just now.")
        make_durable()
        return Arrival(*known, is_open=False)
    key, state = free
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [connection.ops.adapt_datetimefield_value(row.last_received_at), _stored(key)])
    if state in OPEN:
        # Where the background makes the attempt, one that was given up has one more; that one counts it.
        most = option("WEBHOOKS", "ATTEMPTS")
        attempts = F("attempts") + 1 if row.attempts else Least(F("attempts"), Value(max(most - 1, 0)))
        Delivery.objects.filter(pk=key).update(attempts=attempts, next_attempt_at=row.next_attempt_at)
    return Arrival(key, state, state in OPEN)


def _first(row: Delivery, unlocked: str = "") -> tuple[UUID, DeliveryState] | None:
    """Return the id and the state of the event's first delivery; ``None`` without one, or while another has it."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FIRST}{unlocked}", [_stored(row.definition_id), row.event_id])
        found = cursor.fetchone()
    return None if found is None else (Delivery._meta.pk.to_python(found[0]), DeliveryState(found[1]))


def claim_due() -> UUID | None:
    """Begin an attempt on what has been due longest; ``None`` when nothing is. While nothing is due this only reads."""
    now = timezone.now()
    if not _due(now).exists():
        return None
    with transaction.atomic():
        due = _due(now).select_for_update(skip_locked=True).order_by("next_attempt_at")
        found = due.values_list("pk", flat=True).first()
        if found is not None:
            Delivery.objects.filter(pk=found).update(attempts=F("attempts") + 1, next_attempt_at=now + LEASE)
        return found


def _due(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(state__in=OPEN, next_attempt_at__lte=now)


def claim(key: UUID) -> bool:
    """Begin an attempt on one that has not succeeded and that nobody is processing, whatever is due."""
    with transaction.atomic():
        return take(key) and bool(Delivery.objects.filter(pk=key).update(attempts=F("attempts") + 1))


def take(key: UUID) -> bool:
    """Lock the row until the transaction ends; ``False`` where another one has it, or was done with it first.

    It is locked and not yet changed: on PostgreSQL the INSERT of a duplicate would wait for a row that is changing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_taking(), [_stored(key)])
        return cursor.fetchone() is not None


def mark_succeeded(key: UUID, number: int, unit: Unit) -> None:
    """Mark a row that was taken, in the transaction of the effects: if that fails, the mark is gone with them."""
    moment = connection.ops.adapt_datetimefield_value(timezone.now())
    unit.add_statement(_MARK, [moment, number, _stored(key)])


def _stored(key: UUID) -> Any:
    return Delivery._meta.pk.get_db_prep_value(key, connection)


@lru_cache(maxsize=1)
def _taking() -> str:
    """Return the statement, made once: every event is taken and marked."""
    states = ", ".join(f"'{state.value}'" for state in sorted(before(DeliveryState.SUCCEEDED)))
    return f"SELECT 1 FROM delivery WHERE id = %s AND state IN ({states}){_unlocked()}"  # noqa: S608 - words of ours


def _unlocked() -> str:
    """Return what locks a row that is found, and finds none that is locked."""
    return " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""


def mark_ignored(key: UUID, reason: str, number: int) -> None:
    """Note that the event is not applied."""
    rows = Delivery.objects.filter(pk=key, state__in=before(DeliveryState.IGNORED))
    values = {"processed_at": timezone.now(), "number": number, "next_attempt_at": None}
    rows.update(state=DeliveryState.IGNORED, reason=reason, detail="", **values)


def mark_failed(delivery: Delivery, reason: str, detail: str, *, final: bool) -> None:
    """Note that an attempt failed, and when the server makes the next one, if it makes one."""
    rows = Delivery.objects.filter(pk=delivery.pk, state__in=before(DeliveryState.FAILED))
    ends = final or delivery.attempts >= option("WEBHOOKS", "ATTEMPTS")
    following = None if ends else timezone.now() + LEAST_PAUSE + pause(delivery.attempts)
    rows.update(state=DeliveryState.FAILED, reason=reason, detail=detail, next_attempt_at=following)


def abandon(delivery: Delivery) -> None:
    """Give up what so many attempts did not finish: each of them ended its process, or ended with it."""
    mark_failed(delivery, "abandoned", "No attempt came to an end.", final=True)
