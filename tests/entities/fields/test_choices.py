"""Options and literal defaults."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from entities.fields import ValueRefused, column_type, read_default, with_options

SIZES = [{"Value": "Small", "Label": "small one"}, {"value": "Large"}]
ONE_OF = "must be one of 'Small', 'Large'"


@pytest.mark.parametrize(
    ("name", "declared", "value", "result"),
    [
        pytest.param("label", SIZES, "Small", "Small", id="as-spelled"),
        pytest.param("label", SIZES, "sMALL", "Small", id="any-case"),
        pytest.param("enum", SIZES, "LARGE", "Large", id="enum"),
        pytest.param("enum", ["S", "s"], "s", "s", id="exact-before-case"),
        pytest.param("enum", [1, 2], 2, 2, id="enum-of-numbers"),
        pytest.param("enum", [1, 2], Decimal("2.0"), 2, id="by-value"),
        pytest.param("enum", [True, False], True, True, id="enum-of-booleans"),
        pytest.param("rating", [{"Value": "3"}, {"Value": 5}], 3, 3, id="number-written-as-text"),
        pytest.param("measurement", [Decimal("0.1")], 0.1, 0.1, id="decimal-and-float"),
        pytest.param("label", [5], "5", "5", id="text-written-as-number"),
        pytest.param("money", ["1.50"], 1.5, Decimal("1.50"), id="money"),
    ],
)
def test_a_value_takes_the_spelling_of_its_option(name: str, declared: Any, value: Any, result: Any) -> None:
    """Options match in any case, numbers by value."""
    assert with_options(column_type(name), declared).coerce(value) == result


@pytest.mark.parametrize(
    ("name", "declared", "value", "code", "predicate"),
    [
        pytest.param("label", SIZES, "Medium", "option", ONE_OF, id="no-option"),
        pytest.param("label", SIZES, 5, "type", "must be a text, not a number", id="kind-first"),
        pytest.param("enum", SIZES, 5, "type", "must be a text, not a number", id="enum-kind"),
        pytest.param("enum", [1], True, "type", "must be a number, not true or false", id="true-is-not-1"),
        pytest.param("enum", SIZES, ["Small"], "type", "must be a text, not a list", id="list"),
        pytest.param("json", [{"Value": "a"}], ["a"], "option", "must be one of 'a'", id="unhashable"),
    ],
)
def test_what_is_no_option_is_refused(name: str, declared: Any, value: Any, code: str, predicate: str) -> None:
    """The refusal lists the options."""
    with pytest.raises(ValueRefused) as caught:
        with_options(column_type(name), declared).coerce(value)
    assert (caught.value.code, caught.value.predicate) == (code, predicate)


@pytest.mark.parametrize(
    ("declared", "text", "result"),
    [(SIZES, "small", "Small"), ([1, 2], "2", 2), ([True, False], "TRUE", True), (["S", "s"], "s", "s")],
)
def test_a_form_chooses_by_text(declared: Any, text: str, result: Any) -> None:
    """The text of a form is matched with how the options are written."""
    assert with_options(column_type("enum"), declared).from_text(text) == result


def test_a_form_chooses_nothing() -> None:
    """A text that is no option is refused."""
    with pytest.raises(ValueRefused) as caught:
        with_options(column_type("enum"), SIZES).from_text("Medium")
    assert (caught.value.code, caught.value.predicate) == ("option", ONE_OF)


def test_a_long_list_is_shown_in_part() -> None:
    """A refusal stays short."""
    with pytest.raises(ValueRefused, match=r"'0', .*'19' \.\.\.\.$"):
        with_options(column_type("integer"), range(100)).coerce(1000)


@pytest.mark.parametrize(
    ("name", "declared", "message"),
    [
        ("rating", ["high"], "Must be a number."),
        ("enum", [None], "Must be a value, not null."),
        ("label", [{"Label": "no value"}], "Must be a value, not null."),
        ("label", [["a"]], "Must be a value, not a list."),
    ],
)
def test_a_bad_option_is_refused(name: str, declared: Any, message: str) -> None:
    """An option that no value of the type can be is the author's mistake."""
    with pytest.raises(ValueRefused) as caught:
        with_options(column_type(name), declared)
    assert str(caught.value) == message


def test_options_are_described() -> None:
    """Schema, labels and control tell a form what to show."""
    kind = with_options(column_type("enum"), SIZES)
    assert kind.json_schema == {"enum": ["Small", "Large"]}
    assert kind.options == {"Small": "small one", "Large": "Large"}
    assert (kind.control, kind.tags, kind.is_text) == ("select", "", False)
    assert with_options(column_type("date"), ["2024-02-29"]).json_schema == {"type": "string", "enum": ["2024-02-29"]}


@pytest.mark.parametrize(
    ("name", "literal", "result"),
    [
        pytest.param("label", "USD", "USD", id="text"),
        pytest.param("label", "'USD'", "USD", id="quoted"),
        pytest.param("label", '"USD"', "USD", id="double-quoted"),
        pytest.param("label", "''", "", id="quoted-empty"),
        pytest.param("label", "'", "'", id="one-quote"),
        pytest.param("label", "'a\"", "'a\"", id="unequal-quotes"),
        pytest.param("label", "~name", "~name", id="no-expression"),
        pytest.param("label", 5, "5", id="number-for-a-text"),
        pytest.param("measurement", "'5'", 5, id="text-for-a-number"),
        pytest.param("rating", 5, 5, id="number"),
        pytest.param("truefalse", "0", False, id="flag"),
        pytest.param("truefalse", True, True, id="boolean"),
        pytest.param("money", "0.10", Decimal("0.10"), id="money"),
        pytest.param("json", "[1]", [1], id="json"),
        pytest.param("measurement", "", None, id="empty-is-none"),
        pytest.param("measurement", "''", None, id="quoted-empty-is-none"),
        pytest.param("label", None, None, id="null-is-none"),
    ],
)
def test_a_default_is_a_literal(name: str, literal: Any, result: Any) -> None:
    """Outer quotes go, then the literal is coerced."""
    assert read_default(column_type(name), literal) == result


def test_a_default_takes_the_spelling_of_its_option() -> None:
    """It must be one of the options."""
    kind = with_options(column_type("enum"), SIZES)
    assert read_default(kind, "'small'") == "Small"
    with pytest.raises(ValueRefused, match="Must be one of 'Small', 'Large'"):
        read_default(kind, "medium")


@pytest.mark.parametrize(("name", "literal"), [("rating", "high"), ("truefalse", "perhaps"), ("label", True)])
def test_a_bad_default_is_refused(name: str, literal: Any) -> None:
    """A default that the input itself would refuse is the author's mistake."""
    with pytest.raises(ValueRefused):
        read_default(column_type(name), literal)
