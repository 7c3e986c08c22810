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


class Call:
    """The state of one call, used by one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.began = time.monotonic()
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
        left = self.began + self.limits.timeout - time.monotonic()
        if left <= 0:
            raise UpstreamTimeout(self.limits.timeout)
        return left

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
        return (time.monotonic() - self.began) * 1000


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
