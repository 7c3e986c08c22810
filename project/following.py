"""Folders in, a call whenever a definition in them was added, changed or removed: noticed by looking.

Looking works on every file system, container mounts included, and costs about ten milliseconds for a thousand files.
A change is acted upon when it has stood still from one look to the next, so that half a save is not read.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from actions.loading.files import walk

logger = logging.getLogger("project.following")

INTERVAL_SECONDS = 0.2

Marks = Mapping[Path, tuple[int, int, int]]


def look(paths: Iterable[Path]) -> Marks:
    """Return a mark for every definition file in or below ``paths``: it differs when the file was written."""
    found = {}
    for file in (file for path in paths for file in walk(path)):
        try:
            stat = file.stat()
        except OSError:  # removed meanwhile
            continue
        found[file] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


class Follower:
    """Calls ``load`` when files are not as they were before the last call that returned True."""

    def __init__(self, paths: Iterable[Path], load: Callable[[], bool]) -> None:
        self._paths = tuple(paths)
        self._load = load
        self._loaded = self._seen = look(self._paths)

    def step(self) -> None:
        """Look once, and act upon what has stood still since the last look."""
        now = look(self._paths)
        stands_still, self._seen = now == self._seen, now
        if stands_still and now != self._loaded and self._load():
            self._loaded = now

    def run(self, stop: threading.Event) -> None:
        """Look again and again until ``stop`` is set."""
        while not stop.wait(INTERVAL_SECONDS):
            try:
                self.step()
            except Exception:  # whatever happened to one look, the next one may succeed
                logger.exception("The definitions' folders could not be looked at.")
