"""The runner around the scripts: threads, turns, and the bounds of what it keeps."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from actions.errors import Busy, ScriptFailed, ScriptOverBudget
from actions.expressions.javascript import compiled, pool
from actions.expressions.javascript.service import Scripts
from tests.actions.expressions.javascript.sources import MakeRunner, script, wait_until


def test_threads_share_a_runner(scripts: Scripts) -> None:
    """Eight threads, two children: every answer is for its own question."""
    sources = [script(f"n * {factor} + text.length") for factor in range(20)]

    def ask(number: int) -> bool:
        factor = number % 20
        (value,) = scripts.run([sources[factor]], {"n": number, "text": "x" * factor})
        return bool(value == number * factor + factor)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(1600)))


def test_one_crossing_for_all_scripts(scripts: Scripts) -> None:
    """Results come in the order of the scripts, equal ones included."""
    sources = [script(text) for text in ("a + 1", "b", "a + 1", "missing")]
    assert scripts.run(sources, {"a": 1, "b": "x"})[:3] == [2, "x", 2]


def test_a_failing_script_fails_its_crossing(scripts: Scripts) -> None:
    """The first failure is the outcome's."""
    with pytest.raises(ScriptFailed, match=r"^first$"):
        scripts.run([script("1"), script("throw 'first'"), script("throw 'second'")], {})


def test_earlier_garbage_is_not_held_against_a_script(make_runner: MakeRunner) -> None:
    """What a script leaves for the garbage collector does not bring the next ones over the limit."""
    scripts = make_runner()
    wasteful = script("const all = []; for (let i = 0; i < 2e5; i++) all.push({i, t: 't' + i}); all.length")
    for _ in range(8):
        assert scripts.run([wasteful, script("'x'.repeat(1000).length")], {}) == [200_000, 1000]


def test_compiled_scripts_are_bounded(make_runner: MakeRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest make room for new ones, by number and by size, and are compiled again when they return."""
    monkeypatch.setattr(compiled, "MAX_SCRIPTS", 8)
    monkeypatch.setattr(compiled, "MAX_CHARACTERS", 2000)
    scripts = make_runner()
    sources = [script(f"n + {number} + '{'x' * 20 * number}'.length") for number in range(30)]
    for _ in range(2):
        values = [scripts.run([source], {"n": 1})[0] for source in sources]
        assert values == [1 + number + 20 * number for number in range(30)]
    (worker,) = scripts._pool._all
    worker.compiled.trim()
    assert len(worker.compiled._places) <= 8
    assert worker.compiled._characters <= 2000


def test_a_crossing_of_more_scripts_than_are_kept(make_runner: MakeRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room is never made at the cost of a script of the same crossing."""
    monkeypatch.setattr(compiled, "MAX_SCRIPTS", 4)
    scripts = make_runner()
    sources = [script(f"n + {number}") for number in range(12)]
    for turn in range(2):
        assert scripts.run(sources, {"n": 0}) == list(range(12))
        assert scripts.run([sources[0], script(f"n * 2 + {turn}"), sources[0]], {"n": 0}) == [0, turn, 0]


def test_waiting_for_a_child_is_bounded(make_runner: MakeRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all children are taken for long, a caller is told to come again."""
    monkeypatch.setattr(pool, "WAIT_SECONDS", 0.05)
    scripts = make_runner(time=0.5)
    scripts.run([script("1")], {})

    def loop() -> None:
        with pytest.raises(ScriptOverBudget):
            scripts.run([script("for (;;) {}")], {})

    looping = threading.Thread(target=loop)
    looping.start()
    time.sleep(0.1)
    with pytest.raises(Busy, match=r"^Too many scripts wait to be run\.$"):
        scripts.run([script("1")], {})
    looping.join()
    assert scripts.run([script("1")], {}) == [1]


def test_turns_come_in_order() -> None:
    """Nobody who waits is passed by one who comes later, and who gives up is passed over."""
    turns = pool.Turns(1)
    assert turns.take(0)
    assert not turns.take(0.01)
    order: list[int] = []

    def wait(number: int) -> None:
        assert turns.take(5)
        order.append(number)
        turns.give()

    waiting = [threading.Thread(target=wait, args=[number]) for number in range(5)]
    for number, thread in enumerate(waiting, start=1):
        thread.start()
        assert wait_until(lambda number=number: len(turns._waiting) == number)  # type: ignore[misc]
    turns.give()
    for thread in waiting:
        thread.join()
    assert order == [0, 1, 2, 3, 4]
    assert turns.take(0)
