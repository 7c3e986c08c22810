"""The servers that are compared, each started on a port of its own, on one database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp

from tests.servers import CHECKOUT, free_port

WORKERS, THREADS = 2, 4
LIMITED = "outfield, with rate limit"
UNRECORDED = "outfield, Record: none"
OURS, DRF_GUNICORN, DRF_OURS = "outfield", "DRF, gunicorn gthread", "DRF, our server"
PROJECT, BASELINE = "tests.benchmarks.settings", "tests.benchmarks.baseline_settings"
WEBHOOK = "tests.benchmarks.webhook_settings"


@dataclass(frozen=True, slots=True)
class Peer:
    """One server under test."""

    name: str
    settings: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def peers(port: int, baseline: str = BASELINE) -> dict[str, Peer]:
    """Return all of them, for the port given; ``baseline`` are the settings with what is written by hand."""
    bind = f"127.0.0.1:{port}"
    manage = (sys.executable, "manage.py", "up", "--bind", bind, "--workers", str(WORKERS))
    gunicorn = (
        *(sys.executable, "-m", "gunicorn", "project.wsgi", "--bind", bind, "--worker-class", "gthread"),
        *("--workers", str(WORKERS), "--threads", str(THREADS), "--log-level", "warning"),
    )
    granian = (sys.executable, "-m", "tests.benchmarks.bare", str(port), str(WORKERS))
    found = [
        Peer(OURS, PROJECT, manage, {"GUEST_RATE_LIMIT": "none"}),
        Peer(LIMITED, PROJECT, manage, {"GUEST_RATE_LIMIT": "1000000/second"}),  # counts, and refuses nobody
        Peer(UNRECORDED, PROJECT, manage, {"GUEST_RATE_LIMIT": "none", "ACTIONS_PATH": unrecorded()}),
        Peer(DRF_GUNICORN, baseline, gunicorn),
        Peer(DRF_OURS, baseline, granian),
    ]
    return {peer.name: peer for peer in found}


@lru_cache(maxsize=1)
def unrecorded() -> str:
    """Return a folder with the signup under another name, which keeps no runs."""
    text = (CHECKOUT / "fixtures" / "actions" / "daptin" / "signup.yaml").read_text(encoding="utf-8")
    text = text.replace("Name: signup\n", "Name: signup_unrecorded\nRecord: none\n", 1)
    folder = mkdtemp()
    (Path(folder) / "signup.yaml").write_text(text, encoding="utf-8")
    return folder


@contextmanager
def running(names: tuple[str, ...], environment: dict[str, str], baseline: str = BASELINE) -> Iterator[dict[str, str]]:
    """Start the named peers, one after the other (ours first: it migrates); give their addresses."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(_started(name, environment, baseline)) for name in names}


@contextmanager
def _started(name: str, environment: dict[str, str], baseline: str) -> Iterator[str]:
    port = free_port()
    peer = peers(port, baseline)[name]
    settings = {**os.environ, **environment, **peer.environment, "DJANGO_SETTINGS_MODULE": peer.settings}
    with TemporaryFile("w+") as log:
        process = subprocess.Popen(peer.command, cwd=CHECKOUT, env=settings, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(40)
            log.seek(0)
            if complaints := [line for line in log if "ERROR" in line or "panicked" in line]:
                print(f"{name} complained: {complaints[0].strip()}")


def _wait(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"Nothing answers at {url}.")
