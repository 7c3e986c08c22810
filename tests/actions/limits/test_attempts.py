"""Attempts that an operation guards: counted once, outside of the transaction, in whatever order it is tried again."""

from __future__ import annotations

import pytest
from django.db import transaction

from actions.limits.attempts import MOST, Attempts, CountFirst
from actions.models import RateCounter
from actions.operations.base import Attempt
from actions.rates import Rate

pytestmark = pytest.mark.django_db(transaction=True)

PER_WHO, PER_SOURCE = Rate(2, 900), Rate(3, 900)


def trying(*who: str) -> Attempt:
    """Return an attempt for these."""
    return Attempt("test.guess", who, PER_WHO, PER_SOURCE)


def test_who_and_source_have_limits_of_their_own() -> None:
    """Two for each of who is named, in any case; three from one address, the /64 of an IPv6 one."""
    assert [Attempts("").count(trying(who)) > 0 for who in ("ada", "ADA", "ada")] == [False, False, True]
    addresses = ("2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "192.0.2.1")
    found = [Attempts(address).count(trying(f"who{at}")) > 0 for at, address in enumerate(addresses)]
    assert found == [False, False, False, True, False]


def test_all_who_are_named_are_counted() -> None:
    """One that is over its limit is enough."""
    for _ in range(2):
        Attempts("").count(trying("ada"))
    assert 0 < Attempts("").count(trying("grace", "ada")) <= 900
    assert Attempts("").count(trying("grace")) == 0


def test_within_a_transaction_it_has_to_be_counted_first() -> None:
    """Settled outside, it is not counted again; what is tried in another order is."""
    attempts = Attempts("")
    with pytest.raises(CountFirst) as caught, transaction.atomic():
        attempts.count(trying("ada"))
    assert not RateCounter.objects.exists()
    caught.value.settle()
    for _ in range(3):
        attempts.begin()
        with transaction.atomic():
            assert attempts.count(trying("ada")) == 0
    assert RateCounter.objects.get().current == 1
    attempts.begin()
    with pytest.raises(CountFirst), transaction.atomic():
        attempts.count(trying("grace"))


def test_made_within_a_transaction_its_attempts_are_part_of_it() -> None:
    """An example is undone whatever comes of it."""
    with transaction.atomic():
        assert Attempts("192.0.2.1").count(trying("ada")) == 0
        transaction.set_rollback(True)
    assert not RateCounter.objects.exists()


def test_a_run_has_a_hundred() -> None:
    """The next one is refused for a whole period, and costs no statement."""
    attempts = Attempts("")
    assert [attempts.count(trying(f"who{at}")) for at in range(MOST)] == [0] * MOST
    assert attempts.count(trying("another")) == 900
    assert RateCounter.objects.count() == MOST
