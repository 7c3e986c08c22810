"""Scripts for tests, from their text, and what is to be seen of the processes that run them."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

from actions.expressions.base import Script
from actions.expressions.javascript.analysis import compile_script
from actions.expressions.javascript.service import Scripts
from actions.expressions.javascript.workers import ProcessWorker
from actions.locations import Location

ROOT = Path(__file__).resolve().parents[4]
HERE = Location("test.yaml", 1, 1)
MakeRunner = Callable[..., Scripts]


def script(source: str) -> Script:
    """Return a compiled script."""
    return compile_script(source, HERE)[0]


def child_of(scripts: Scripts) -> int:
    """Return the process id of the only child."""
    (worker,) = scripts._pool._all
    assert isinstance(worker, ProcessWorker)
    return worker._process.pid


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    """Return whether the condition came true in time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    """Run a program that uses scripts, warnings being errors as in the tests."""
    head = "from actions.expressions.javascript.service import Scripts\n"
    head += "from actions.expressions.javascript.options import Options\n"
    head += "from tests.actions.expressions.javascript.sources import script\n"
    command = [sys.executable, "-W", "error", "-c", head + textwrap.dedent(code)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
