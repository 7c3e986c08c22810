"""What a worker sets up before it serves."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
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
UNLOADABLE = """
import os
from pathlib import Path
from django.conf import settings
from project.addresses import Address
from project.serving import serve
from tests.servers import free_port
if __name__ == "__main__":
    assert settings.ACTIONS
    os.environ["DJANGO_SETTINGS_MODULE"] = "nowhere"  # for the workers
    serve(Address("127.0.0.1", free_port()), workers=1, static=Path("."))
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


def test_a_replaced_worker_that_never_loads() -> None:
    """Granian is told when it was replaced until a worker has loaded the project since: before, nothing would help."""
    loaded = multiprocessing.RawValue(ctypes.c_double)
    replaced = serving.Replaced(loaded)
    assert replaced.get(0) == 0
    replaced[0] = 5.0
    assert replaced.get(0) == 5
    loaded.value = 4.0
    assert replaced.get(0, 0) == 5
    loaded.value = 6.0
    assert replaced.get(0, 0) == 0


def test_workers_that_cannot_load_end_the_server(tmp_path: Path) -> None:
    """Nobody waits for a server that can never answer."""
    environment = {**os.environ, "OUTFIELD_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "project.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", UNLOADABLE], cwd=ROOT, env=environment, capture_output=True, timeout=100, check=False
    )
    assert b"crash loop" in ended.stderr
    assert ended.returncode == 1
