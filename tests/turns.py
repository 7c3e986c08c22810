"""Whose turn it is, where two runs of the suite share a machine: those that measure time have it to themselves.

Every test enters a room that has a door. Who measures waits in the door until the room is empty, and nobody enters
meanwhile. Locks end with their process, so a run that is killed keeps nobody waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(folder: str, *, alone: bool) -> Iterator[None]:
    """Run a block beside those of another run, or alone; ``folder`` is what both runs were told."""
    import fcntl

    with (Path(folder) / "door").open("a") as door, (Path(folder) / "room").open("a") as room:
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(room, fcntl.LOCK_UN)
