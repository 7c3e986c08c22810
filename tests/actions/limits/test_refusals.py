"""What a process remembers: until when, and no more than it has room for."""

from __future__ import annotations

from uuid import UUID

import pytest

from actions.limits.refusals import Refusals

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


class Clock:
    """A clock that stands still unless told otherwise."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_key_is_refused_until_its_time(clock: Clock) -> None:
    """What is left is counted down; afterwards nothing is."""
    known = Refusals(clock)
    known.remember(ONE, 30)
    clock.now += 10
    assert known.wait(ONE) == 20
    assert known.wait(TWO) <= 0
    clock.now += 20
    assert known.wait(ONE) <= 0


def test_the_last_word_counts(clock: Clock) -> None:
    """A key that was allowed again is not refused."""
    known = Refusals(clock)
    known.remember(ONE, 30)
    known.remember(ONE, 0)
    assert known.wait(ONE) <= 0


def test_it_does_not_grow_without_bound(clock: Clock) -> None:
    """The first one is forgotten, and the database asked about it again."""
    known = Refusals(clock, most=2)
    for key in (ONE, TWO, ONE, THREE):
        known.remember(key, 30)
    assert [known.wait(key) > 0 for key in (ONE, TWO, THREE)] == [True, False, True]
