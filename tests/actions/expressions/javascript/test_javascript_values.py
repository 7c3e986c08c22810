"""Values on their way into scripts and out of them."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.errors import ScriptFailed, ScriptOverBudget
from actions.expressions.conditions import passes
from actions.expressions.javascript.service import Scripts
from entities.values import ABSENT
from tests.actions.expressions.javascript.sources import script

# Beyond 2**53 JavaScript writes an integer with fewer digits than Python: equal as floats, not as integers.
EXACT = st.floats(allow_nan=False, allow_infinity=False).filter(lambda value: abs(value) < 2**53 or abs(value) >= 1e21)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | EXACT | st.text(),
    lambda items: st.lists(items, max_size=4) | st.dictionaries(st.text(), items, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(value=JSON)
def test_json_values_come_back_as_they_went(value: Any, scripts: Scripts) -> None:
    """Any JSON value survives a crossing; a float that is an integer may come back as one."""
    assert scripts.run([script("value")], {"value": value}) == [value]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("undefined", ABSENT, id="undefined"),
        pytest.param("null", None, id="null"),
        pytest.param("NaN", None, id="nan"),
        pytest.param("[1 / 0, -1 / 0]", [None, None], id="infinity"),
        pytest.param("-0", 0, id="minus-zero"),
        pytest.param("3.0", 3, id="integer"),
        pytest.param("0.1 + 0.2", 0.1 + 0.2, id="float"),
        pytest.param("1e21", 1e21, id="large"),
        pytest.param("2 ** 53", 2**53, id="integer-limit"),
        pytest.param("new Date(0)", "1970-01-01T00:00:00.000Z", id="date"),
        pytest.param("new Date(2024, 1, 29).toISOString()", "2024-02-29T00:00:00.000Z", id="time-zone-is-utc"),
        pytest.param("() => 1", ABSENT, id="function"),
        pytest.param("Symbol('x')", ABSENT, id="symbol"),
        pytest.param("[() => 1, undefined]", [None, None], id="functions-in-a-list"),
        pytest.param("({f() {}, u: undefined, n: null})", {"n": None}, id="functions-in-an-object"),
        pytest.param("new Map([[1, 2]])", {}, id="map"),
        pytest.param("({toJSON() { return [1] }})", [1], id="to-json"),
        pytest.param("'\\ud800x'", "�x", id="lone-surrogate"),
        pytest.param("({['\\udc00']: ['\\ud83d\\ude00']})", {"�": ["\U0001f600"]}, id="surrogates"),
        pytest.param('JSON.parse(\'{"__proto__": {"a": 1}}\')', {"__proto__": {"a": 1}}, id="proto-key"),
        pytest.param("new Array(3)", [None, None, None], id="holes"),
        pytest.param("new String('x')", "x", id="string-object"),
        pytest.param("10n.toString()", "10", id="big-integer-as-text"),
    ],
)
def test_results(source: str, value: Any, run: Any) -> None:
    """Undefined is absent, what JSON cannot say is null, dates are ISO texts in UTC."""
    result = run(source)
    assert (result, type(result)) == (value, type(value))


@pytest.mark.parametrize(
    ("value", "source", "result"),
    [
        pytest.param(Decimal("19.99"), "value * 2", 39.98, id="decimal"),
        pytest.param({"a": [Decimal("1.50")]}, "value.a[0]", 1.5, id="decimal-inside"),
        pytest.param(2**70, "value", float(2**70), id="large-integer"),
        pytest.param("</script>\u2028\u2029\\\"'`${x}\n\0", "value", "</script>\u2028\u2029\\\"'`${x}\n\0", id="text"),
        pytest.param("\ud800", "value.length", 1, id="lone-surrogate"),
        pytest.param({"__proto__": {"a": 1}}, "Object.keys(value)", ["__proto__"], id="proto-key"),
        pytest.param({"__proto__": {"a": 1}}, "value.a", ABSENT, id="proto-key-is-no-prototype"),
        pytest.param(MappingProxyType({"a": 1}), "value", {"a": 1}, id="mapping"),
        pytest.param((1, 2), "value.length", 2, id="tuple"),
        pytest.param(b"\x00\xff", "HexEncode(value)", "00ff", id="bytes"),
        pytest.param(None, "value === null", True, id="null"),
        pytest.param(ABSENT, "value === undefined", True, id="absent"),
        pytest.param(ABSENT, "typeof value", "undefined", id="absent-type"),
    ],
)
def test_arguments(value: Any, source: str, result: Any, run: Any) -> None:
    """What a scope may hold arrives as data, whatever is written in it."""
    assert run(source, value=value) == result


def test_a_name_that_the_scope_has_not_is_undefined(run: Any) -> None:
    """A declared, optional input that was not sent is no ReferenceError."""
    assert run("[coupon === undefined, coupon?.code ?? 'none']") == [True, "none"]


def test_a_name_of_the_scope_is_nearer_than_a_built_in(run: Any) -> None:
    """An input called like a helper or a global is the one that is meant; a row's key never is."""
    assert run("[uuid, Date.year]", uuid="7", Date={"year": 1}) == ["7", 1]
    assert run("typeof uuid + typeof Date") == "functionfunction"


