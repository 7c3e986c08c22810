"""The table of column types: which values each takes, what they become, and which it refuses."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entities.fields import UnknownColumnType, ValueRefused, all_column_types, column_type, type_problems

# Every name of the reference's list, in its order, and ours.
REFERENCE = """
id alias enum date time datetime timestamp day month year minute hour email namespace name encrypted json
password bcrypt md5 md5-bcrypt value truefalse
location location.latitude location.longitude location.altitude color rating measurement float label hidden
content html markdown file image gzip video url
integer decimal money
"""
NAMES = REFERENCE.split()

NOON = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)

TEXTS = [
    ("id", 100),
    ("alias", 100),
    ("enum", 50),
    ("day", 10),
    ("namespace", 200),
    ("name", 100),
    ("value", 100),
    ("location", 50),
    ("label", 100),
    ("hidden", 100),
    ("password", 200),
    ("bcrypt", 200),
    ("md5", 200),
    ("md5-bcrypt", 200),
]

GOOD: list[tuple[str, Any, Any]] = [
    *((name, "Ada", "Ada") for name, _ in TEXTS),
    *((name, "x" * size, "x" * size) for name, size in TEXTS),
    *((name, "x" * 5_000, "x" * 5_000) for name in ("content", "html", "markdown", "encrypted")),
    ("label", "Grüße 🎉", "Grüße 🎉"),
    ("label", "", ""),
    ("email", "ada@example.org", "ada@example.org"),
    ("email", "ada@shop.test", "ada@shop.test"),
    ("url", "https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
    ("url", "http://localhost:8000", "http://localhost:8000"),
    ("color", "#1e90ff", "#1e90ff"),
    ("color", "rgb(1, 2, 255)", "rgb(1, 2, 255)"),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("date", "20240229", date(2024, 2, 29)),
    ("date", "2024-02-29T23:30:00-05:00", date(2024, 2, 29)),
    ("date", 1709164800, date(2024, 2, 29)),
    ("time", "12:30:00", time(12, 30)),
    ("time", "12:30", time(12, 30)),
    ("time", "12:30:00.25", time(12, 30, 0, 250_000)),
    ("datetime", "2024-02-29T12:30:00Z", NOON),
    ("datetime", "2024-02-29 13:30:00+01:00", NOON),
    ("datetime", "2024-02-29T12:30", NOON),
    ("datetime", 1709209800, NOON),
    ("datetime", Decimal("1709209800.5"), NOON.replace(microsecond=500_000)),
    ("timestamp", "2024-02-29T12:30:00Z", NOON),
    ("timestamp", 1709209800, NOON),
    ("month", 1, 1),
    ("month", 12, 12),
    ("month", Decimal("3.0"), 3),
    ("year", 100, 100),
    ("year", 2100, 2100),
    ("minute", 0, 0),
    ("minute", 59, 59),
    ("hour", 23, 23),
    ("rating", 0, 0),
    ("rating", 10, 10),
    ("integer", 2**63 - 1, 2**63 - 1),
    ("measurement", 3, 3),
    ("measurement", -1.5, -1.5),
    ("measurement", Decimal("0.1"), 0.1),
    ("measurement", 10**300, 10**300),
    ("float", Decimal("1e3"), 1000.0),
    ("float", Decimal("0.12345678901234567890"), Decimal("0.12345678901234567890")),
    ("location.latitude", Decimal("52.52"), 52.52),
    ("location.latitude", -90, -90),
    ("location.longitude", 180, 180),
    ("location.altitude", -420, -420),
    ("truefalse", True, True),
    ("truefalse", False, False),
    ("json", {"a": [1, None, True, "x", {"b": Decimal("1.5")}]}, {"a": [1, None, True, "x", {"b": 1.5}]}),
    ("json", "text", "text"),
    ("json", 5, 5),
    ("json", [], []),
    ("decimal", "19.99", Decimal("19.99")),
    ("decimal", 0.1, Decimal("0.1")),
    ("money", "19.99", Decimal("19.99")),
    ("money", Decimal("123456789012345.6789"), Decimal("123456789012345.6789")),
    ("money", 5, Decimal(5)),
    ("money", "19.99000000", Decimal("19.99000000")),
    ("money", "-0.01", Decimal("-0.01")),
]

NO_TEXT = "must be a text, not a number"
NO_NUMBER = "must be a number, not a text"

REFUSED: list[tuple[str, Any, str]] = [
    *((name, 5, NO_TEXT) for name in ("label", "email", "url", "password", "encrypted", "md5", "content", "day")),
    *((name, ["a"], "must be a text, not a list") for name in ("label", "email", "name", "hidden")),
    ("label", True, "must be a text, not true or false"),
    ("email", {"$ne": None}, "must be a text, not an object"),
    ("label", "a\0b", "must not contain the NUL character"),
    ("content", "\ud800", "must not contain a lone surrogate"),
    ("measurement", "5", NO_NUMBER),
    ("measurement", True, "must be a number, not true or false"),
    ("float", [1], "must be a number, not a list"),
    ("float", math.nan, "must be a finite number"),
    ("float", math.inf, "must be a finite number"),
    ("measurement", Decimal("NaN"), "must be a finite number"),
    ("measurement", Decimal("1e400"), "must be a finite number"),
    ("measurement", 10**400, "must be a number of at most 308 digits"),
    ("rating", True, "must be a number, not true or false"),
    ("rating", Decimal("2.5"), "must be a whole number"),
    ("month", "3", NO_NUMBER),
    ("integer", 2**63, "must be a whole number of at most 64 bits"),
    ("truefalse", 1, "must be true or false, not a number"),
    ("truefalse", "true", "must be true or false, not a text"),
    ("date", "29.02.2024", "must be a date such as 2024-02-29"),
    ("date", "2024-02-30", "must be a date such as 2024-02-29"),
    ("date", "٢٠٢٤-02-29", "must be a date such as 2024-02-29"),
    ("date", True, "must be a date, as ISO 8601 text or unix seconds, not true or false"),
    ("datetime", "yesterday", "must be a date and time such as 2024-02-29T15:04:05Z"),
    ("datetime", "0001-01-01T00:00:00+05:00", "must be a date and time between the years 1 and 9999"),
    (
        "datetime",
        1709209800000,
        "must be a date and time between the years 1 and 9999 (unix time is in seconds)",
    ),
    ("time", "25:00", "must be a time such as 15:04:05"),
    ("time", "12:30Z", "must be a time without a zone"),
    ("time", 5, "must be a time such as 15:04:05, not a number"),
    ("json", {"a": "\0"}, "must not contain the NUL character"),
    ("json", [math.inf], "must be a finite number"),
    ("money", True, "must be a number, not true or false"),
    ("money", "1,50", "must be a number"),
    ("money", "NaN", "must be a number"),
    ("money", math.nan, "must be a finite number"),
    ("money", "0.00001", "must have at most 4 decimal places"),
    ("money", "1e15", "must have at most 15 digits before the point"),
    ("money", Decimal("1e-999999"), "must have at most 4 decimal places"),
    ("money", [1], "must be a number, not a list"),
]

# What the tags of the type refuse, after the value has the right kind.
UNFIT: list[tuple[str, Any, str, str]] = [
    *((name, "x" * (size + 1), "max", f"must have at most {size} characters") for name, size in TEXTS),
    ("name", "", "required", "is required"),
    ("password", "", "required", "is required"),
    ("bcrypt", "", "required", "is required"),
    ("md5", "", "required", "is required"),
    ("md5-bcrypt", "", "required", "is required"),
    ("email", "ada", "email", "must be an e-mail address"),
    ("email", "ada@localhost", "email", "must be an e-mail address"),
    ("url", "javascript:alert(1)", "url", "must be a URL such as https://example.org/"),
    ("url", "https://example.org/" + "x" * 500, "max", "must have at most 500 characters"),
    ("color", "reddish", "iscolor", "must be a colour such as #1e90ff"),
    ("month", 0, "min", "must be at least 1"),
    ("month", 13, "max", "must be at most 12"),
    ("year", 99, "min", "must be at least 100"),
    ("year", 2101, "max", "must be at most 2100"),
    ("minute", -1, "min", "must be at least 0"),
    ("minute", 60, "max", "must be at most 59"),
    ("rating", 11, "max", "must be at most 10"),
    ("location.latitude", 90.5, "latitude", "must be a latitude (-90 to 90)"),
    ("location.longitude", -181, "longitude", "must be a longitude (-180 to 180)"),
]

FROM_TEXT: list[tuple[str, str, Any]] = [
    ("label", "5", "5"),
    ("measurement", " 5 ", 5),
    ("measurement", "-1.50", -1.5),
    ("float", "1e3", 1000.0),
    ("rating", "7", 7),
    ("truefalse", "on", True),
    ("truefalse", "TRUE", True),
    ("truefalse", "1", True),
    ("truefalse", "yes", True),
    ("truefalse", "0", False),
    ("truefalse", "off", False),
    ("date", "2024-02-29", date(2024, 2, 29)),
    ("date", "20240229", date(2024, 2, 29)),
    ("date", "1709164800", date(2024, 2, 29)),
    ("datetime", "1709209800", NOON),
    ("datetime", "2024-02-29T12:30", NOON),
    ("time", "12:30", time(12, 30)),
    ("json", '{"a": [1]}', {"a": [1]}),
    ("money", "19.99", Decimal("19.99")),
]

FROM_BAD_TEXT: list[tuple[str, str, str]] = [
    ("measurement", "five", "must be a number"),
    ("measurement", "NaN", "must be a number"),
    ("measurement", "Infinity", "must be a number"),
    ("measurement", "-", "must be a number"),
    ("measurement", "1" * 500, "must be a number"),
    ("measurement", "٣", "must be a number"),
    ("rating", "2.5", "must be a whole number"),
    ("truefalse", "maybe", "must be true or false"),
    ("json", "{", "must be JSON"),
    ("json", '{"a": NaN}', "must be JSON"),
    ("json", "\ud800", "must be JSON"),
    ("money", "1e400", "must have at most 15 digits before the point"),
]

JSON_FORMS: list[tuple[str, Any, Any]] = [
    ("date", "2024-02-29", "2024-02-29"),
    ("time", "12:30", "12:30:00"),
    ("datetime", "2024-02-29T13:30:00+01:00", "2024-02-29T12:30:00Z"),
    ("timestamp", 1709209800, "2024-02-29T12:30:00Z"),
    ("label", "Ada", "Ada"),
    ("truefalse", True, True),
]


def test_the_table_has_every_type() -> None:
    """The list of the reference is there whole."""
    assert [item.name for item in all_column_types()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_type_is_found_in_any_case(name: str) -> None:
    """Column types match in any case."""
    assert column_type(f" {name.upper()} ") is column_type(name)


@pytest.mark.parametrize(("name", "value", "result"), GOOD)
def test_a_good_value_is_coerced(name: str, value: Any, result: Any) -> None:
    """A value of the right kind becomes the Python value, kind and all, and passes the type's own checks."""
    kind = column_type(name)
    coerced = kind.coerce(value)
    assert (coerced, type(coerced)) == (result, type(result))
    assert type_problems(kind, "x", coerced) == []


