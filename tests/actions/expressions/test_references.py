"""Paths: their grammar and what they read."""

import pytest

from actions.expressions.references import compile_path, format_path, parse_path, parse_tilde
from entities.values import ABSENT


@pytest.mark.parametrize(
    ("text", "path"),
    [
        pytest.param("", ("subject",), id="subject"),
        pytest.param(".x", ("subject", "x"), id="of-subject"),
        pytest.param("a", ("a",), id="name"),
        pytest.param("_a1.b_2", ("_a1", "b_2"), id="members"),
        pytest.param("a[0][12].b[3]", ("a", 0, 12, "b", 3), id="indices"),
        pytest.param("a.0.b", ("a", 0, "b"), id="dotted-index"),
        pytest.param("prénom.x", ("prénom", "x"), id="letters"),
        pytest.param("first-name", ("first-name",), id="hyphen"),
    ],
)
def test_a_path_is_its_segments(text, path):
    """Names and indices in the order in which they are walked."""
    assert parse_tilde(text) == path
    assert parse_path(text) == path


@pytest.mark.parametrize(
    "text", [" a", "a ", "a b", "5", "a..b", ".", "a.", "a[x]", "a[]", "a[-1]", "[0]", "-a", "a-", "a\n"]
)
def test_other_texts_are_no_path(text):
    """Nothing is guessed: a path is one from its first character to its last."""
    assert parse_tilde(text) is None


@pytest.mark.parametrize("text", ["a", "a.b", "rows[0].title", "subject.x[1][2]"])
def test_a_path_is_written_as_it_is_read(text):
    """What people see is what they can write."""
    assert format_path(parse_path(text)) == text


def test_reading_changes_nothing_and_copies_nothing():
    """A path gives the very value of the scope."""
    scope = {"rows": [{"a": {}}]}
    assert compile_path(("rows", 0, "a"))(scope, ()) is scope["rows"][0]["a"]
    assert scope == {"rows": [{"a": {}}]}


@pytest.mark.parametrize("path", [("x",), ("x", "y"), ("x", 0, "y"), ("attributes", "x"), ("attributes", "x", "y")])
def test_a_name_without_a_value_is_absent_however_deep_the_path(path):
    """An optional input that was not sent is absent with all its members."""
    assert compile_path(path)({"attributes": {}}, ()) is ABSENT
    assert compile_path(path)({}, ()) is ABSENT


def test_nothing_but_data_is_reachable():
    """A path walks mappings and lists, never Python attributes."""

    class Secretive:
        secret = "s"

    scope = {"value": Secretive(), "text": "abc", "row": {"a": 1}}
    for path in [("value", "secret"), ("text", "upper"), ("text", 0), ("row", "items"), ("row", "__class__")]:
        assert compile_path(path)(scope, ()) is None
