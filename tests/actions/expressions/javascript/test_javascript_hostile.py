"""Scripts that mean harm: each is stopped in time, the next one works, and this process goes on.

The cases are S16 and S17 of the reliability catalogue and their cousins.
"""

from __future__ import annotations

from typing import Any

import pytest

from actions.errors import ActionError, ScriptFailed, ScriptOverBudget
from actions.expressions.javascript.options import Options
from actions.expressions.javascript.service import Scripts
from tests.actions.expressions.javascript.sources import script
from tests.clocks import AT_ONCE, ends_within

BUDGET = 0.3  # less than the default, to have many of them

OVER_BUDGET = {
    "endless-loop": "for (;;) {}",
    "catastrophic-expression": "/^(a+)+$/.test('a'.repeat(40) + '!')",
    "growing-list": "const all = []; for (;;) all.push({})",
    "growing-text": "let text = 'x'; for (;;) text += text",
    "doubled-text-as-json": "let text = 'x'; for (let i = 0; i < 28; i++) text += text; JSON.stringify({[text]: 1})",
    "split-of-a-huge-text": "'x'.repeat(2 ** 29 - 24).split('')",
    "split-of-a-doubled-text": "let text = 'x'; for (let i = 0; i < 28; i++) text += text; text.split('')",
    "keys-of-a-doubled-text": "let text = 'x'; for (let i = 0; i < 28; i++) text += text; Object.keys(text)",
    "typed-arrays": "const all = []; for (;;) all.push(new Uint8Array(50e6))",
    "typed-arrays-that-are-filled": "const all = []; for (;;) all.push(new Uint8Array(50e6).fill(1))",
    "array-buffers": "const all = []; for (;;) all.push(new ArrayBuffer(64e6))",
    "one-huge-list": "new Array(1.3e8).fill(1.1)",
    "large-answer": "'x'.repeat(2e6)",
    "padded-answer": "'x'.padEnd(1e9)",
    "microtasks": "(async () => { for (;;) await 0 })(); 1",
    "promises": "const again = () => Promise.resolve().then(again); again(); 1",
    "promises-by-another-name": "const P = globalThis['Pro' + 'mise']; const f = () => P.resolve().then(f); f(); 1",
    "thrown-text-that-loops": "throw {toString() { for (;;) {} }}",
    "thrown-message-that-loops": "throw {get message() { for (;;) {} }}",
    "getter-that-loops": "({get a() { for (;;) {} }})",
    "proxy-that-loops": "new Proxy({}, {ownKeys() { for (;;) {} }, get() { for (;;) {} }})",
    "to-json-that-loops": "({toJSON() { for (;;) {} }})",
    "generator-without-end": "[...(function* () { for (;;) yield 1 })()]",
    "long-sort": "Array.from({length: 3e5}).fill(1).sort((a, b) => { for (let i = 0; i < 1e4; i++); return 1 })",
    "large-integer": "let n = 3n; for (;;) n *= n",
}

