"""Which workers that die are replaced, and when the server gives up."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

from project import serving

ROOT = Path(__file__).resolve().parents[2]
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
