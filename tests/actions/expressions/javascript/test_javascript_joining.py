"""Scripts that only join texts: cut into parts when compiled, and equal to what V8 says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.expressions.javascript.analysis import analyse, compile_script
from actions.expressions.javascript.service import runner
from actions.locations import Location

HERE = Location("test", 1, 1)
SCOPE = {"user": {"name": "Ada", "age": 36, "none": None, "deep": {"x": "y"}}, "title": "Dr", "list": ["a"]}


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("'Home group for ' + user.name", ("Home group for ", ("user", "name"))),
        ("title + ' ' + user.deep.x", (("title",), " ", ("user", "deep", "x"))),
        ('"a" + ("b")', ()),
        ("'a' + 1", ()),
        ("'a\\n' + title", ()),
        ("`a` + title", ()),
        ("'a' - title", ()),
        ("title.length", (("title", "length"),)),
        ("user?.name", ()),
        ("user['name']", ()),
        ("f('a')", ()),
        ("'a'; 'b'", ()),
        ("'' + title", ("", ("title",))),
        ("", ()),
    ],
)
def test_which_scripts_are_cut(source, parts):
    """Only literals without escapes, and plain paths, joined by plus."""
    if source:
        assert analyse(source).parts == parts


@pytest.mark.parametrize(
    "source",
    [
        "'a' + title", "title + user.age", "'a' + user.none", "user.missing", "'x' + user.name.length", "title",
        "list + 'a'", "user.age", "'a' + user", "user.name + user.constructor.name", "title.length",
    ],
)  # fmt: skip
def test_the_answer_is_v8s(source):
    """With and without the short way the value is the same, whatever the parts turn out to be."""
    script, _ = compile_script(source, HERE)
    assert runner().run([script], SCOPE) == runner().run([replace(script, parts=())], SCOPE)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.text("abc'", max_size=5))
def test_any_text_joins_as_in_v8(value, literal):
    """No text is special: quotes, line separators, empty ones."""
    script, _ = compile_script('"<" + value + "' + literal + '"', HERE)
    scope = {"value": value}
    assert script.parts
    assert runner().run([script], scope) == runner().run([replace(script, parts=())], scope)


def test_a_condition_that_does_not_pass_stops_there():
    """The guard holds without V8 too."""
    first, _ = compile_script("user.deep.x + ''", HERE)
    second, _ = compile_script("title", HERE)
    assert runner().run([first, second], SCOPE, guarded=True) == ["y", "Dr"]
    empty = {**SCOPE, "user": {"deep": {"x": "0"}}}
    assert runner().run([first, second], empty, guarded=True) == ["0"]
