"""Arguments as their parameters declare them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from actions.errors import OutcomeRefused
from actions.operations.arguments import bounded
from actions.operations.base import Call, Param
from actions.operations.params import LONGEST_NUMBER
from entities.values import ABSENT

X = "An x."


def given(param: Param, value: Any) -> Any:
    """Return what an operation with this parameter gets as ``call["x"]``."""
    arguments = {} if value is ABSENT else {"x": value}
    return Call(arguments, {}, None, None, None, params=(param,))["x"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (str, "5", "5"),
        (int, 5, 5),
        (int, "5", 5),
        (int, "9" * LONGEST_NUMBER, int("9" * LONGEST_NUMBER)),
        ((int, str), "5", "5"),
        (float, Decimal("1.5"), Decimal("1.5")),
        (float, 5, 5),
        (bool, False, False),
        (list, [1], [1]),
        (dict, {}, {}),
        ((dict, list), [], []),
        (object, None, None),
        (object, "5", "5"),
    ],
)
def test_what_is_of_its_kind_is_given(kind: Any, value: Any, expected: Any) -> None:
    """As it is; digits become the number where only a number will do."""
    found = given(Param("x", kind, X), value)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (str, 5, "'x' must be a text, not a number."),
        (str, None, "'x' must be a text, not null."),
        (str, ABSENT, "'x' is missing."),
        (object, ABSENT, "'x' is missing."),
        (int, True, "'x' must be a whole number, not true or false."),
        (int, 1.5, "'x' must be a whole number."),
        (int, "1.5", "'x' must be a whole number, not a text."),
        (int, "9" * (LONGEST_NUMBER + 1), "'x' has more than 18 digits."),
        (float, "5", "'x' must be a number, not a text."),
        (float, True, "'x' must be a number, not true or false."),
        (bool, 1, "'x' must be true or false, not a number."),
        ((dict, list), "x", "'x' must be a mapping or a list, not a text."),
        ((str, dict, list), 5, "'x' must be a text, a mapping or a list, not a number."),
    ],
)
def test_what_is_not_is_refused(kind: Any, value: Any, message: str) -> None:
    """With what was wanted and what came."""
    with pytest.raises(OutcomeRefused) as caught:
        given(Param("x", kind, X), value)
    assert caught.value.message == message


def test_an_optional_one_may_be_absent_or_null() -> None:
    """Both are ``None``; one of the choices is needed only where something is given."""
    param = Param("x", str, X, required=False, choices=("a", "b"))
    assert [given(param, value) for value in (ABSENT, None, "a")] == [None, None, "a"]
    with pytest.raises(OutcomeRefused, match=r"^'x' is one of a, b\.$"):
        given(param, "c")


def test_it_may_refuse_a_value_by_itself() -> None:
    """As the kind that was declared; what is left out is not asked about."""
    param = Param("x", int, X, required=False, check=bounded("x", most=5))
    assert [given(param, value) for value in (5, "5", None, ABSENT)] == [5, 5, None, None]
    with pytest.raises(OutcomeRefused, match=r"^'x' is a whole number from 1 to 5\.$"):
        given(param, "6")


def test_a_further_argument_is_as_it_came() -> None:
    """What an open operation takes beyond its parameters; what nobody gave is a fault of the operation."""
    call = Call({"y": "5"}, {}, None, None, None)  # type: ignore[arg-type]
    assert call["y"] == "5"
    with pytest.raises(KeyError):
        call["x"]
