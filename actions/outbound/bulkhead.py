"""How many calls may wait at a time, and how many for one host: the next one is refused at once.

A server that is down then keeps a bounded part of the threads, and never those that other servers' calls need.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from actions.outbound.errors import UpstreamBusy
from actions.outbound.options import most_calls, most_calls_per_host


class Bulkhead:
    """The calls of this process that wait now, by host."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Have none; those of a fork's parent are not here."""
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()

    def enter(self, host: str) -> None:
        """Count a call.

        Raises:
            UpstreamBusy: there are too many.
        """
        with self._lock:
            if self._waiting.total() >= most_calls() or self._waiting[host] >= most_calls_per_host():
                raise UpstreamBusy
            self._waiting[host] += 1

    def leave(self, host: str) -> None:
        """A call has ended."""
        with self._lock:
            self._waiting[host] -= 1
            self._waiting += Counter()  # hosts that nobody waits for are not kept

    def waiting(self) -> int:
        """Return how many there are."""
        with self._lock:
            return self._waiting.total()


class Place:
    """The place of one call, which moves from host to host with its redirects."""

    def __init__(self, bulkhead: Bulkhead, host: str) -> None:
        self._bulkhead = bulkhead
        self.host = host

    def move(self, host: str) -> None:
        """Wait for another host from now on; raises UpstreamBusy and stays where it is."""
        if host != self.host:
            self._bulkhead.enter(host)
            self._bulkhead.leave(self.host)
            self.host = host


bulkhead = Bulkhead()
os.register_at_fork(after_in_child=bulkhead.begin)


@contextmanager
def place_for(host: str) -> Iterator[Place]:
    """Hold a place while the call lasts.

    Raises:
        UpstreamBusy: there is none.
    """
    bulkhead.enter(host)
    place = Place(bulkhead, host)
    try:
        yield place
    finally:
        bulkhead.leave(place.host)
