"""What this process knows to be over its limit, and until when: a flood then costs no statement. Safe for threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from uuid import UUID

MOST = 10_000  # keys; the one that was remembered first is forgotten, which costs its next attempt a statement


class Refusals:
    """Keys and the moment from which each may be tried again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._until: dict[UUID, float] = {}
        self._changing = threading.Lock()

    def wait(self, key: UUID) -> float:
        """Return the seconds for which the key is refused; 0 or less for one that may be tried."""
        until = self._until.get(key)
        return 0.0 if until is None else until - self._clock()

    def remember(self, key: UUID, seconds: float) -> None:
        """Refuse the key for so long; no longer than that and not at all with 0."""
        with self._changing:
            self._until.pop(key, None)
            if seconds > 0:
                self._until[key] = self._clock() + seconds
            if len(self._until) > self._most:
                del self._until[next(iter(self._until))]

    def forget(self) -> None:
        """Refuse nothing any more."""
        with self._changing:
            self._until.clear()


refusals = Refusals()
