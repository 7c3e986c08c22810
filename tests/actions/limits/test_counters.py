"""Counting in the database: so many at once, never twice as many over an edge, and rows that do not pile up."""

from __future__ import annotations

import random
import uuid
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from actions.limits import counters
from actions.limits.counters import Limit, count, prune
from actions.models import RateCounter
from actions.rates import Rate
from tests.actions.limits.harness import pass_time

pytestmark = pytest.mark.django_db


def limit(most: int, seconds: int) -> Limit:
    """Return a counter that nobody has used."""
    return Limit(uuid.uuid4(), Rate(most, seconds))


def attempts(of: Limit, number: int) -> int:
    """Try so often and return how many were allowed."""
    return sum(count([of])[of] == 0 for _ in range(number))


@pytest.mark.parametrize("most", [1, 2, 20])
def test_so_many_at_once_and_no_more(most: int) -> None:
    """The declared number passes; the next one waits until the period has passed."""
    tried = limit(most, 3_600)
    assert attempts(tried, most + 5) == most
    assert 3_590 < count([tried])[tried] <= 3_600
    pass_time(3_590)
    assert attempts(tried, 1) == 0
    pass_time(11)
    assert attempts(tried, most + 5) == most


def test_over_the_edge_of_a_window_there_are_not_twice_as_many() -> None:
    """Nineteen at the end of a window count nearly whole in the next: no second burst."""
    tried = limit(20, 3_600)
    assert attempts(tried, 1) == 1
    pass_time(3_590)
    assert attempts(tried, 30) == 19
    pass_time(20)
    assert attempts(tried, 30) == 0
    pass_time(180)
    assert attempts(tried, 30) == 1


def test_the_wait_is_long_enough_and_not_too_long() -> None:
    """Whoever comes again after it passes; whoever comes a little earlier does not."""
    tried = limit(10, 3_600)
    attempts(tried, 4)
    for early in (3_000, 400, 0, 0, 300):
        pass_time(early)
        attempts(tried, 20)
        wait = count([tried])[tried]
        pass_time(wait - 20)
        assert attempts(tried, 1) == 0
        pass_time(20.5)
        assert attempts(tried, 1) == 1


def test_it_agrees_with_a_model_over_a_long_time() -> None:
    """Attempts at random times: at once never more than allowed, and about the declared rate in the long run."""
    chance = random.Random(7)
    tried, most, period = limit(10, 1_000), 10, 1_000.0
    now, allowed = 0.0, deque[float]()
    for _ in range(400):
        step = chance.choice([0.0, 0.0, 20.0, 90.0, 700.0 * chance.random()])
        now += step
        pass_time(step)
        if count([tried])[tried] == 0:
            allowed.append(now)
    for start in allowed:
        assert sum(start <= moment < start + 0.05 * period for moment in allowed) <= most
        assert sum(start <= moment < start + period for moment in allowed) < 2 * most
    assert len(allowed) <= (now / period + 1) * most


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    """A row from the future is as good as none."""
    tried = limit(3, 60)
    attempts(tried, 5)
    pass_time(-3_600)
    assert attempts(tried, 5) == 3


def test_several_counters_take_one_statement(django_assert_num_queries: Any) -> None:
    """Each has its own answer."""
    one, two = limit(1, 60), limit(2, 3_600)
    with django_assert_num_queries(1):
        assert count([one, two]) == {one: 0, two: 0}
    waits = count([one, two])
    assert waits[one] > 0
    assert waits[two] == 0


def test_rows_that_mean_nothing_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bounded number at a time, the oldest first, and never one that still counts."""
    monkeypatch.setattr(counters, "PRUNE_ROWS", 30)
    counters._prune_statement.cache_clear()
    count([limit(5, 60) for _ in range(40)])
    pass_time(121)
    living = limit(5, 60)
    count([living])
    assert [prune(), prune(), prune()] == [30, 10, 0]
    assert list(RateCounter.objects.values_list("pk", flat=True)) == [living.key]
    counters._prune_statement.cache_clear()


def test_pruning_keeps_up_with_whoever_has_many_addresses() -> None:
    """Counting alone, with nobody who cleans up, leaves few dead rows."""
    for _ in range(5):
        for _ in range(counters.PRUNE_EVERY):
            count([limit(5, 1)])
        pass_time(3)
    assert RateCounter.objects.count() <= 2 * counters.PRUNE_EVERY


@pytest.mark.django_db(transaction=True)
def test_threads_at_once_get_no_more() -> None:
    """One statement decides: nobody reads what another is about to write."""
    tried, together = limit(20, 3_600), Barrier(8)

    def work(_: int) -> int:
        together.wait()
        try:
            return attempts(tried, 10)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(8))) == 20
