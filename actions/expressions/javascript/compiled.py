"""Which scripts a worker has compiled, and where: each is sent once, and the number kept is bounded."""

from __future__ import annotations

import re
from typing import NamedTuple

from actions.expressions.base import Script

MAX_SCRIPTS = 4096
MAX_CHARACTERS = 4 << 20

# A script without one of these words has no way to leave work behind for later.
_LINGERS = re.compile(r"async|await|import|Promise|globalThis|\\u")


class Place(NamedTuple):
    """Where a script is kept, and what its text tells about how to run it."""

    slot: int
    lingers: bool
    draws: bool
    size: int


class Compiled:
    """The compiled scripts of one worker, the oldest of which make room."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._free: list[int] = []
        self._characters = 0

    def find(self, digest: str) -> Place | None:
        """Return where a script is, or ``None`` when it has to be sent."""
        return self._places.get(digest)

    def add(self, script: Script) -> Place:
        """Give a script a place."""
        slot = self._free.pop() if self._free else len(self._places)
        body = script.body
        place = Place(slot, bool(_LINGERS.search(body)), "uuid" in script.names, len(body))
        self._characters += place.size
        self._places[script.digest] = place
        return place

    def trim(self) -> None:
        """Take their places from the oldest while there are too many. Between crossings: within one, all must stay."""
        while len(self._places) > MAX_SCRIPTS or self._characters > MAX_CHARACTERS:
            place = self._places.pop(next(iter(self._places)))
            self._characters -= place.size
            self._free.append(place.slot)
