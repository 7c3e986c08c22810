"""The value of a script is what ``eval`` of its text gives; V8 itself is the judge."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from actions.expressions.javascript.boot import find_library
from actions.expressions.javascript.isolate import Isolate
from entities.values import ABSENT

SOURCES = {
    "expression": "1 + 1",
    "comment-after": "'x' // c",
    "comments-around": "/* a */ 7 /* b */",
    "declaration-and-expression": "var x = 1; x + 2",
    "declarations-keep-the-value": "1; var x = 2; let y = 3; function f() {} class A {}",
    "only-declarations": "var x = 1; let y = 2",
    "empty-statements": "1;;;",
    "empty-block": "1; {}",
    "blocks": "{ 1; { 2 } }",
    "sequence": "1, 2",
    "if-taken": "if (true) { 1 } else { 2 }",
    "if-not-taken": "1; if (false) { 2 }",
    "else": "if (false) 1; else 2",
    "else-if": "if (false) 1; else if (true) 3; else 4",
    "else-if-not-taken": "5; if (false) 1; else if (false) 3",
    "if-without-semicolon": "if (0) 1\nelse 2",
    "nested-if": "if (true) if (false) 1; else 2",
    "empty-branch": "1; if (true) { }",
    "for": "for (let i = 0; i < 3; i++) i * 2",
    "for-without-turns": "1; for (let i = 0; i < 0; i++) i",
    "for-of": "for (const i of [1, 2, 3]) { i }",
    "for-in": "for (var k in {a: 1, b: 2}) k",
    "while": "var i = 0; while (i < 3) { i++ }",
    "while-break": "while (true) { 1; break }",
    "do": "do 1; while (false)",
    "do-on-lines": "do 1\nwhile (0)",
    "do-empty-break": "1; do { break } while (0)",
    "continue": "for (let i = 0; i < 3; i++) { if (i == 1) continue; i }",
    "switch": "switch (2) { case 1: 'a'; break; case 2: 'b'; break; default: 'c' }",
    "switch-falls-through": "switch (1) { case 1: 'a'; default: 'b' }",
    "switch-without-case": "1; switch (5) { case 1: 2 }",
    "try": "try { 1 } finally { 2 }",
    "catch": "try { throw 1 } catch (e) { e + 1 }",
    "catch-empty": "try { 1; throw 0 } catch (e) { }",
    "catch-without-name": "try { null.x } catch { 3 }",
    "catch-and-finally": "try { throw 1 } catch { 2 } finally { 3 }",
    "label": "here: for (;;) { 5; break here }",
    "labelled-block": "1; here: { 2; break here; 3 }",
    "labelled-expression": "here: 5",
    "continue-to-label": "out: for (const a of [1, 2]) for (const b of [3, 4]) { if (b == 4) continue out; a * b }",
    "lines-without-semicolons": "let a = 1\nlet b = 2\na + b",
    "line-begins-with-bracket": "1\n;[2].length",
    "template": "`a${1 + 1}`",
    "use-strict": "'use strict'; 3",
    "only-a-text": "'use strict'",
    "function-called": "function f(n) { if (n) { return n } 5 } f(2)",
    "arrow-body": "[1, 2].map(n => { n; return n + 1 })",
    "object": "({a: 1, b: [2]})",
    "undefined": "1; undefined",
    "throw-caught-outside": "for (const i of [1]) { try { i; continue } finally { 9 } }",
    "variable-of-our-name": "var $value = 4; $value + 1",
    "generator": "function* g() { yield 1; yield 2 } [...g()]",
    "regular-expression": "'a-b'.split(/-/)",
    "increment": "let n = 1; n++; n",
    "assignment": "let n; n = 4",
    "html-comment": "1 <!-- 2",
}


@pytest.fixture(scope="module")
def evaluated() -> Iterator[Callable[[str], Any]]:
    """V8's own ``eval``, in a realm that is not locked."""
    answers: queue.SimpleQueue[tuple[int, bytes]] = queue.SimpleQueue()
    isolate = Isolate(find_library(), 1 << 26, lambda kind, data: answers.put((kind, data)))

    def value_of(source: str) -> Any:
        isolate.evaluate(f"JSON.stringify([(0, eval)({json.dumps(source)})]) ".encode())
        return json.loads(answers.get(timeout=30)[1])[0]

    yield value_of
    isolate.close()


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_value_is_that_of_the_last_statement(source: str, run: Any, evaluated: Callable[[str], Any]) -> None:
    """Compiled to a function, a script gives what a console shows for it; undefined is absent."""
    value = run(source)
    assert (None if value is ABSENT else value) == evaluated(source)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("{a: 1, b: 2}", {"a": 1, "b": 2}, id="object"),
        pytest.param("{a: 1}", {"a": 1}, id="one-key"),
        pytest.param("{}", {}, id="empty"),
        pytest.param(" // c\n {'a b': [1]} ", {"a b": [1]}, id="with-comment"),
        pytest.param("{a: 1}.a", 1, id="member"),
        pytest.param("{ let a = 1; a + 1 }", 2, id="block"),
    ],
)
def test_a_script_that_begins_with_a_brace(source: str, value: Any, run: Any) -> None:
    """An author who writes an object means an object; a block is still a block."""
    assert run(source) == value


@pytest.mark.parametrize(
    ("source", "value"),
    [
        pytest.param("return 5", 5, id="alone"),
        pytest.param("if (a) { return 1 } 2", 1, id="early"),
        pytest.param("1; return", ABSENT, id="without-value"),
    ],
)
def test_return_ends_a_script(source: str, value: Any, run: Any) -> None:
    """More than the notation asks for: who writes a function's body is understood."""
    assert run(source, a=True) == value
