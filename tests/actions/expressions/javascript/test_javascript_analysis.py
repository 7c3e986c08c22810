"""What is known of a script before it runs: what it reads and where, and that it can be read."""

from __future__ import annotations

from typing import Any

import pytest

from actions.expressions.javascript.analysis import analyse, compile_script
from actions.expressions.javascript.syntax import MAX_BYTES, ScriptSyntaxError
from actions.expressions.javascript.vocabulary import ABSENT_HELPERS, HELPERS, STANDARD_GLOBALS, hint_for
from actions.expressions.problems import ScriptProblems
from actions.locations import Location
from tests.clocks import work_of_at_most


@pytest.mark.parametrize(
    ("source", "names"),
    [
        pytest.param("1 + 1", "", id="none"),
        pytest.param("name", "name", id="one"),
        pytest.param("b + a + b", "b a", id="each-once-in-order"),
        pytest.param("var x = a; x + b", "a b", id="var"),
        pytest.param("x + a; var x", "a", id="var-is-hoisted"),
        pytest.param("{ var x = 1 } x", "", id="var-leaves-blocks"),
        pytest.param("{ let x = a } x", "a x", id="let-stays-in-its-block"),
        pytest.param("f(a); function f(p) { return p + b }", "a b", id="function-is-hoisted"),
        pytest.param("if (a) { function f() {} } f", "a f", id="strict-functions-stay-in-blocks"),
        pytest.param("(function g() { return g + a })(); g", "a g", id="function-expression-knows-itself"),
        pytest.param("rows.map((row, i) => row.title + i + a)", "rows a", id="arrow-parameters"),
        pytest.param("rows.map(row => row)", "rows", id="arrow-parameter"),
        pytest.param("(p, {q = a}, [r], ...s) => p + q + r + s + b", "a b", id="patterns-in-parameters"),
        pytest.param("const {p, q: {r = a}, [k]: s, ...t} = o; p + r + s + t + q", "a k o q", id="object-pattern"),
        pytest.param("const [p, [q], , ...r] = o; p + q + r", "o", id="array-pattern"),
        pytest.param("({p, q: r.s} = o)", "p r o", id="assignment-pattern"),
        pytest.param("try { a } catch (e) { e } e", "a e", id="catch"),
        pytest.param("try { a } catch ({message}) { message }", "a", id="catch-pattern"),
        pytest.param("for (const [k, v] of rows) k + v + a", "rows a", id="for-of"),
        pytest.param("for (let i = 0; i < n; i++) i; i", "n i", id="for"),
        pytest.param("for (var k in o) k; k", "o", id="for-in-var"),
        pytest.param("for (k of o) k", "k o", id="for-of-assigns"),
        pytest.param("switch (a) { case b: let c; default: c + d } c", "a b d c", id="switch"),
        pytest.param(
            "class A extends B { #p = a; static s = b; [k]() { return this.#p } } new A()", "B a b k", id="class"
        ),
        pytest.param("(class C { static { var x = a; x } }).x; x; C", "a x C", id="static-block"),
        pytest.param(
            "({key: value, short, [computed]: 1, m(p) { return p + a }})", "value short computed a", id="object"
        ),
        pytest.param("user.name.first", "user", id="members"),
        pytest.param("user[key]", "user key", id="computed-member"),
        pytest.param("user?.name ?? other", "user other", id="optional-chain"),
        pytest.param("here: for (;;) { break here }", "", id="labels"),
        pytest.param("`a ${b} ${`c ${d}`}`", "b d", id="template"),
        pytest.param("tag`x ${y}`", "tag y", id="tagged-template"),
        pytest.param("function f() { return arguments.length + a } f()", "a", id="arguments"),
        pytest.param("x = 5", "x", id="assignment-to-undeclared"),
        pytest.param("typeof a === 'undefined' ? b : 1", "b", id="typeof-may-ask-for-anything"),
        pytest.param("typeof (a)", "", id="typeof-in-brackets"),
        pytest.param("typeof a.b", "a", id="typeof-of-a-member"),
        pytest.param("typeof a; a", "a", id="typeof-and-a-use"),
        pytest.param(
            "Math.max(1, JSON.parse('1'), NaN, Infinity, undefined) + globalThis.x", "", id="standard-globals"
        ),
        pytest.param("btoa(a) + uuid() + HMACSHA256(k, d)", "a k d", id="helpers"),
        pytest.param("Encrypt(secret, text)", "Encrypt secret text", id="absent-helper"),
        pytest.param(
            "require('fs'); process.env; fetch('/'); setTimeout(f)", "require process fetch setTimeout f", id="hosts"
        ),
        pytest.param("new.target; /a(b)/.test('c'); 'd' + \"e\"; // f\n/* g */", "", id="no-names"),
        pytest.param("straße + ñ.ü", "straße ñ", id="letters"),
    ],
)
def test_free_names(source: str, names: str) -> None:
    """A name that the script does not declare, and that is no built-in, must come from the scope."""
    assert analyse(source).names == tuple(names.split())


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        pytest.param("user.name", [("user", "name")], id="member"),
        pytest.param("rows[0].title", [("rows", 0, "title")], id="index"),
        pytest.param("user['e mail'].x", [("user", "e mail", "x")], id="text-key"),
        pytest.param("user?.a?.[2]?.b", [("user", "a", 2, "b")], id="optional-chain"),
        pytest.param("(user).name", [("user", "name")], id="brackets"),
        pytest.param("user[k].name", [("user",), ("k",)], id="computed"),
        pytest.param("rows[i + 1].x + rows[-1]", [("rows",), ("i",), ("rows",)], id="computed-index"),
        pytest.param("user.name.trim()", [("user", "name")], id="method"),
        pytest.param("rows.map(r => r.x)", [("rows",)], id="method-of-the-name"),
        pytest.param("f(a.b)", [("f",), ("a", "b")], id="function"),
        pytest.param("rows.length + user.name.length", [("rows",), ("user", "name")], id="length"),
        pytest.param("user.x = 1; delete user.y; user.n += 1", [("user",), ("user",), ("user", "n")], id="written"),
        pytest.param("new lib.Thing(a.b)", [("lib",), ("a", "b")], id="new"),
        pytest.param("({user}).user.nme", [("user",)], id="in-an-object"),
        pytest.param("`${user.a}${b.c[0]}`", [("user", "a"), ("b", "c", 0)], id="template"),
    ],
)
def test_static_paths(source: str, paths: list[Any]) -> None:
    """A read goes on as far as its members are written out, so that columns can be checked at load."""
    assert [use.path for use in analyse(source).reads] == paths


