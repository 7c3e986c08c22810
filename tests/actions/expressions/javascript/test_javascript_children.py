"""The processes that scripts run in: when they are made, what they may, and when they end."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from actions.errors import ScriptOverBudget
from actions.expressions.javascript.options import MEGABYTE
from actions.expressions.javascript.workers import ProcessWorker
from tests.actions.expressions.javascript.sources import MakeRunner, child_of, is_alive, run_python, script, wait_until


def test_children_are_made_when_needed(make_runner: MakeRunner) -> None:
    """No child before the first script, one for one caller, no more than permitted."""
    scripts = make_runner(workers=3)
    assert len(scripts._pool._all) == 0
    for _ in range(3):
        scripts.run([script("1")], {})
    assert len(scripts._pool._all) == 1
    with ThreadPoolExecutor(6) as threads:
        list(
            threads.map(
                lambda n: scripts.run([script("let t = n; for (let i = 0; i < 1e5; i++) t += i; t")], {"n": n}),
                range(12),
            )
        )
    assert 1 <= len(scripts._pool._all) <= 3


def test_a_script_is_not_blamed_for_a_dead_child(make_runner: MakeRunner) -> None:
    """Scripts are pure: one that meets a child which an earlier one has spoilt is run again on a new one."""
    scripts = make_runner()
    scripts.run([script("1")], {})
    before = child_of(scripts)
    os.kill(before, signal.SIGKILL)
    assert scripts.run([script("1 + 1")], {}) == [2]
    assert child_of(scripts) != before


def test_a_script_that_kills_new_children_is_over_budget(
    make_runner: MakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that dies for no clear reason is the script's fault when the child was new: never an internal error."""
    scripts = make_runner()

    def dies(worker: ProcessWorker, source: bytes, settled: bool) -> Any:
        worker._process.kill()
        return ask(worker, source, settled)

    ask = ProcessWorker._exchange
    monkeypatch.setattr(ProcessWorker, "_exchange", dies)
    with pytest.raises(ScriptOverBudget, match=r"^A script used more memory than it may\.$"):
        scripts.run([script("1")], {})
    monkeypatch.undo()
    assert scripts.run([script("1")], {}) == [1]


def test_the_memory_of_the_process_holds(make_runner: MakeRunner) -> None:
    """Typed arrays are outside of V8's heap: the process's bound stops them where it says."""
    source = "const all = []; for (let i = 0; i < {}; i++) all.push(new Uint8Array(10e6).fill(1)); all.length"
    scripts = make_runner()
    assert scripts.run([script(source.replace("{}", "12"))], {}) == [12]
    resident = int(Path(f"/proc/{child_of(scripts)}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    assert resident < 256 * MEGABYTE
    with pytest.raises(ScriptOverBudget, match="memory"):
        scripts.run([script(source.replace("{}", "26"))], {})


def test_many_calls_do_not_fill_the_heap(make_runner: MakeRunner) -> None:
    """A harmless script can be run for ever, in one child, on a heap a sixteenth of the default's."""
    scripts = make_runner(heap=4 * MEGABYTE)
    counting = script("rows.length + n")
    scripts.run([counting], {"rows": [], "n": 0})
    before = child_of(scripts)
    for number in range(15_000):
        assert scripts.run([counting], {"rows": [1, 2, 3], "n": number}) == [number + 3]
    assert child_of(scripts) == before


def test_a_child_has_nothing_of_ours(make_runner: MakeRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment, no open files but the channel, no place on the disk, no terminal, no further processes."""
    monkeypatch.setenv("SECRET_KEY", "hidden")
    scripts = make_runner()
    scripts.run([script("1")], {})
    proc = Path(f"/proc/{child_of(scripts)}")
    assert {name for name in proc.joinpath("environ").read_text().split("\0") if name} <= {"TZ=UTC"}
    assert {int(item.name) for item in proc.joinpath("fd").iterdir()} <= {0, 1, 2}
    assert os.readlink(proc / "fd/1") == "/dev/null"
    assert os.readlink(proc / "cwd") == "/"
    assert os.getsid(int(proc.name)) == int(proc.name)
    limits = {line[:26].strip(): line[26:].split()[0] for line in proc.joinpath("limits").read_text().splitlines()[1:]}
    assert limits["Max core file size"] == limits["Max file size"] == limits["Max processes"] == "0"
    assert 0 < int(limits["Max data size"]) < 256 * MEGABYTE


def test_signals_to_the_server_do_not_end_a_child(make_runner: MakeRunner) -> None:
    """A graceful stop, or a Ctrl-C that reaches the group, still answers what is in flight."""
    scripts = make_runner()
    scripts.run([script("1")], {})
    before = child_of(scripts)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(before, number)
    assert scripts.run([script("1")], {}) == [1]
    assert child_of(scripts) == before


def test_closing_ends_the_children_and_can_be_undone(make_runner: MakeRunner) -> None:
    """Nothing is left behind, and the next call starts anew."""
    scripts = make_runner()
    scripts.run([script("1")], {})
    before = child_of(scripts)
    scripts.close()
    assert not is_alive(before)
    assert scripts.run([script("1")], {}) == [1]


@pytest.mark.parametrize("source", ["1", "for (;;) {}"], ids=["idle", "busy"])
def test_children_do_not_outlive_a_killed_server(source: str) -> None:
    """A server that is killed takes its children along, also one that runs in circles."""
    code = f"""
    import threading, time
    scripts = Scripts(Options(workers=1, time=0.5))
    scripts.run([script("1")], {{}})
    print(next(iter(scripts._pool._all))._process.pid, flush=True)
    threading.Thread(target=lambda: scripts.run([script({source!r})], {{}}), daemon=True).start()
    time.sleep(0.1)
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
    """
    ended = run_python(code)
    assert ended.returncode == -signal.SIGKILL
    assert wait_until(lambda: not is_alive(int(ended.stdout)))


def test_forked_processes_have_children_of_their_own() -> None:
    """A runner used before a fork works in both processes, at once, and each ends what it has started."""
    code = """
    import os
    scripts = Scripts(Options(workers=2))
    scripts.run([script("1")], {})
    mine = {worker._process.pid for worker in scripts._pool._all}
    forked = os.fork()
    values = [scripts.run([script("n * 2")], {"n": n})[0] for n in range(200)]
    assert values == [n * 2 for n in range(200)]
    now = {worker._process.pid for worker in scripts._pool._all}
    if forked == 0:
        assert not now & mine
        raise SystemExit(7)
    assert now == mine
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 7
    assert scripts.run([script("1 + 1")], {}) == [2]
    print("both")
    """
    ended = run_python(code)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("both\n", "", 0)


@pytest.mark.parametrize("isolation", ["process", "thread"])
def test_a_process_that_used_scripts_ends_quietly(isolation: str) -> None:
    """No warning, no message and no hanging at the end of the interpreter."""
    ended = run_python(f"""
    scripts = Scripts(Options(isolation={isolation!r}))
    print(scripts.run([script("1 + 1")], {{}}))
    """)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("[2]\n", "", 0)
