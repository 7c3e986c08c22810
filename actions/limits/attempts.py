"""Attempts that an operation guards in, the seconds to wait out: counted outside of the action's transaction.

A run that fails is rolled back, and must not take its attempts with it. Where its transaction has begun already, the
run is undone, the attempt is counted, and the run begins again, in which the same attempt is counted no more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import connection

from actions.limits.checks import counted_text, seconds_to_wait
from actions.limits.counters import Limit
from actions.limits.keys import key_of_attempt
from actions.operations.base import Attempt
from actions.rates import Rate
from entities.callers import counted_address

MOST = 100  # of one run


class CountFirst(Exception):
    """The transaction must be undone, ``settle`` called outside of it, and the work done again from the start."""

    def __init__(self, settle: Callable[[], object]) -> None:
        super().__init__("An attempt is to be counted outside of the transaction.")
        self.settle = settle


class Attempts:
    """What one invocation has tried, however often its transaction is begun again; made before that is begun.

    Where it is made within a transaction already (an example, which is undone whatever comes of it), its attempts are
    part of that.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._is_within = connection.in_atomic_block
        self._counted: list[tuple[Attempt, float]] = []
        self._next = 0

    def begin(self) -> None:
        """Note that the work is done from the start."""
        self._next = 0

    def count(self, attempt: Attempt) -> float:
        """Count the attempt, unless it was before the work was begun again; return the seconds to wait.

        Raises:
            CountFirst: this is no place to count.
        """
        if self._next >= MOST:
            return float(attempt.per_who.seconds)
        if not self._is_counted(attempt):
            if connection.in_atomic_block and not self._is_within:
                raise CountFirst(partial(self._settle, attempt))
            self._settle(attempt)
        _, seconds = self._counted[self._next]
        self._next += 1
        return seconds

    def _is_counted(self, attempt: Attempt) -> bool:
        return self._next < len(self._counted) and self._counted[self._next][0] == attempt

    def _settle(self, attempt: Attempt) -> None:
        """Count here and now; what was counted for other attempts than these would never be asked for again."""
        self._counted[self._next :] = [(attempt, seconds_to_wait(self._limits(attempt)))]

    def _limits(self, attempt: Attempt) -> list[Limit]:
        found = [_limit(attempt.what, attempt.per_who, "who", counted_text(who)) for who in attempt.who]
        if self._address:  # the command line and what providers sign have none
            found.append(_limit(attempt.what, attempt.per_source, "source", counted_address(self._address)))
        return found


def _limit(what: str, rate: Rate, kind: str, value: str) -> Limit:
    return Limit(key_of_attempt(what, rate, kind, value), rate)
