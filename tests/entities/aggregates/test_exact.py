"""Sums on SQLite: exact, and as texts that sort as the numbers do."""

from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entities.aggregates.exact import SqliteAverage, SqliteSum, sortable, unsorted
from entities.aggregates.sqlite import lower, upper

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40) | st.integers(
    -(10**30), 10**30
).map(Decimal)


@given(NUMBERS, NUMBERS)
def test_texts_sort_as_numbers_do(one, other):
    """Whatever the signs, lengths and fractions."""
    assert (sortable(one) < sortable(other)) == (one < other)
    assert (sortable(one) == sortable(other)) == (one == other)


@given(NUMBERS)
def test_a_text_is_the_number_again(number):
    """Nothing is lost on the way."""
    assert unsorted(sortable(number)) == number


def result(aggregate, values, places, shown):
    """Return what an aggregate gives for values, as SQLite holds them."""
    for value in values:
        aggregate.step(value, places, shown)
    found = aggregate.finalize()
    return None if found is None else unsorted(found)


CENTS = st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=20)


@given(CENTS)
def test_sums_and_averages_of_floats_are_those_of_the_decimals(cents):
    """SQLite hands out floats; the sum is that of the cents, and the average is rounded once, away from zero."""
    floats = [cent / 100 for cent in cents]
    assert result(SqliteSum(), floats, 2, 2) == sum(cents)
    exact = Context(prec=60).divide(Decimal(sum(cents)) * 10000, Decimal(len(cents)))
    assert result(SqliteAverage(), floats, 2, 6) == exact.quantize(Decimal(1), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("values", "total"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([None, None], None, id="null"),
        pytest.param([0.1, 0.2, None], 30, id="floats"),
        pytest.param([3, 0.5], 350, id="whole-and-float"),
        pytest.param(["0.10", "-0.20"], -10, id="texts"),
        pytest.param([2**63 - 1, 2**63 - 1], (2**64 - 2) * 100, id="beyond-64-bits"),
        pytest.param([999999999999.99, 0.01], 10**14, id="largest"),
    ],
)
def test_sums(values, total):
    """Whatever SQLite keeps a decimal as."""
    assert result(SqliteSum(), values, 2, 2) == total


def test_letters_become_one_letter():
    """As in PostgreSQL: a letter without a single capital stays, and null is null."""
    assert (upper("straße é"), lower("ÀÉİ"), upper(None), lower(None)) == ("STRAßE É", "àéİ", None, None)
