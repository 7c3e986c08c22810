"""Kinds, defaults, options and the order of errors, from the request to ``attributes``."""

import json
from urllib.parse import urlencode

import pytest

from tests.acceptance.conftest import codes, failure

OUTCOME = "OutFields: [{Type: said, Method: ACTIONRESPONSE, Attributes: {v: ~attributes}}]\n"


@pytest.fixture
def send(define, post):
    """Define an action by its inputs, send JSON or a form, and return ``attributes`` or the failure."""

    def go(inputs, data=None, *, form=None, query="", keys=""):
        define(f"Name: run\nOnType: todo\nPermission: {{guest: [execute]}}\nInFields: [{inputs}]\n{keys}\n{OUTCOME}")
        if form is None:
            return post(f"todo/run{query}", data)
        return post.client.post(f"/action/todo/run{query}", form, content_type="application/x-www-form-urlencoded")

    return go


def sent(response):
    assert response.status_code == 200, response.content
    return response.json()[0]["Attributes"]["v"]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("label", 1, "type"),
        ("label", True, "type"),
        ("label", ["a"], "type"),
        ("label", {}, "type"),
        ("label", "", ""),
        ("label", None, None),
        ("measurement", "1", "type"),
        ("measurement", True, "type"),
        ("measurement", [1], "type"),
        ("measurement", 1.5, 1.5),
        ("measurement", 1e300, 1e300),
        ("measurement", 2**64, 2**64),
        ("float", "nan", "type"),
        ("truefalse", "on", "type"),
        ("truefalse", 1, "type"),
        ("truefalse", False, False),
        ("month", 13, "max"),
        ("month", 0, "min"),
        ("month", 1.0, 1),
        ("month", 1.5, "type"),
        ("year", 2**64, "type"),
        ("json", {"a": [None]}, {"a": [None]}),
        ("json", "", ""),
        ("json", "{}", "{}"),
        ("date", "2023-02-29", "type"),
        ("date", "2024-02-29", "2024-02-29"),
        ("email", "x", "email"),
        ("email", "", ""),
        ("name", "", "required"),
        ("url", "http://localhost:8000/", "http://localhost:8000/"),
        ("file", {"name": "a"}, "type"),
        ("file.json|yaml", [{"name": "a.txt", "file": ""}], "type"),
    ],
    ids=str,
)
def test_json_keeps_its_kind(send, kind, value, expected):
    """A value of another kind is refused, whatever it looks like; the type's own checks follow."""
    response = send(f"{{Name: v, ColumnType: '{kind}', IsNullable: true}}", {"v": value})
    if response.status_code == 200:
        assert sent(response) == {"v": expected}
    else:
        assert codes(response) == [("v", expected)]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("measurement", " 5 ", 5),
        ("truefalse", "on", True),
        ("truefalse", "off", False),
        ("json", "[1]", [1]),
        ("month", "2", 2),
        ("label", "null", "null"),
        ("label", "", ""),
        ("json", "", "ABSENT"),
        ("measurement", "", "ABSENT"),
        ("date", "", "ABSENT"),
        ("truefalse", "", "ABSENT"),
    ],
)
def test_a_form_sends_texts(send, kind, text, expected):
    """They are read by the type; an empty one counts as not sent for types other than text."""
    response = send(f"{{Name: v, ColumnType: {kind}, IsNullable: true}}", form=urlencode({"v": text}))
    assert sent(response).get("v", "ABSENT") == expected


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("DefaultValue: \"'abc'\"", "abc"),
        ("DefaultValue: '\"abc\"'", "abc"),
        ("DefaultValue: '~x'", "~x"),
        ("DefaultValue: '!1'", "!1"),
        ("DefaultValue: 5", "5"),
        ("ColumnType: measurement, DefaultValue: \"'5'\"", 5),
        ("ColumnType: truefalse, DefaultValue: 'true'", True),
        ("ColumnType: json, DefaultValue: '[1]'", [1]),
        ("Options: [Red, Blue], DefaultValue: RED", "Red"),
        ("DefaultValue: \"''\"", ""),
    ],
)
def test_a_default_is_a_literal(send, declared, expected):
    """Outer quotes are stripped, it is coerced and takes the spelling of its option; nothing is evaluated."""
    assert sent(send(f"{{Name: v, {declared}}}", {})) == {"v": expected}


def test_null_is_no_omission(send):
    """An explicit null is null where that is allowed, and never replaced by the default."""
    assert sent(send("{Name: v, IsNullable: true, DefaultValue: a}", {"v": None})) == {"v": None}
    assert codes(send("{Name: v, DefaultValue: a}", {"v": None})) == [("v", "required")]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("RED", "Red"), ("blue", "Blue"), (3, 3), (None, None), ("3", "option"), (" red", "option"), ("sky", "option")],
)
def test_options_match_in_any_case(send, value, expected):
    """The value, not the label; of the kind that it was declared with, in the spelling that it was declared with."""
    options = (
        "{Name: v, ColumnType: enum, IsNullable: true, Options: [{Value: Red}, {Value: Blue, Label: Sky}, {Value: 3}]}"
    )
    response = send(options, {"v": value})
    if response.status_code == 200:
        assert sent(response) == {"v": expected}
    else:
        assert codes(response) == [("v", expected)]


def test_all_errors_come_at_once_in_the_order_of_the_inputs(send):
    """Then the unknown ones by name."""
    inputs = "{Name: z, ColumnType: measurement}, {Name: a}, {Name: m, ColumnType: email}, {Name: o, Options: [x]}"
    tags = "Validations: [{ColumnName: m, Tags: 'email,min=5'}, {ColumnName: a, Tags: 'required,min=3'}]"
    response = send(inputs, {"q": 1, "m": "x", "z": "1", "b": 2, "o": "y"}, keys=tags)
    assert response.status_code == 422
    assert failure(response)["code"] == "invalid_input"
    assert codes(response) == [
        ("z", "type"),
        ("a", "required"),
        ("m", "email"),
        ("m", "min"),
        ("o", "option"),
        ("b", "unknown"),
        ("q", "unknown"),
    ]


def test_the_body_wins_over_the_query(send):
    """What the query sends is text; the keys of both are taken."""
    inputs = "{Name: a, ColumnType: measurement}, {Name: b, IsNullable: true}"
    assert sent(send(inputs, {"b": "body"}, query="?a=5&b=query")) == {"a": 5, "b": "body"}


def test_additional_inputs_keep_what_was_sent(send):
    """JSON of any kind, and the texts of a form, a repeated one as a list; in ``attributes`` only."""
    keys = "AdditionalInputs: true"
    data = {"a": "x", "b": [1, {"c": None}], "user": "me"}
    assert sent(send("{Name: a}", data, keys=keys)) == data
    form = sent(send("{Name: a}", form="a=x&b=1&b=2&c=true&d=", keys=keys))
    assert json.dumps(form, sort_keys=True) == '{"a": "x", "b": ["1", "2"], "c": "true", "d": ""}'
