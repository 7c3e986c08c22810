"""Values on their way to a database and back."""

from __future__ import annotations

import datetime
from decimal import Decimal
from uuid import UUID

import pytest

from actions.texts.values import Unbound, bound, read
from entities.values import ABSENT

MOMENT = datetime.datetime(2024, 2, 29, 10, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (None, None),
        (ABSENT, None),
        (True, True),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (Decimal("1.50"), Decimal("1.50")),
        ("a'b", "a'b"),
        (["a", 1], '["a",1]'),
        ({"a": None}, '{"a":null}'),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_value_is_bound_as_one_of_a_few_kinds(value, sent):
    """Lists and mappings are JSON text, and what is no kind of JSON is text."""
    assert bound(value) == sent
    assert type(bound(value)) is type(sent)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (2**63, "is larger than 64 bits"),
        (-(2**63) - 1, "is larger than 64 bits"),
        (float("nan"), "is no number"),
        (Decimal("Infinity"), "is no number"),
        ("a\x00", "has a NUL in it"),
        ("\ud800", "has half a character in it"),
    ],
)
def test_what_a_database_would_choke_on_is_refused(value, reason):
    """Before it is sent."""
    with pytest.raises(Unbound) as refused:
        bound(value)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("inf"), "inf"),
        (Decimal("NaN"), "NaN"),
        (Decimal("1.50"), Decimal("1.50")),
        (MOMENT, "2024-02-29T10:30:00Z"),
        (MOMENT.date(), "2024-02-29"),
        (datetime.timedelta(days=1), "P1DT00H00M00S"),
        (memoryview(b"\x00\xff"), "AP8="),
        ((1, [UUID(int=0)]), [1, ["00000000-0000-0000-0000-000000000000"]]),
        ({1: b""}, {"1": ""}),
    ],
)
def test_what_comes_back_is_json(value, shown):
    """As the API writes it; a Decimal stays one, which JSON has as a text."""
    assert read(value) == shown