@pytest.mark.parametrize(("name", "value", "predicate"), REFUSED)
def test_a_value_of_another_kind_is_refused(name: str, value: Any, predicate: str) -> None:
    """JSON values keep their kind: nothing is guessed, nothing is rounded."""
    with pytest.raises(ValueRefused) as caught:
        column_type(name).coerce(value)
    assert (caught.value.code, caught.value.predicate) == ("type", predicate)
    assert caught.value.problem("x").message == f"'x' {predicate}."


@pytest.mark.parametrize(("name", "value", "code", "predicate"), UNFIT)
def test_a_type_brings_its_checks(name: str, value: Any, code: str, predicate: str) -> None:
    """Bounds and formats of a type are validation tags that every value of it must pass."""
    kind = column_type(name)
    problems = type_problems(kind, "x", kind.coerce(value))
    assert [(problem.code, problem.message) for problem in problems] == [(code, f"'x' {predicate}.")]


@pytest.mark.parametrize(("name", "text", "result"), FROM_TEXT)
def test_a_form_sends_text(name: str, text: str, result: Any) -> None:
    """The text of a form is read as the type's value."""
    assert column_type(name).from_text(text) == result


@pytest.mark.parametrize(("name", "text", "predicate"), FROM_BAD_TEXT)
def test_a_form_sends_nonsense(name: str, text: str, predicate: str) -> None:
    """A text that spells no value of the type is refused."""
    with pytest.raises(ValueRefused) as caught:
        column_type(name).from_text(text)
    assert caught.value.predicate == predicate


