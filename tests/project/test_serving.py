"""What a worker sets up before it serves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from actions.options import DEFAULTS
from project import serving

ROOT = Path(__file__).resolve().parents[2]
ASKED = """
from project.serving import load_application
served = load_application("")
from actions.outbound import pausing
print(pausing._hook.factory == served.waiting)
"""


def test_a_worker_leaves_the_place_of_a_request_that_calls_out(tmp_path: Path) -> None:
    """What waits for other servers is what the worker serves with; asked in a process of its own."""
    environment = {"OUTFIELD_HOME": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.stdout == "True\n", ended.stderr


def test_calls_that_wait_take_no_thread_from_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a thread for every one of them besides."""
    given: dict[str, object] = {}

    class Server:
        def __init__(self, target: str, **options: object) -> None:
            given.update(options)

        def serve(self, **_: object) -> None:
            """Serve nobody."""

    monkeypatch.setattr(serving, "Server", Server)
    monkeypatch.setattr(serving.multiprocessing, "set_start_method", lambda *_, **__: None)
    serving.serve(serving.Address("127.0.0.1", 1), workers=1, static=Path())
    assert given["blocking_threads"] == 2 * serving.THREADS + serving.READERS + DEFAULTS["OUTBOUND"]["CALLS"]
