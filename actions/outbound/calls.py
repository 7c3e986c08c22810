"""One call while it waits: until when, how much more it may read, and for which target. The network asks it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from actions.outbound.errors import UpstreamFailed, UpstreamTimeout
from actions.outbound.messages import Limits
from actions.outbound.targets import Target

MOST_HEAD = 256 * 1024  # bytes until an answer's head is there, with interim answers (1xx); h11 bounds each
MOST_OVERHEAD = 512 * 1024  # bytes around a body, and as many again as the body may have: chunk sizes, trailers


class Deadline:
    """A moment until which something has to be over, and how many seconds there were."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left.

        Raises:
            UpstreamTimeout: none are.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise UpstreamTimeout(self.seconds)
        return left

    def first(self, other: Deadline) -> Deadline:
        """Return the one that ends earlier."""
        return min(self, other, key=lambda deadline: deadline._ends)


_outer: ContextVar[Deadline | None] = ContextVar("outbound_deadline", default=None)


def deadline(seconds: float) -> Deadline:
    """Return when what begins now ends, at the latest with what it is a part of."""
    new, outer = Deadline(seconds), _outer.get()
    return new if outer is None else new.first(outer)


@contextmanager
def ending_in(seconds: float) -> Iterator[None]:
    """Have all calls within end in so many seconds, however many there are and whatever each of them may take."""
    token = _outer.set(deadline(seconds))
    try:
        yield
    finally:
        _outer.reset(token)


class Call:
    """The state of one call, used by one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.deadline = deadline(limits.timeout)
        self._began = time.monotonic()
        self.target: Target | None = None
        self.sent = 0
        self.received = 0
        self._acceptable = 0

    def begin(self, target: Target) -> None:
        """A request to the target begins: nothing is sent or received yet."""
        self.target = target
        self.sent = self.received = 0
        self._acceptable = MOST_HEAD

    def begin_body(self) -> None:
        """The head of the answer is there."""
        self._acceptable = self.received + 2 * self.limits.most_bytes + MOST_OVERHEAD

    def remaining(self) -> float:
        """Return the seconds that are left.

        Raises:
            UpstreamTimeout: none are.
        """
        return self.deadline.remaining()

    def timed_out(self) -> UpstreamTimeout:
        """Return the failure for a wait that took all the time."""
        return UpstreamTimeout(self.deadline.seconds)

    def count_received(self, size: int) -> None:
        """Count bytes as they arrive.

        Raises:
            UpstreamFailed: too many of them for what is expected now.
        """
        self.received += size
        if self.received > self._acceptable:
            raise UpstreamFailed("protocol")

    def milliseconds(self) -> float:
        """Return how long the call has taken."""
        return (time.monotonic() - self._began) * 1000


_current: ContextVar[Call] = ContextVar("outbound_call")


@contextmanager
def calling(limits: Limits) -> Iterator[Call]:
    """Make a call the one of this thread."""
    call = Call(limits)
    token = _current.set(call)
    try:
        yield call
    finally:
        _current.reset(token)


def current() -> Call:
    """Return the call of this thread; outside of one there is no network."""
    return _current.get()
