"""Which state may follow which: the table, and the README's words for it."""

from __future__ import annotations

import re
from itertools import product

import pytest

from actions.states import (
    DELIVERY_CHANGES,
    EFFECT_CHANGES,
    DeliveryState,
    EffectState,
    ForbiddenChange,
    before,
    check_change,
)
from tests.test_readme import table

ALLOWED = {
    ("pending", "sending"),
    ("sending", "sending"),
    ("sending", "sent"),
    ("sending", "pending"),
    ("sending", "failed"),
    ("failed", "pending"),
}


@pytest.mark.parametrize(("first", "then"), list(product(EffectState, EffectState)))
def test_a_state_follows_only_where_the_table_says_so(first: EffectState, then: EffectState) -> None:
    """What was sent stays sent, and nothing is sent that nobody has taken."""
    if (first.value, then.value) in ALLOWED:
        check_change(first, then)
        assert first in before(then)
    else:
        with pytest.raises(ForbiddenChange) as refused:
            check_change(first, then)
        assert str(refused.value) == f"An effect that is {first.value} does not become {then.value}."
        assert first not in before(then)


def test_the_readme_says_the_same() -> None:
    """Each state has its row, which names the states that may follow."""
    states = {state.value for state in EffectState}
    rows = {row[0]: row[2] for row in table("state | when | then")}
    assert {name: set(re.findall(r"\w+", then)) & states for name, then in rows.items()} == {
        before.value: {after.value for after in following} for before, following in EFFECT_CHANGES.items()
    }


@pytest.mark.parametrize(("first", "then"), list(product(DeliveryState, DeliveryState)))
def test_an_event_that_succeeded_stays_so(first: DeliveryState, then: DeliveryState) -> None:
    """Everything else ends in one of three ways, and nothing is ever received again."""
    if first is not DeliveryState.SUCCEEDED and then is not DeliveryState.RECEIVED:
        check_change(first, then)
        assert first in before(then)
    else:
        with pytest.raises(ForbiddenChange) as refused:
            check_change(first, then)
        assert str(refused.value) == f"A delivery that is {first.value} does not become {then.value}."
        assert first not in before(then)


def test_the_readme_says_the_same_of_events() -> None:
    """The states that may follow are named first."""
    states = {state.value for state in DeliveryState}
    rows = {row[0]: row[2] for row in table("event | when | then")}
    assert {name: set(re.findall(r"\w+", then)) & states for name, then in rows.items()} == {
        before.value: {after.value for after in following} for before, following in DELIVERY_CHANGES.items()
    }