def test_scripts_of_one_crossing_have_values_of_their_own(scripts: Scripts) -> None:
    """What one script does to a value is not seen by the next, nor by the caller."""
    scope = {"rows": [{"n": 1}]}
    changing = script("rows[0].n = 5; rows.push(1); rows.length")
    assert scripts.run([changing, script("rows"), changing], scope) == [2, [{"n": 1}], 2]
    assert scope == {"rows": [{"n": 1}]}


def test_only_the_needed_names_are_sent(scripts: Scripts) -> None:
    """A value that no script names may be anything: it is not looked at."""
    assert scripts.run([script("a")], {"a": 1, "b": object()}) == [1]


def test_no_scripts_need_no_crossing(scripts: Scripts) -> None:
    """Nothing in, nothing out."""
    assert scripts.run([], {}) == []


@pytest.mark.parametrize(
    ("condition", "results"),
    [
        pytest.param("true", [True, 2], id="passes"),
        pytest.param("'false'", ["false"], id="does-not"),
        pytest.param("undefined", [ABSENT], id="absent"),
    ],
)
def test_guarded_scripts_stop_at_their_condition(condition: str, results: list[Any], scripts: Scripts) -> None:
    """The first script decides whether the others run, in the same crossing."""
    assert scripts.run([script(condition), script("1 + 1")], {}, guarded=True) == results


CONDITIONS = st.sampled_from(
    [
        "",
        " ",
        "0",
        "false",
        "FALSE",
        " False\t",
        "\x1f0\x85",
        "\ufefffalse",
        "\u017f",
        "\u0130",
        "00",
        "0.0",
        "no",
        "\u3000",
    ]
)