FAILING = {
    "recursion": ("(function f() { return f() + 1 })()", "RangeError: Maximum call stack size exceeded"),
    "recursive-json": ("let a = {}; for (let i = 0; i < 1e5; i++) a = {a}; a", None),
    "object-prototype": ("Object.prototype.evil = 1", "TypeError: Cannot add property evil, object is not extensible"),
    "prototype-by-a-value": (
        "user.__proto__.evil = 1",
        "TypeError: Cannot add property evil, object is not extensible",
    ),
    "array-prototype": ("Array.prototype.push = 1", None),
    "list-prototype": ("[].__proto__.map = () => [7]", None),
    "json-stringify": ("JSON.stringify = () => 'evil'", None),
    "json-parse": ("JSON.parse = () => 'evil'", None),
    "math": ("Math.max = () => 0", None),
    "global-property": ("globalThis.evil = 1", "TypeError: Cannot add property evil, object is not extensible"),
    "global-object": ("globalThis.JSON = {}", None),
    "text-prototype": ("String.prototype.trim = () => 'evil'", None),
    "function-prototype": ("(() => 1).__proto__.call = () => 'evil'", None),
    "iterator-prototype": ("[][Symbol.iterator]().__proto__.next = () => ({done: true})", None),
    "generator-prototype": ("(function* () {})().__proto__.__proto__.next = 1", None),
    "promise-prototype": ("Promise.prototype.then = 1", None),
    "stack-traces": ("Error.prepareStackTrace = () => { for (;;) {} }; null.x", None),
    "stack-limit": ("Error.stackTraceLimit = 100; null.x", None),
    "definition": ("Object.defineProperty(Object.prototype, 'evil', {get() { for (;;) {} }})", None),
    "replaced-prototype": ("Object.setPrototypeOf(Object.prototype, new Proxy({}, {}))", None),
    "constructor": ("user.constructor.constructor('return process')()", "TypeError: Code generation is disabled."),
    "function-constructor": ("(() => 1).constructor('return this')()", "TypeError: Code generation is disabled."),
    "async-constructor": ("(async () => 1).constructor('return this')()", "TypeError: Code generation is disabled."),
    "generator-constructor": ("(function* () {}).constructor('yield 1')()", "TypeError: Code generation is disabled."),
    "function": ("Function('return 1')()", "TypeError: Code generation is disabled."),
    "new-function": ("new Function('return 1')", "TypeError: Code generation is disabled."),
    "reflected-function": ("Reflect.construct(Function, ['return 1'])", "TypeError: Code generation is disabled."),
    "eval": ("eval('1')", "TypeError: Code generation is disabled."),
    "indirect-eval": ("(0, eval)('1')", "TypeError: Code generation is disabled."),
    "this": ("this.constructor", "TypeError: Cannot read properties of undefined (reading 'constructor')"),
    "import": ("import('fs')", "TypeError: The script gave a promise."),
    "require": ("require('fs')", "TypeError: require is not a function"),
    "process": ("process.env", "TypeError: Cannot read properties of undefined (reading 'env')"),
    "fetch": ("fetch('http://127.0.0.1/')", "TypeError: fetch is not a function"),
    "timer": ("setTimeout(() => 1)", "TypeError: setTimeout is not a function"),
    "caller": ("(function f() { return f.caller })()", None),
}

NOT_THERE = (
    "process require module exports fetch XMLHttpRequest WebSocket Deno Bun window document console setTimeout "
    "setInterval queueMicrotask WebAssembly SharedArrayBuffer Atomics WeakRef FinalizationRegistry __timer_manager"
)


@pytest.fixture(scope="module")
def hostile() -> Any:
    """A runner with one child, so that each script meets the child that the one before it has left."""
    runner = Scripts(Options(workers=1, time=BUDGET))
    yield runner
    runner.close()


def assert_next_script_works(runner: Scripts) -> None:
    """Intrinsics are what they were, in the child that now serves."""
    source = "[[3, 1].sort().map(n => n + 1), JSON.stringify({a: [1]}), ' x '.trim(), Math.max(1, 2), [].evil, user.n]"
    value = runner.run([script(source)], {"user": {"n": 5}})
    assert value == [[[2, 4], '{"a":[1]}', "x", 2, None, 5]]


@pytest.mark.parametrize("source", OVER_BUDGET.values(), ids=OVER_BUDGET)
def test_over_budget(source: str, hostile: Scripts) -> None:
    """Time, memory and output hold, and the next script finds a whole child."""
    with ends_within(AT_ONCE), pytest.raises(ScriptOverBudget):
        hostile.run([script(source)], {})
    assert_next_script_works(hostile)


@pytest.mark.parametrize(("source", "message"), FAILING.values(), ids=FAILING)
def test_failing(source: str, message: str | None, hostile: Scripts) -> None:
    """What would change the realm, make code or reach a host throws, and leaves nothing behind."""
    with ends_within(AT_ONCE), pytest.raises(ScriptFailed) as caught:
        hostile.run([script(source)], {"user": {}})
    assert message is None or caught.value.message == message
    assert_next_script_works(hostile)


