"""How often, as people write it."""

from __future__ import annotations

import pytest

from actions.rates import Rate, WrongRate, is_none, read_rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        pytest.param("20/minute", Rate(20, 60), id="minute"),
        pytest.param("1/second", Rate(1, 1), id="second"),
        pytest.param("5/hours", Rate(5, 3_600), id="plural"),
        pytest.param(" 1000000 /  Days ", Rate(1_000_000, 86_400), id="any-case-and-spaces"),
        pytest.param("007/day", Rate(7, 86_400), id="zeros-in-front"),
    ],
)
def test_a_rate_is_read_as_people_write_it(text: str, rate: Rate) -> None:
    """A number, a slash and a unit."""
    assert read_rate(text) == rate
    assert read_rate(str(rate)) == rate


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("", "is no rate.", id="empty"),
        pytest.param("20", "is no rate.", id="no-unit"),
        pytest.param("twenty/minute", "is no rate.", id="words"),
        pytest.param("-1/minute", "is no rate.", id="negative"),
        pytest.param("1.5/minute", "is no rate.", id="fraction"),
        pytest.param("٣/minute", "is no rate.", id="other-digits"),
        pytest.param("20/minute/hour", "is no rate.", id="two-units"),
        pytest.param("9" * 100 + "/minute", "is no rate.", id="huge"),
        pytest.param("20/" + "m" * 100, "is no rate.", id="long"),
        pytest.param("20/minute\0", "is no rate.", id="NUL"),
        pytest.param("20/minut", "has the unknown unit 'minut'. Did you mean 'minute'?", id="unit"),
        pytest.param("20/minutess", "has the unknown unit 'minutess'. Did you mean 'minute'?", id="plural-twice"),
        pytest.param("0/minute", "must allow 1 to 1000000. 'none' is no limit.", id="zero"),
        pytest.param("1000001/minute", "must allow 1 to 1000000. 'none' is no limit.", id="too-many"),
    ],
)
def test_what_is_no_rate_is_told_with_a_remedy(text: str, fault: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(WrongRate) as wrong:
        read_rate(text)
    assert str(wrong.value).startswith(fault)


def test_none_is_no_rate_at_all() -> None:
    """The word switches a limit off, in any case."""
    assert is_none(" None ")
    assert not is_none("0/minute")
