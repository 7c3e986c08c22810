"""Rows of the outbox: taken by one process at a time, and changed by nobody else while its lease holds.

What is due is what waits for its next attempt, and what somebody took and did not finish within the lease: they were
killed, or hang. PostgreSQL hands out the rows without waiting (SKIP LOCKED); on SQLite one writer takes after the
other. In both the taking statement looks again, so that two never have the same row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from actions.models import OutgoingEffect
from actions.options import option
from actions.outbox.kinds import Parcel
from actions.states import EffectState, before, check_change

LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is ours until its lease ends. ``attempt`` counts from 1; ``about`` is where it goes."""

    id: UUID
    kind: str
    about: str
    attempt: int
    created_at: datetime
    lease: UUID


class LeaseLost(Exception):
    """Another process has the row now: this one took too long."""


def claim(kinds: Collection[str] | None = None, *, passing: Collection[str] = ()) -> Claimed | None:
    """Take what has been due longest, of some kinds or of all; ``None`` when nothing is, and then this only reads.

    ``passing``: servers (``https://api.example.org/``) to which nothing is taken now.
    """
    now = timezone.now()
    due = _due(now) if kinds is None else _due(now).filter(kind__in=kinds)
    for server in passing:
        due = due.exclude(about__contains=f" {server}")
    if not due.exists():
        return None
    with transaction.atomic():
        found = due.select_for_update(skip_locked=True).order_by("next_attempt_at").defer("payload").first()
        return None if found is None else _take(found, now)


def _due(now: datetime) -> QuerySet[OutgoingEffect]:
    return OutgoingEffect.objects.filter(state__in=before(EffectState.SENDING), next_attempt_at__lte=now)


def _take(found: OutgoingEffect, now: datetime) -> Claimed | None:
    taken = Claimed(found.id, found.kind, found.about, found.attempts + 1, found.created_at, uuid4())
    changed = (
        _due(now)
        .filter(pk=found.pk)
        .update(
            state=EffectState.SENDING,
            attempts=taken.attempt,
            lease=taken.lease,
            next_attempt_at=now + LEASE,
        )
    )
    return taken if changed else None


def parcel(claimed: Claimed) -> Parcel:
    """Return what is to be sent, decrypted.

    Raises:
        LeaseLost. InvalidToken: it was encrypted under a key that is gone.
    """
    payload = _held(claimed).values_list("payload", flat=True).first()
    if payload is None:
        raise LeaseLost
    return Parcel(claimed.id, claimed.created_at, orjson.loads(payload), partial(_keep, claimed))


def _keep(claimed: Claimed) -> None:
    """Renew the lease.

    Raises:
        LeaseLost.
    """
    if not _held(claimed).update(next_attempt_at=timezone.now() + LEASE):
        raise LeaseLost


def note_sent(claimed: Claimed) -> None:
    """Note that it was sent, and forget what it was."""
    _settle(claimed, EffectState.SENT, payload=None, sent_at=timezone.now(), last_error="")


def note_retry(claimed: Claimed, reason: str, rest: Mapping[str, Any] | None, pause: timedelta) -> None:
    """Note that it will be tried again."""
    again = {"last_error": reason, "next_attempt_at": timezone.now() + pause}
    _settle(claimed, EffectState.PENDING, **again, **_rest(rest))


def note_failed(claimed: Claimed, reason: str, rest: Mapping[str, Any] | None) -> None:
    """Note that it will not be tried again, unless somebody says so."""
    _settle(claimed, EffectState.FAILED, last_error=reason, **_rest(rest))


def _rest(rest: Mapping[str, Any] | None) -> dict[str, str]:
    return {} if rest is None else {"payload": orjson.dumps(rest).decode()}


def _settle(claimed: Claimed, state: EffectState, **values: Any) -> None:
    """End the attempt; whoever lost the lease changes nothing."""
    check_change(EffectState.SENDING, state)
    _held(claimed).update(state=state, lease=None, **values)


def _held(claimed: Claimed) -> QuerySet[OutgoingEffect]:
    return OutgoingEffect.objects.filter(pk=claimed.id, state=EffectState.SENDING, lease=claimed.lease)


def send_again(effects: QuerySet[OutgoingEffect]) -> int:
    """Give those of the effects that failed all their attempts anew; return how many there were."""
    check_change(EffectState.FAILED, EffectState.PENDING)
    failed = effects.filter(state=EffectState.FAILED)
    return failed.update(state=EffectState.PENDING, attempts=0, next_attempt_at=timezone.now())


def forget_old() -> int:
    """Delete what was sent or failed, and is older than anybody wants to look at; return how many there were."""
    ended = (EffectState.SENT, EffectState.FAILED)
    oldest = timezone.now() - timedelta(days=option("OUTBOX", "KEEP_DAYS"))
    return OutgoingEffect.objects.filter(state__in=ended, created_at__lt=oldest).delete()[0]