@settings(max_examples=300, deadline=None)
@given(value=JSON | CONDITIONS | st.text(alphabet=" \t\x1c\x85\xa0\ufeff0falseFALSE", max_size=8))
def test_conditions_pass_by_one_rule(value: Any, scripts: Scripts) -> None:
    """The rule in JavaScript is the rule in Python."""
    results = scripts.run([script("value"), script("1")], {"value": value}, guarded=True)
    assert (len(results) == 2) == passes(results[0])


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        pytest.param("throw new Error('Out of stock.')", "Out of stock.", "", id="error"),
        pytest.param("throw 'Out of stock.'", "Out of stock.", "", id="text"),
        pytest.param("throw {message: 'x', name: 'Refused'}", "Refused: x", "", id="object"),
        pytest.param("throw new RangeError('x')", "RangeError: x", "", id="kind"),
        pytest.param("class E extends Error { name = 'Stock' } throw new E('none')", "Stock: none", "", id="own-kind"),
        pytest.param("throw null", "null", "", id="null"),
        pytest.param("throw ''", "The script failed without a message.", "", id="empty"),
        pytest.param("throw {toString() { throw 1 }}", "The script threw a value that has no text.", "", id="no-text"),
        pytest.param("throw Symbol('s')", "Symbol(s)", "", id="symbol"),
        pytest.param("throw new Error('x'.repeat(1000))", "x" * 300, "", id="long"),
        pytest.param(
            "value.name.first", "TypeError: Cannot read properties of null (reading 'first')", "", id="null-read"
        ),
        pytest.param("const a = 1; a = 2", "TypeError: Assignment to constant variable.", "", id="constant"),
        pytest.param(
            "let b = 1; { b; let b = 2 }", "ReferenceError: Cannot access 'b' before initialization", "", id="early"
        ),
        pytest.param("value()", "TypeError: value is not a function", "", id="call"),
        pytest.param("let a; let a", "SyntaxError: Identifier 'a' has already been declared", "", id="v8-refuses"),
        pytest.param(
            "[10n]", "TypeError: Do not know how to serialize a BigInt", "Use Number(x) or String(x).", id="big-integer"
        ),
        pytest.param(
            "10n",
            "TypeError: Do not know how to serialize a BigInt",
            "Use Number(x) or String(x).",
            id="top-big-integer",
        ),
        pytest.param(
            "const a = {}; a.a = a; a",
            "TypeError: Converting circular structure to JSON",
            "A value that contains itself is no JSON.",
            id="cycle",
        ),
        pytest.param(
            "(async () => 1)()",
            "TypeError: The script gave a promise.",
            "Scripts are synchronous: nothing waits for a promise.",
            id="promise",
        ),
        pytest.param(
            "let a = []; for (let i = 0; i < 100; i++) a = [a]; a",
            "A script's value is nested deeper than 64 levels.",
            "",
            id="deep",
        ),
        pytest.param(
            "let a = []; for (let i = 0; i < 3000; i++) a = [a]; a",
            "A script's value is nested deeper than 64 levels.",
            "",
            id="very-deep",
        ),
    ],
)
def test_failures(source: str, message: str, hint: str, run: Any) -> None:
    """A script that throws fails with its own words: no stack, no path, no more than a few lines."""
    with pytest.raises(ScriptFailed) as caught:
        run(source, value={"name": None})
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_values_may_be_nested_as_deep_as_documents_twice(run: Any) -> None:
    """The bound is far beyond what anybody writes."""
    value = run("let a = 1; for (let i = 0; i < 60; i++) a = i % 2 ? [a] : {a}; a")
    assert str(value).count("a") == 30


def test_answer_is_bounded(scripts: Scripts) -> None:
    """One megabyte is an answer, one byte more is none; all scripts of a crossing share it."""
    fits = "x".ljust(1024 * 1024 - 10, "x")
    assert scripts.run([script("text")], {"text": fits}) == [fits]
    for source in ("text + '0123456789'", "'é'.repeat(600000)"):
        with pytest.raises(ScriptOverBudget, match=r"^A script's value is larger than 1,048,576 bytes\.$"):
            scripts.run([script(source)], {"text": fits})
    with pytest.raises(ScriptOverBudget, match="larger than"):
        scripts.run([script("text"), script("text")], {"text": fits[:600_000]})


def test_check_tells_what_only_v8_refuses(scripts: Scripts) -> None:
    """Nothing is run: a definition is checked when it is loaded."""
    sources = ["let a; let a", "user.name", "/(/", "010", "for (;;) {}"]
    assert scripts.check([script(source) for source in sources]) == [
        "SyntaxError: Identifier 'a' has already been declared",
        None,
        "SyntaxError: Invalid regular expression: /(/: Unterminated group",
        "SyntaxError: Octal literals are not allowed in strict mode.",
        None,
    ]
    assert scripts.check([]) == []


def test_a_check_leaves_the_scripts_that_are_run_alone(scripts: Scripts) -> None:
    """What a worker has compiled stays where it is, whatever it is shown in between."""
    mine = [script(f"{number}") for number in range(5)]
    assert scripts.run(mine, {}) == [0, 1, 2, 3, 4]
    scripts.check([script(f"'{letter}'") for letter in "abcdef"])
    assert scripts.run(mine, {}) == [0, 1, 2, 3, 4]