def test_parameters_are_all_names_that_a_scope_may_answer() -> None:
    """Built-ins are parameters too, so that an input of such a name is the one that is meant; constants are not."""
    analysis = analyse("uuid() + Date + typeof coupon + user.id + NaN + undefined + eval('1')")
    assert analysis.parameters == ("uuid", "Date", "coupon", "user")


def test_equal_scripts_have_one_digest() -> None:
    """The digest is that of what is compiled: names and body."""
    first, second = (compile_script("user.name", Location("a.yaml", line, 1))[0] for line in (1, 2))
    other = compile_script("user['name']", Location("a.yaml", 1, 1))[0]
    assert first.digest == second.digest
    assert first.digest != other.digest


@pytest.mark.parametrize(
    ("source", "message", "offset"),
    [
        pytest.param("1 +", "The script ends too early.", 3, id="operand"),
        pytest.param("if (a", "The script ends too early.", 5, id="bracket"),
        pytest.param("{a: [1,2", "The script ends too early.", 8, id="brackets"),
        pytest.param("user.", "The script ends too early.", 5, id="member"),
        pytest.param("a b", "'a b' is no JavaScript.", 0, id="two-names"),
        pytest.param("'it's'", "''it's'' is no JavaScript.", 0, id="quotes"),
        pytest.param("x = 1 2", "'1 2' is no JavaScript.", 4, id="two-values"),
        pytest.param(")", "')' is no JavaScript.", 0, id="closing"),
        pytest.param("if (x { y }", "')' is missing.", 5, id="missing-bracket"),
        pytest.param(
            "é; a b c d e f g h i j k l m n", "'a b c d e f g h i j k l ...' is no JavaScript.", 3, id="shortened"
        ),
        pytest.param("import x from 'y'", "Scripts have no modules.", 0, id="import"),
        pytest.param("export default 1", "Scripts have no modules.", 0, id="export"),
        pytest.param("1; with (a) b", "Scripts are strict: 'with' is not allowed.", 3, id="with"),
        pytest.param("1 + <b>hi</b>", "This is no JavaScript.", 4, id="jsx"),
        pytest.param("#!/bin/sh", "This is no JavaScript.", 0, id="hash-bang"),
        pytest.param("await x", "Scripts are synchronous: there is nothing to await.", 0, id="await"),
        pytest.param("1 + (yield 1)", "'yield' stands outside of a generator.", 5, id="yield"),
        pytest.param("\\u0061b", "Write the name without escapes.", 0, id="escaped-name"),
        pytest.param("arguments[0]", "There are no 'arguments' here.", 0, id="arguments"),
        pytest.param("1 + public", "'public' is a reserved word in scripts.", 4, id="reserved"),
        pytest.param("'\ud800'", "This is no character.", 1, id="surrogate"),
        pytest.param("x" * (MAX_BYTES + 1), "A script may have at most 32 KB.", 0, id="size"),
        pytest.param("(" * 600 + "1" + ")" * 600, "This is nested deeper than 500 levels.", 499, id="depth"),
    ],
)
def test_syntax_errors(source: str, message: str, offset: int) -> None:
    """What is no script is refused, with the place in the script."""
    with pytest.raises(ScriptSyntaxError) as caught:
        analyse(source)
    assert (caught.value.message, caught.value.offset) == (message, offset)


