"""Limits in, the seconds to wait for each out: counted in the database, so for all processes and machines together.

A sliding window counter, in windows that begin with the first attempt. A row has the attempts of the current window and
of the one before; that one counts for the share of it that lies within the last period:

    allowed where  current + 1 + previous * (1 - elapsed / period) <= most,  or nothing was allowed for a period

So ``most`` may come at once, and then none for a period. Over the edge of a window no more come at once than in it, for
what came at its end still counts nearly whole there. Who never stops gets the declared rate, evenly.

One atomic statement counts and decides: an upsert locks its row. It runs by itself, before the action's transaction,
so a rollback there takes nothing back. Time is the database's alone. Rows are pruned by the way: every
``PRUNE_EVERY``th statement removes at most ``PRUNE_ROWS`` that mean nothing any more, more than were added since.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import connection

from actions.models import RateCounter
from actions.rates import Rate

PRUNE_EVERY, PRUNE_ROWS = 100, 500
LEAST_WAIT = 0.001
_NOW = {
    "postgresql": "extract(epoch FROM statement_timestamp())::float8",
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
}
_LOCK = {"postgresql": "FOR UPDATE SKIP LOCKED", "sqlite": ""}
# Expressions see the row as it was (kept) and the one that was to be inserted (excluded), whose times are now.
_COUNT = """
INSERT INTO {table} AS kept (key, most, period, started, last, current, previous, passed, expires)
VALUES {rows}
ON CONFLICT (key) DO UPDATE SET (started, last, current, previous, passed, expires) = (
  SELECT begin, CASE WHEN ok THEN excluded.last ELSE kept.last END, now_in + CASE WHEN ok THEN 1 ELSE 0 END,
         before, ok, begin + 2 * excluded.period
  FROM (
    SELECT begin, now_in, before, now_in + 1
           + before * (1 - (excluded.last - begin) / excluded.period) <= excluded.most AS ok
    FROM (
      SELECT CASE WHEN is_idle THEN excluded.last WHEN is_next THEN kept.started + kept.period ELSE kept.started END
               AS begin,
             CASE WHEN is_idle OR is_next THEN 0 ELSE kept.current END AS now_in,
             CASE WHEN is_idle THEN 0 WHEN is_next THEN kept.current ELSE kept.previous END AS before
      FROM (
        SELECT abs(excluded.last - kept.last) >= kept.period AS is_idle,
               excluded.last >= kept.started + kept.period AS is_next
      ) AS age
    ) AS windows
  ) AS decided
)
RETURNING key, passed, {now}, started, last, current, previous
"""
_ROW = "(%s, %s, %s, {now}, {now}, 1, 0, true, {now} + 2 * %s)"
_PRUNE = """
DELETE FROM {table} WHERE key IN (
  SELECT key FROM {table} WHERE expires < {now} ORDER BY expires LIMIT {rows} {lock}
)
"""
_turns = itertools.count(random.randrange(PRUNE_EVERY))  # noqa: S311 - processes that live shortly prune too


@dataclass(frozen=True, slots=True)
class Limit:
    """One counter and the rate that it keeps."""

    key: UUID
    rate: Rate


@dataclass(frozen=True, slots=True)
class Window:
    """What a counter says after an attempt that it refused. Times are seconds of the database's clock."""

    now: float
    started: float
    last: float
    current: int
    previous: int

    def wait(self, rate: Rate) -> float:
        """Return the seconds until the next attempt is allowed: more than 0, at most a period."""
        room = rate.count - 1 - self.current  # for what still counts of the window before
        begin, before = self.started, self.previous
        if room < 0:  # nothing more in this window: in the next one it is the window before
            begin, before, room = self.started + rate.seconds, self.current, rate.count - 1
        few_enough = begin + rate.seconds * (1 - room / max(before, 1))
        idle = self.last + rate.seconds
        return max(min(few_enough, idle) - self.now, LEAST_WAIT)


def count(limits: Sequence[Limit]) -> dict[Limit, float]:
    """Count an attempt against every limit, in one statement; return the seconds to wait, 0 for those that allow it.

    Raises:
        OperationalError, InterfaceError: the database does not answer.
    """
    parameters: list[str | int] = [item for limit in limits for item in _parameters(limit)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor, len(limits)), parameters)
        found = {UUID(str(key)): (passed, Window(*facts)) for key, passed, *facts in cursor.fetchall()}
    if next(_turns) % PRUNE_EVERY == 0:
        prune()
    return {limit: _wait(limit, *found[limit.key]) for limit in limits}


def prune() -> int:
    """Remove some rows that mean nothing any more and return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_prune_statement(connection.vendor))
        return int(cursor.rowcount)


def _wait(limit: Limit, passed: bool, window: Window) -> float:
    return 0.0 if passed else window.wait(limit.rate)


def _parameters(limit: Limit) -> tuple[str | int, ...]:
    rate = limit.rate
    return limit.key.hex, rate.count, rate.seconds, rate.seconds


@lru_cache(maxsize=64)
def _statement(vendor: str, rows: int) -> str:
    now = _NOW[vendor]
    listed = ", ".join([_ROW.format(now=now)] * rows)
    return _COUNT.format(table=RateCounter._meta.db_table, rows=listed, now=now)


@lru_cache(maxsize=2)
def _prune_statement(vendor: str) -> str:
    return _PRUNE.format(table=RateCounter._meta.db_table, now=_NOW[vendor], rows=PRUNE_ROWS, lock=_LOCK[vendor])