@pytest.mark.parametrize(("name", "value", "result"), JSON_FORMS)
def test_a_value_has_one_json_form(name: str, value: Any, result: Any) -> None:
    """Dates go out as ISO 8601, moments in UTC with Z."""
    kind = column_type(name)
    assert kind.to_json(kind.coerce(value)) == result


def test_an_empty_text_needs_no_format() -> None:
    """An optional e-mail that a form sends empty is empty, not malformed."""
    assert type_problems(column_type("email"), "email", "") == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("emial", "Did you mean 'email'?", id="typo"),
        pytest.param("varchar", "", id="foreign"),
        pytest.param("Label.json", "Did you mean 'label'?", id="suffix-on-a-text"),
        pytest.param("file.", "Did you mean 'file'?", id="empty-suffix"),
        pytest.param("file.../etc", "", id="no-extension"),
        pytest.param("", "", id="empty"),
    ],
)
def test_an_unknown_type_is_named(name: str, hint: str) -> None:
    """A name that is not in the table is an error with a suggestion."""
    with pytest.raises(UnknownColumnType) as caught:
        column_type(name)
    assert (caught.value.message, caught.value.hint) == (f"Unknown column type '{name}'.", hint)


def test_deep_json_is_refused() -> None:
    """No document is deep enough to exhaust the stack."""
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(ValueRefused, match="Must not be nested deeper than 64 levels"):
        column_type("json").coerce(deep)


