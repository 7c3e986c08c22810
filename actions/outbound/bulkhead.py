"""How many calls there may be at a time, and how many to one host; those beyond that wait for their turn, in order.

A server that is down then keeps a bounded part of the threads, and never those that other servers' calls need. Who
waits for a turn does so within the time of the call; where too many do, the next one is refused at once. Nobody begins
to wait who would leave less than one host's share of the places: several servers that are down leave it to the others.
"""

from __future__ import annotations

import os
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from actions.options import option
from actions.outbound.calls import Call
from actions.outbound.errors import UpstreamBusy


class Bulkhead:
    """The calls of this process now, by host: those that are made, and those that wait for their turn."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Have none; those of a fork's parent are not here."""
        self._changed = threading.Condition()
        self._here: Counter[str] = Counter()
        self._made: Counter[str] = Counter()
        self._queues: defaultdict[str, deque[object]] = defaultdict(deque)

    def enter(self, host: str) -> None:
        """Count a call.

        Raises:
            UpstreamBusy: there are too many.
        """
        with self._changed:
            share, free = _most("CALLS_PER_HOST"), _most("CALLS") - self._here.total()
            waiting = self._here[host] - share
            if free < 1 or (waiting >= 0 and (waiting >= _most("WAITING_PER_HOST") or free <= share)):
                raise UpstreamBusy
            self._here[host] += 1

    def take_turn(self, host: str, seconds: float) -> bool:
        """Wait until the call that has entered may be made; say whether it may."""
        with self._changed:
            queue, me = self._queues[host], object()
            queue.append(me)
            try:
                may = self._changed.wait_for(
                    lambda: queue[0] is me and self._made[host] < _most("CALLS_PER_HOST"), timeout=seconds
                )
                self._made[host] += may
            finally:
                queue.remove(me)
                self._tidy(host)
            return may

    def leave(self, host: str, *, made: bool) -> None:
        """A call has ended; ``made`` says whether it had its turn."""
        with self._changed:
            self._here[host] -= 1
            self._made[host] -= made
            self._tidy(host)

    def _tidy(self, host: str) -> None:
        """Let those look again who wait; hosts that nobody calls are not kept."""
        self._changed.notify_all()
        for counted in (self._here, self._made):
            if not counted[host]:
                del counted[host]
        if not self._queues[host]:
            del self._queues[host]

    def waiting(self) -> int:
        """Return how many there are."""
        with self._changed:
            return self._here.total()


class Place:
    """The place of one call, which moves from host to host with its redirects."""

    def __init__(self, bulkhead: Bulkhead, host: str) -> None:
        self._bulkhead = bulkhead
        self._host = host
        self._made = False

    def take(self, host: str, call: Call) -> None:
        """Wait until a host may be called.

        Raises:
            UpstreamBusy: it may not be waited for; the place stays where it is. UpstreamTimeout.
        """
        if host != self._host:
            self._bulkhead.enter(host)
            self.leave()
            self._host, self._made = host, False
        if not self._made:
            self._made = self._bulkhead.take_turn(host, call.remaining())
        if not self._made:
            raise call.timed_out()

    def leave(self) -> None:
        """Leave it to others."""
        self._bulkhead.leave(self._host, made=self._made)


def _most(key: str) -> int:
    """Return how many the settings allow."""
    return int(option("OUTBOUND", key))


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
        place.leave()
