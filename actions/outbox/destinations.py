"""Which servers this process is calling now: one that is slow keeps some hands busy, never those that others need.

What goes to a server that has its share is passed over, and what has been due longest after it is taken.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from actions.outbox import rows
from actions.outbox.rows import Claimed

MOST = 3  # calls at a time to one server
MOST_SLOW = 1  # to one that took longer than this for the last one:
SLOW_SECONDS = 1.0
MOST_KNOWN = 1_000
_SERVER = re.compile(r"[A-Z]+ (https?://[^/?#]+/)")


class Destinations:
    """The servers that effects of this process are on their way to. Safe for use by threads."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Know none; those of a fork's parent are not here."""
        self._lock = threading.Lock()
        self._called: Counter[str] = Counter()
        self._slow: set[str] = set()

    def claim(self, kinds: Collection[str] | None) -> Claimed | None:
        """Take what has been due longest and goes where there is room; whoever takes it goes on to ``on_its_way``."""
        with self._lock:
            claimed = rows.claim(kinds, passing=[server for server in self._called if self._is_full(server)])
            if claimed is not None and (server := _server(claimed)):
                self._called[server] += 1
            return claimed

    @contextmanager
    def on_its_way(self, claimed: Claimed) -> Iterator[None]:
        """Count what was taken until this ends, and see how long it took."""
        began = time.monotonic()
        try:
            yield
        finally:
            if server := _server(claimed):
                self._leave(server, time.monotonic() - began)

    def _leave(self, server: str, seconds: float) -> None:
        with self._lock:
            self._called[server] -= 1
            self._called += Counter()  # those that nobody calls are not kept
            if seconds <= SLOW_SECONDS:
                self._slow.discard(server)
            elif len(self._slow) < MOST_KNOWN:
                self._slow.add(server)

    def _is_full(self, server: str) -> bool:
        return self._called[server] >= (MOST_SLOW if server in self._slow else MOST)


def _server(claimed: Claimed) -> str | None:
    """Return scheme, host and port of a call; nothing for other effects."""
    found = _SERVER.match(claimed.about)
    return found and found[1]


destinations = Destinations()
os.register_at_fork(after_in_child=destinations.begin)
