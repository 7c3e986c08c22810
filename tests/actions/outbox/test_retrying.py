"""How long a mail waits after an attempt that failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.outbox.retrying import longest_pause, pause


@pytest.mark.parametrize(
    ("attempt", "minutes"), [(1, 1), (2, 2), (3, 4), (8, 128), (9, 256), (10, 360), (1_000_000, 360)]
)
def test_the_longest_pause_doubles_up_to_six_hours(attempt: int, minutes: int) -> None:
    """However many attempts somebody allows, the pause stays a pause."""
    assert longest_pause(attempt) == timedelta(minutes=minutes)


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 0), (0.5, 120), (0.999, 239.76)])
def test_a_pause_is_any_part_of_the_longest(chance: float, seconds: float) -> None:
    """Those who failed together do not come back together."""
    assert pause(3, lambda: chance) == timedelta(seconds=seconds)
