"""Run something in one transaction, and again when the database could not serialise it with others.

Serialisation failures, deadlocks and a locked SQLite file are tried again a bounded number of times, each time from
the start: nothing of a failed attempt is left, and rows that are created again have the ids that they had. Who has
waited long for a lock, in vain, does not wait again. Everything else is the caller's.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import Error, OperationalError, connection

from actions.engine.failures import failure
from actions.errors import Busy
from actions.limits import CountFirst
from entities.actors import SYSTEM, Actor
from entities.errors import EntityError
from entities.identifiers import repeatable_ids
from entities.outages import is_outage
from entities.store import Unit

T = TypeVar("T")

ATTEMPTS = 5
FIRST_PAUSE = 0.01
PATIENCE_SECONDS = 10.0  # for the lock of SQLite's only writer
# PostgreSQL: serialization_failure, deadlock_detected, lock_not_available.
_AGAIN = frozenset({"40001", "40P01", "55P03"})


def in_transaction(actor: Actor, work: Callable[[Unit], T], rights: Actor = SYSTEM) -> T:
    """Return what ``work`` returns, committed. It writes on behalf of ``actor``, with the rights of ``rights``.

    Raises:
        Busy: no attempt could be serialised, or the database does not answer.
        CountFirst: there is a transaction around this one, whose owner has to undo it.
    """
    if connection.in_atomic_block:
        return _serialised(actor, work, rights)
    return counting(lambda: _serialised(actor, work, rights))


def counting(work: Callable[[], T]) -> T:
    """Return what ``work`` returns; where it must not go on before an attempt is counted, it is done again."""
    while True:
        try:
            return work()
        except CountFirst as first:
            settle = first.settle
        try:
            settle()
        except Error as error:
            _tell_outage(error)
            raise


def _serialised(actor: Actor, work: Callable[[Unit], T], rights: Actor) -> T:
    with repeatable_ids() as again:
        return _until_serialised(again, actor, work, rights)


def _until_serialised(again: Callable[[], None], actor: Actor, work: Callable[[Unit], T], rights: Actor) -> T:
    for attempt in range(ATTEMPTS):
        again()
        began = time.monotonic()
        try:
            with Unit(rights, owner=actor.id, reads_text=True) as unit:
                return work(unit)
        except EntityError as error:
            raise failure(error, None) from error
        except Error as error:
            if not _is_worth_another(error, time.monotonic() - began):
                _tell_outage(error)
                raise
            time.sleep(random.uniform(0, FIRST_PAUSE * 2**attempt))  # noqa: S311 - jitter
    raise Busy("The database is busy.", hint="Try again.")


def _tell_outage(error: Error) -> None:
    """Raise what the caller is told of an outage; what the database says otherwise is the caller's."""
    if is_outage(error):
        raise unreachable() from error


def unreachable() -> Busy:
    """Return the failure for a database that does not answer."""
    return Busy("The database does not answer.", hint="Try again.")


def _is_worth_another(error: Error, seconds: float) -> bool:
    if not isinstance(error, OperationalError):
        return False
    is_locked = connection.vendor == "sqlite" and "locked" in str(error)
    return getattr(error.__cause__, "sqlstate", None) in _AGAIN or (is_locked and seconds < PATIENCE_SECONDS)
