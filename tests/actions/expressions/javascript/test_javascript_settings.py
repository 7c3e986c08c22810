"""Budgets and isolation are settings; a wrong one, and an installation that lacks something, is said."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from actions.errors import ScriptFailed, ScriptOverBudget
from actions.expressions.javascript.boot import find_library
from actions.expressions.javascript.isolate import Isolate
from actions.expressions.javascript.options import MEGABYTE, Options
from actions.expressions.javascript.service import runner
from tests.actions.expressions.javascript.sources import MakeRunner, script, wait_until


@pytest.mark.measures
def test_the_time_is_a_setting(make_runner: MakeRunner) -> None:
    """A quarter of a second is what it says, and the message says it."""
    scripts = make_runner(time=0.25)
    scripts.run([script("1")], {})
    started = time.monotonic()
    with pytest.raises(ScriptOverBudget, match=r"^A script took longer than 0\.25 s\.$"):
        scripts.run([script("for (;;) {}")], {})
    assert 0.25 <= time.monotonic() - started < 1


def test_default_budget() -> None:
    """The figures that the notation states."""
    options = Options()
    assert (options.isolation, options.time, options.heap) == ("process", 1.0, 64 * MEGABYTE)
    assert (options.process_memory, options.answer) == (256 * MEGABYTE, MEGABYTE)
    assert options.workers == (os.cpu_count() or 1) + 1


def test_threads_give_the_same_answers(make_runner: MakeRunner) -> None:
    """The opt-in for trusted authors differs in where scripts run, and in nothing else."""
    scripts = make_runner(isolation="thread", workers=2, time=0.3)
    assert scripts.run([script("user.n + 1"), script("typeof process")], {"user": {"n": 1}}) == [2, "undefined"]
    with pytest.raises(ScriptFailed, match=r"^TypeError: Code generation is disabled\.$"):
        scripts.run([script("eval('1')")], {})
    for source in ("for (;;) {}", "(async () => { for (;;) await 0 })(); 1"):
        with pytest.raises(ScriptOverBudget, match=r"^A script took longer than 0\.3 s\.$"):
            scripts.run([script(source)], {})
        assert scripts.run([script("1")], {}) == [1]
    with pytest.raises(ScriptOverBudget, match="memory"):
        scripts.run([script("'x'.repeat(2 ** 29 - 24).split('')")], {})
    assert scripts.run([script("1")], {}) == [1]


def test_threads_have_a_heap_of_their_own(make_runner: MakeRunner) -> None:
    """A list that grows without end is stopped by the heap's limit; the isolate is replaced."""
    scripts = make_runner(isolation="thread", heap=16 * MEGABYTE, time=5.0)
    with pytest.raises(ScriptOverBudget, match="memory"):
        scripts.run([script("const all = []; for (;;) all.push({})")], {})
    assert scripts.run([script("1")], {}) == [1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"TIEM": 1}, "Unknown setting ACTIONS['JAVASCRIPT']['TIEM']. Did you mean 'TIME'?", id="unknown"),
        pytest.param(
            {"ISOLATION": "none"}, "ACTIONS['JAVASCRIPT']['ISOLATION'] must be 'process' or 'thread'.", id="isolation"
        ),
        pytest.param({"TIME": 0}, "ACTIONS['JAVASCRIPT']['TIME'] must be a number above 0.", id="zero"),
        pytest.param({"HEAP": "64"}, "ACTIONS['JAVASCRIPT']['HEAP'] must be a number above 0.", id="text"),
        pytest.param({"WORKERS": True}, "ACTIONS['JAVASCRIPT']['WORKERS'] must be a number above 0.", id="boolean"),
        pytest.param({"ANSWER": 1.5}, "ACTIONS['JAVASCRIPT']['ANSWER'] must be a number above 0.", id="fraction"),
    ],
)
def test_wrong_settings_are_named(given: dict[str, Any], message: str) -> None:
    """A wrong setting stops the server with a sentence that says which and why."""
    with pytest.raises(ImproperlyConfigured) as caught:
        Options.of(given)
    assert str(caught.value) == message


def test_the_runner_follows_the_settings(settings: Any) -> None:
    """One runner for each process, as the settings describe it."""
    settings.ACTIONS = {"JAVASCRIPT": {"TIME": 0.2, "WORKERS": 1}}
    runner.cache_clear()
    try:
        assert runner() is runner()
        with pytest.raises(ScriptOverBudget, match=r"longer than 0\.2 s"):
            runner().run([script("for (;;) {}")], {})
    finally:
        runner().close()
        runner.cache_clear()


def test_a_missing_v8_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who installed the abandoned distribution of the same module is told which one is meant."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    find_library.cache_clear()
    with pytest.raises(ImproperlyConfigured, match=r"install 'mini-racer' \(not 'py-mini-racer'\)"):
        find_library()
    find_library.cache_clear()


def test_a_child_that_cannot_start_says_why(make_runner: MakeRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library without the functions that are used is named, instead of failing somewhere later."""
    broken = find_library()._replace(path=sys.executable)
    monkeypatch.setattr("actions.expressions.javascript.workers.find_library", lambda: broken)
    with pytest.raises(ImproperlyConfigured, match=r"^V8 does not start \(255\): (OSError|AttributeError)"):
        make_runner().run([script("1")], {})


def test_an_isolate_is_freed() -> None:
    """Closing waits for the isolate's thread: nothing is delivered afterwards."""
    answers: list[tuple[int, bytes]] = []
    isolate = Isolate(find_library(), MEGABYTE * 64, lambda kind, data: answers.append((kind, data)))
    isolate.evaluate(b"'one'")
    assert wait_until(lambda: len(answers) == 1)
    isolate.close()
    assert answers == [(5, b"one")]
