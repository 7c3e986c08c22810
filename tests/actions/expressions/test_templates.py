"""Templates: what the compiler finds in a value, where, and what it refuses. Their values are in tests/compliance."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.dialects.documents import read_documents
from actions.errors import Problem
from actions.expressions.base import Read, Script
from actions.expressions.problems import ScriptProblems
from actions.expressions.templates import compile_template, describe
from actions.locations import Location
from actions.values import positioned
from entities.values import ABSENT

PLACE = Location("a.yaml", 1, 1)


def fake_script(source, location):
    """Stand in for the JavaScript compiler: a script is any text with balanced braces, its body is its source."""
    if source.count("{") != source.count("}"):
        raise ScriptProblems([Problem("ACT280", "No script.", location)])
    return Script((), source, f"digest of {source}", source, location), (Read(("script",), location, in_script=True),)


def compiled(value, place=PLACE):
    """Return the template of plain data and the problems found in it."""
    problems = []
    template = compile_template(positioned(value, place), problems.append, fake_script)
    return template, problems


def resolve(value, scope):
    """Return the value of a template whose scripts give their own source."""
    template, _ = compiled(value)
    return template.resolve(scope, [script.body for script in template.scripts])


def test_reads_have_the_place_of_their_name():
    """A name in a one-line text has a column of its own; a whole text stands where its quote does."""
    text = """\
user_id: "$usr.reference_id"
plain: hello $a and $b
quoted: 'hello $a'
escaped: "a\\tb $a"
block: |
  hello $a
