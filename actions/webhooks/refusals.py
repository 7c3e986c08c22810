"""Refused requests, counted: by receiver, cause and day, so that no sender can make the table grow.

A process writes the first refusal of a kind at once, and the others of the same second together: a flood costs one
statement a second. Nothing of a refused request is kept.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from django.db import Error, connection, connections
from django.utils import timezone

from actions.catalog import Served
from actions.models import RefusedRequest
from entities.statements import insert

logger = logging.getLogger("actions.webhooks")

PAUSE_SECONDS = 1.0
CHALLENGE = "challenge"


class Kind(NamedTuple):
    """What refusals are counted by."""

    definition_id: object
    type_name: str
    name: str
    cause: str
    day: date


class Refusals:
    """What one process has refused and not yet written. Safe for use by threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: Counter[Kind] = Counter()
        self._next = 0.0
        self._timer: threading.Timer | None = None

    def count(self, served: Served, cause: str) -> None:
        """Count one refusal; it is written within a second or so."""
        now = timezone.now()
        kind = Kind(served.definition_id, served.plan.type_name, served.plan.name, cause, now.date())
        with self._lock:
            self._waiting[kind] += 1
            wait = self._next - self._clock()
            if wait > 0 and self._timer is None:
                self._timer = threading.Timer(wait, self._write_later)
                self._timer.daemon = True
                self._timer.start()
        if wait <= 0:
            self.write()

    def write(self) -> None:
        """Write what is waiting; a database that is away costs the count, nothing else."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
            self._next = self._clock() + PAUSE_SECONDS
        try:
            for kind, number in waiting.items():
                _add(kind, number)
        except Error as error:
            logger.warning("Refused requests could not be counted: %s", error)

    def _write_later(self) -> None:
        with self._lock:
            self._timer = None
        try:
            self.write()
        finally:
            connections.close_all()


def _add(kind: Kind, number: int) -> None:
    row = RefusedRequest(**kind._asdict(), count=number, last_at=timezone.now())
    compiled = insert(RefusedRequest, connection)
    table = connection.ops.quote_name(RefusedRequest._meta.db_table)
    sql = (
        f"{compiled.sql} ON CONFLICT (definition_id, cause, day) DO UPDATE "
        f"SET count = {table}.count + excluded.count, last_at = excluded.last_at"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, compiled.parameters(vars(row)))


_refusals = Refusals()
count = _refusals.count