def test_syntax_error_tells_line_and_column() -> None:
    """Lines and columns count from 1, in characters."""
    with pytest.raises(ScriptSyntaxError) as caught:
        analyse("let ä = 1\n  ä b")
    assert (caught.value.line, caught.value.column) == (2, 5)


def test_a_problem_stands_at_its_column_in_the_document() -> None:
    """Script and document run side by side here, so the caret stands below the fault."""
    text = 'OutFields:\n  - Attributes:\n      title: "!user.name +"\n'
    place = Location("todo.yaml", 3, 16, "/OutFields/0/Attributes/title", text)
    with pytest.raises(ScriptProblems) as caught:
        compile_script("user.name +", place)
    (problem,) = caught.value.problems
    assert str(problem) == (
        "ACT270 The script ends too early.\n"
        "  todo.yaml:3:27  at /OutFields/0/Attributes/title\n"
        '    3 |       title: "!user.name +"\n'
        "      |                           ^"
    )


@pytest.mark.parametrize(
    ("source", "text", "columns"),
    [
        pytest.param("user.name + b", "!user.name + b", [2, 14], id="side-by-side"),
        pytest.param("user.name + b", "", [2, 14], id="no-document"),
        pytest.param("user.name + b", "|\n  user.name + b", [2, 2], id="block-text"),
        pytest.param('user + "it\'s" + b', "!user + \"it''s\" + b", [2, 2], id="until-an-escape"),
        pytest.param("user +\n  b", "!user +\n  b", [2, 2], id="first-line-only"),
    ],
)
def test_reads_stand_where_the_document_has_them(source: str, text: str, columns: list[int]) -> None:
    """A read knows its column as far as the script stands in the document as it is; else the script's place."""
    script, reads = compile_script(source, Location("a.yaml", 1, 2, text=text))
    assert [read.location.column for read in reads] == columns
    assert all(read.in_script and not read.embedded for read in reads)
    assert (script.source, script.location.column) == (source, 2)


@pytest.mark.parametrize("piece", ["'", "a<b>(c)", "a b ) ( } ", "[a,", "{a:", "(", "!", "a?", "`${", "function f(){"])
def test_hostile_texts_are_answered_soon(piece: str) -> None:
    """A text of the permitted size takes no more than a moment, whatever it is."""
    with work_of_at_most(2), pytest.raises(ScriptSyntaxError):
        analyse((piece * MAX_BYTES)[:MAX_BYTES])


def test_hints_for_names_that_scripts_do_not_have() -> None:
    """The original's helpers that handle keys, and other hosts' names, are answered with what to do."""
    assert not ABSENT_HELPERS & HELPERS
    assert hint_for("Encrypt") == "'Encrypt' is not available: scripts handle no keys."
    assert hint_for("fetch") == "Scripts have no network."
    assert hint_for("nme") == ""


def test_vocabulary_is_what_the_realm_has(run: Any) -> None:
    """The names that the analysis takes for granted are those of the locked realm, no more and no fewer."""
    assert set(run("Reflect.ownKeys(globalThis)")) == HELPERS | STANDARD_GLOBALS