tilde: ~a.b
script: "!a + b"
parts: "n: {{ a }}"
"""
    (document,) = read_documents(text, "signup.yaml")
    template = compile_template(document.data, pytest.fail, fake_script)
    places = [(read.location.line, read.location.column, read.embedded, read.in_script) for read in template.reads]
    assert places == [
        (1, 10, False, False),
        (2, 14, True, False),
        (2, 21, True, False),
        (3, 16, True, False),
        (4, 10, True, False),
        (5, 8, True, False),
        (7, 8, False, False),
        (8, 11, False, True),
        (9, 14, False, True),
    ]
    assert str(template.reads[0].location) == "signup.yaml:1:10  at /user_id"
    assert template.reads[0].path == ("usr", "reference_id")


def test_scripts_keep_their_order_and_get_their_results_by_number():
    """One crossing serves a whole template: results are handed over in the order of ``scripts``."""
    template, problems = compiled({"a": "!one", "b": ["x {{ two }} {{three}}", "js:four"], "c": "~n"})
    assert problems == []
    assert [script.source for script in template.scripts] == ["one", " two ", "three", "four"]
    assert template.resolve({"n": 5}, [1, 2, 3, 4]) == {"a": 1, "b": ["x 2 3", 4], "c": 5}


@pytest.mark.parametrize(
    ("value", "constant", "is_script"),
    [
        pytest.param("text", True, False, id="text"),
        pytest.param({"a": [1, "x"]}, True, False, id="data"),
        pytest.param(r"\$a", True, False, id="escaped"),
        pytest.param("~a", False, False, id="path"),
        pytest.param("!a", False, True, id="script"),
        pytest.param("js:a", False, True, id="script-js"),
        pytest.param("{{a}}", False, True, id="script-braces"),
        pytest.param("x{{a}}", False, False, id="script-in-text"),
        pytest.param(["!a"], False, False, id="script-in-list"),
    ],
)
def test_a_template_knows_its_kind(value, constant, is_script):
    """Whether nothing has to be evaluated, and whether the whole is one script."""
    template, _ = compiled(value)
    assert (template.constant, template.is_script) == (constant, is_script)


def test_the_source_is_what_the_author_wrote():
    """The template can be printed as it was written, and stands where it was written."""
    template, _ = compiled({"a": r"\~x $y", "b": [Decimal("1.50"), None]})
    assert template.source == {"a": r"\~x $y", "b": [Decimal("1.50"), None]}
    assert template.location == PLACE


@pytest.mark.parametrize(
    ("written", "value"),
    [
        pytest.param(Decimal("1.50"), 1.5, id="float"),
        pytest.param(Decimal("0.1"), 0.1, id="tenth"),
        pytest.param(Decimal("1234567890123.4567891"), Decimal("1234567890123.4567891"), id="decimal"),
        pytest.param(Decimal("9.99e308"), Decimal("9.99e308"), id="beyond-floats"),
        pytest.param(3, 3, id="int"),
    ],
)
def test_a_literal_number_keeps_its_digits(written, value):
    """It goes out as a number, unless a binary float would spell it otherwise."""
    found = resolve(written, {})
    assert (found, type(found)) == (value, type(value))


def test_a_value_is_made_anew_each_time():
    """What one run does with its arguments does not reach the next."""
    template, _ = compiled({"a": {"b": [1]}})
    template.resolve({}, ())["a"]["b"].append(2)
    assert template.resolve({}, ()) == {"a": {"b": [1]}}


def test_absent_results_of_scripts():
    """``undefined`` leaves the attribute out, is null in a list, and takes the text around it along."""
    template, _ = compiled({"a": "!x", "b": ["!x"], "c": "<{{x}}>"})
    assert template.resolve({}, [ABSENT, ABSENT, ABSENT]) == {"b": [None]}


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        pytest.param("{{ {a: {b: 1}} }}", [" {a: {b: 1}} "], id="nested-braces"),
        pytest.param("{{ {a: {b: 1}}}}", [" {a: {b: 1}}"], id="nested-braces-at-the-end"),
        pytest.param("x {{ {a: {b: {}}} }} }}", [" {a: {b: {}}} "], id="then-a-text"),
        pytest.param("{{a}}{{b}}", ["a", "b"], id="neighbours"),
        pytest.param(r"\{{a}} {{b}}", ["b"], id="after-an-escape"),
    ],
)
def test_a_script_ends_where_it_is_whole(text, sources):
    """``}}`` inside of a script does not end it."""
    template, problems = compiled(text)
    assert problems == []
    assert [script.source for script in template.scripts] == sources


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        pytest.param(
            "~not a path",
            "ACT260",
            "'~not a path' is not a path.",
            r"Write '\~' for a text that begins with '~', or '$name' for a name inside a text.",
            id="not-a-path",
        ),
        pytest.param("!", "ACT261", "'!' has no script.", r"Write '\!' for the text itself.", id="empty"),
        pytest.param("js: ", "ACT261", "'js:' has no script.", r"Write '\js:' for the text itself.", id="empty-js"),
        pytest.param("a {{}}", "ACT261", "'{{' has no script.", r"Write '\{{' for the text itself.", id="empty-part"),
        pytest.param(
            "a {{ b",
            "ACT262",
            "'{{' is never closed.",
            r"Add '}}', or write '\{{' for the text itself.",
            id="unclosed",
        ),
        pytest.param("!{", "ACT280", "No script.", "", id="of-the-script"),
        pytest.param("<{{ { }}>", "ACT280", "No script.", "", id="of-a-part"),
    ],
)
def test_what_is_refused(text, code, message, hint):
    """Each problem has code, sentence and the way out."""
    _, (problem,) = compiled(text)
    assert (problem.code, problem.message, problem.hint) == (code, message, hint)


def test_all_problems_are_reported_each_at_its_place():
    """A problem does not hide the next one, nor the names that the rest reads."""
    text = "a: '~ x'\nb: ['!', \"ok $name\"]\nc: see {{ x\n"
    (document,) = read_documents(text, "a.yaml")
    problems = []
    template = compile_template(document.data, problems.append, fake_script)
    assert [(problem.code, str(problem.location)) for problem in problems] == [
        ("ACT260", "a.yaml:1:4  at /a"),
        ("ACT261", "a.yaml:2:5  at /b/0"),
        ("ACT262", "a.yaml:3:8  at /c"),
    ]
    assert [read.path for read in template.reads] == [("name",)]


def test_a_text_has_a_bounded_number_of_parts():
    """Nobody writes a thousand expressions into one text, or hundreds that cannot be read."""
    _, problems = compiled("$a" * 1_000)
    assert problems == []
    for text in ("$a" * 1_001, "{{ { }} {{ } }}" * 257):
        _, problems = compiled(text)
        assert (problems[-1].code, problems[-1].message) == ("ACT263", "The text has too many expressions.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("x", "nothing", id="constant"),
        pytest.param(["~user.name", "$rows[0].title and $user.name"], "user.name, rows[0].title", id="names"),
        pytest.param({"a": "!1", "b": "~"}, "script, subject; 1 script", id="script"),
        pytest.param(["!1", "!2"], "script; 2 scripts", id="scripts"),
    ],
)
def test_a_template_describes_what_it_needs(value, text):
    """The plan printer shows names once, in order, and how many scripts run."""
    template, _ = compiled(value)
    assert describe(template) == text


@given(
    st.text(st.characters(exclude_characters="$~!{\\", codec="utf-8")).filter(lambda text: not text.startswith("js:"))
)
def test_a_text_without_signs_is_itself(text):
    """Whatever has none of the signs of an expression is a literal."""
    assert resolve(text, {}) == text


NAMES = st.sampled_from(["a", "ab", "rows", "subject", "attributes"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(
    st.text(st.sampled_from("ab~!$\\{}[]().0 js:x\n'\"é"), max_size=40),
    st.dictionaries(NAMES, VALUES, max_size=4).map(lambda scope: {**scope, "attributes": {}}),
)
def test_any_text_compiles_or_is_refused_and_resolves(text, scope):
    """No text and no data make the compiler or a template raise."""
    template, problems = compiled([text])
    (value,) = template.resolve(scope, [script.body for script in template.scripts])
    assert problems or template.constant is False or isinstance(value, str)


@given(st.text(), st.text())
def test_what_was_sent_is_never_read_again(first, second):
    """One pass: values are inserted as they are, whatever signs they carry."""
    assert resolve("<$a|$ab>", {"a": first, "ab": second}) == f"<{first}|{second}>"
