"""What is stored, as one process sees it: read as a whole, and again when its marker says that it changed.

At most twice a second one thread asks for the marker (one row by its key). What this process changes itself is read at
once. With something to give nobody waits for the one thread that looks, and a database that cannot be read leaves the
last known state. Where that took long, nobody looks again for as long: a request that needs several kinds of rows waits
for one of them only.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from django.db import DatabaseError

from actions.models import Generation

logger = logging.getLogger("actions.snapshots")

LOOK_SECONDS = 0.5


class Marked(Protocol):
    """A state that knows which marker it was read under."""

    @property
    def marker(self) -> UUID | None:
        """The marker."""


State = TypeVar("State", bound=Marked)


class Followed(Generic[State]):
    """The current state of one kind of rows. Safe for use by threads."""

    _in_vain_until: ClassVar[float] = 0.0  # by the clock of the process, for all kinds
    generation: ClassVar[type[Generation]]
    what: ClassVar[str]

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._looking = threading.Lock()
        self._snapshot: State | None = None
        self._next_look = 0.0
        self._own_changes: UUID | None = None

    def _read(self, marker: UUID | None, old: State | None) -> State:
        """Return the state as it is stored now; ``old`` is the one whose place it takes."""
        raise NotImplementedError

    def forget(self) -> None:
        """Drop everything; the next look-up reads it again."""
        with self._looking:
            self._snapshot = None

    def _current(self) -> State:
        snapshot = self._snapshot
        own = self.generation.own_changes
        if snapshot is not None and own is self._own_changes and self._clock() < self._next_look:
            return snapshot
        # With something to serve nobody waits for the one thread that looks.
        if not self._looking.acquire(blocking=snapshot is None or own is not self._own_changes):
            return self._snapshot or self._current()
        try:
            return self._look(own)
        finally:
            self._looking.release()

    def _look(self, own: UUID | None) -> State:
        """Ask for the marker and take another snapshot where it differs. One thread at a time."""
        snapshot = self._snapshot
        began = time.monotonic()
        is_due = self._clock() >= self._next_look and began >= Followed._in_vain_until
        if snapshot is None or own is not self._own_changes or is_due:
            try:
                snapshot = self._refreshed(snapshot)
            except DatabaseError:
                now = time.monotonic()
                Followed._in_vain_until = now + (now - began)
                if snapshot is None:
                    raise
                logger.warning("The %s cannot be read; the last known ones are served.", self.what, exc_info=True)
            self._next_look = self._clock() + LOOK_SECONDS
            self._own_changes = own
            self._snapshot = snapshot
        return snapshot

    def _refreshed(self, old: State | None) -> State:
        marker = self.generation.current()
        return old if old is not None and marker == old.marker else self._read(marker, old)
