"""Run something in one transaction, and again when the database could not serialise it with others.

Serialisation failures, deadlocks and a locked SQLite file are tried again a bounded number of times, each time from
the start: nothing of a failed attempt is left, and rows that are created again have the ids that they had. Everything
else is the caller's.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

from actions.engine.failures import failure
from actions.errors import Busy
from actions.limits import CountFirst
from entities.actors import SYSTEM, Actor
from entities.errors import EntityError
from entities.identifiers import repeatable_ids
from entities.store import Unit

T = TypeVar("T")

ATTEMPTS = 5
FIRST_PAUSE = 0.01
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
        except (OperationalError, InterfaceError) as error:
            raise unreachable() from error


def _serialised(actor: Actor, work: Callable[[Unit], T], rights: Actor) -> T:
    with repeatable_ids() as again:
        return _until_serialised(again, actor, work, rights)


def _until_serialised(again: Callable[[], None], actor: Actor, work: Callable[[Unit], T], rights: Actor) -> T:
    for attempt in range(ATTEMPTS):
        again()
        try:
            with Unit(rights, owner=actor.id, reads_text=True) as unit:
                return work(unit)
        except EntityError as error:
            raise failure(error, None) from error
        except OperationalError as error:
            if not _is_worth_another(error):
                raise unreachable() from error
            time.sleep(random.uniform(0, FIRST_PAUSE * 2**attempt))  # noqa: S311 - jitter
        except InterfaceError as error:
            raise unreachable() from error
    raise Busy("The database is busy.", hint="Try again.")


def unreachable() -> Busy:
    """Return the failure for a database that does not answer."""
    return Busy("The database does not answer.", hint="Try again.")


def _is_worth_another(error: OperationalError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state in _AGAIN or (connection.vendor == "sqlite" and "locked" in str(error))