def test_a_json_column_is_given_no_decimals() -> None:
    """What no float spells exactly stays a decimal for scripts, and is the nearest float in a JSON column."""
    kind = column_type("json")
    exact = Decimal("0.12345678901234567890")
    assert kind.coerce({"a": [exact]}) == {"a": [exact]}
    assert kind.stored(kind.coerce({"a": [exact]})) == {"a": [float(exact)]}


def test_decimals_never_pass_through_floats() -> None:
    """Every digit of an amount survives."""
    amount = "123456789012345.6789"
    assert str(column_type("money").coerce(Decimal(amount))) == amount
    assert str(column_type("money").from_text(amount)) == amount


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(st.characters(), max_size=30)
    | st.text(st.sampled_from("0123456789-:TZ.+eE /#\0\ud800"), max_size=30)
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(deadline=None)
@given(kind=st.sampled_from(all_column_types()), value=ANY_JSON)
def test_no_value_breaks_a_type(kind: Any, value: Any) -> None:
    """Whatever is sent is taken or refused; nothing else happens."""
    with suppress(ValueRefused):
        coerced = kind.coerce(value)
        type_problems(kind, "x", coerced)
        kind.to_json(coerced)


@settings(deadline=None)
@given(
    kind=st.sampled_from(all_column_types()), text=st.text(max_size=40) | st.text("0123456789.-+eE:TZ ", max_size=40)
)
def test_no_text_breaks_a_type(kind: Any, text: str) -> None:
    """Whatever a form sends is taken or refused."""
    with suppress(ValueRefused):
        kind.to_json(kind.from_text(text))


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_means_its_digits(value: Decimal) -> None:
    """A decimal becomes a float only where the float spells the same digits."""
    try:
        number = column_type("float").coerce(value)
    except ValueRefused:
        assert abs(value) > Decimal("1.7e308")
        return
    assert Decimal(repr(number) if isinstance(number, float) else number) == value


def test_python_values_are_taken_as_they_are() -> None:
    """Values that were coerced once can be written again."""
    assert column_type("datetime").coerce(NOON) == NOON
    assert column_type("datetime").coerce(date(2024, 2, 29)) == datetime(2024, 2, 29, tzinfo=UTC)
    assert column_type("date").coerce(NOON) == date(2024, 2, 29)
    assert column_type("time").coerce(time(1)) == time(1)