@pytest.mark.parametrize("name", NOT_THERE.split())
def test_hosts_are_not_there(name: str, run: Any) -> None:
    """No function of a host, nothing that waits and nothing that sees memory of others."""
    assert run(f"[typeof {name}, '{name}' in globalThis]") == ["undefined", False]


def test_failed_scripts_keep_the_child(scripts: Scripts) -> None:
    """A script that only throws costs nobody a new child."""
    runner = Scripts(Options(workers=1))
    try:
        runner.run([script("1")], {})
        (before,) = runner._pool._all
        with pytest.raises(ScriptFailed):
            runner.run([script("null.x")], {})
        assert runner._pool._all == {before}
    finally:
        runner.close()


def test_regular_expressions_leave_nothing_behind(run: Any) -> None:
    """The legacy statics of RegExp would show a caller's text to the next one."""
    assert run("/(sec)ret/.test(text)", text="my secret") is True
    assert run("[RegExp.$1, RegExp.lastMatch, RegExp['$&'], RegExp.input]") == [None] * 4


def test_every_intrinsic_is_frozen(run: Any) -> None:
    """Walk all that a script can reach without arguments: every object is frozen, hidden prototypes too."""
    source = """
    const over = item => Object.getPrototypeOf(item);
    const pending = [globalThis, over(async () => 1), over(function* () {}), over(async function* () {}),
      over(over((function* () {})())), over(over((async function* () {})())), over([].values()),
      over("".matchAll(/./g)), over(new Map().keys()), over(new Set().keys()), over(""[Symbol.iterator]()),
      over(Iterator.from({next() {}})), over([].values().map(x => x)),
      over(new Intl.Segmenter().segment("")), over(new Intl.Segmenter().segment("")[Symbol.iterator]())];
    const seen = new Set(), open = [];
    while (pending.length) {
      const item = pending.pop();
      if (item === null || !["object", "function"].includes(typeof item) || seen.has(item)) continue;
      seen.add(item);
      if (!Object.isFrozen(item)) open.push(String(item.name ?? item[Symbol.toStringTag]));
      pending.push(over(item));
      for (const key of Reflect.ownKeys(item)) {
        const {value, get, set} = Reflect.getOwnPropertyDescriptor(item, key);
        pending.push(value, get, set);
      }
    }
    [open, seen.size > 500]
    """
    assert run(source) == [[], True]


def test_frozen_intrinsics_leave_objects_writable(run: Any) -> None:
    """Inheriting from what is frozen does not make one's own objects read-only."""
    source = """
    const row = {}; row.constructor = 1; row.toString = () => "own"; row.valueOf = 2;
    const error = new TypeError("a"); error.message = "b"; error.name = "Own";
    [row.constructor, `${row}`, row.valueOf, String(error), {}.constructor === Object]
    """
    assert run(source) == [1, "own", 2, "Own: b", True]


def test_the_driver_cannot_be_found(run: Any) -> None:
    """Neither stack nor function gives its name away, which is all that is needed to call it."""
    assert run("[new Error('x').stack, (function f() { return typeof f.caller })]") == ["Error: x", None]


def test_stopping_costs_others_nothing(scripts: Scripts) -> None:
    """While one child runs in circles, another serves."""
    import threading

    outcome: list[Exception] = []

    def loop() -> None:
        try:
            scripts.run([script("for (;;) {}")], {})
        except ActionError as error:
            outcome.append(error)

    scripts.run([script("1")], {})
    thread = threading.Thread(target=loop)
    thread.start()
    served = 0
    with ends_within(AT_ONCE):
        while thread.is_alive():
            assert scripts.run([script("n + 1")], {"n": served}) == [served + 1]
            served += 1
    assert [type(error) for error in outcome] == [ScriptOverBudget]
    assert served > 5
