"""How long to wait before the next attempt: up to twice as long each time, and never two processes in step."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=6)


def longest_pause(attempt: int) -> timedelta:
    """Return the longest pause after the attempt with this number, from 1."""
    return min(FIRST * (1 << min(attempt - 1, 16)), LONGEST)


def pause(attempt: int, chance: Callable[[], float] = random.random) -> timedelta:
    """Return a pause: anything up to the longest ("full jitter"), so that a server that is back is not run over."""
    return longest_pause(attempt) * chance()
