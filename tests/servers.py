"""Real servers for tests: an installation in a temporary folder, ``manage.py up`` as a process, and its output."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

CHECKOUT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
OURS = {
    *("ACTIONS_ENV", "ACTIONS_PATH", "ADMIN_EMAIL", "ADMIN_PASSWORD", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"),
    *("CORS_ORIGINS", "DATABASE_URL", "DEBUG", "EMAIL_FROM", "EMAIL_URL", "GUEST_RATE_LIMIT", "HTTPS", "OUTFIELD_HOME"),
    *("REDIRECT_HOSTS", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "SECRETS_ENV", "SECRETS_PATH", "SITE_URL"),
    *("PAYPAL_TEST_KEY", "TRUSTED_PROXIES", "WORKFLOW_ALLOWED_HTTP_HOSTS"),
}


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses now.

    It is none of those that systems give to clients, one of which might take it before it is bound; even on PostgreSQL
    and odd on SQLite, so that runs on both beside each other do not take each other's.
    """
    while True:
        port = random.randrange(10_000 if _is_postgresql() else 10_001, 30_000, 2)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _is_postgresql() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


@dataclass
class Server:
    """A running ``manage.py up``: where it is, what it printed, and how to end it."""

    process: subprocess.Popen[str]
    url: str
    output: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything printed so far on standard output."""
        return "".join(self.output)

    def client(self, **options: object) -> httpx.Client:
        """Return an HTTP client whose relative URLs go to this server."""
        return httpx.Client(base_url=self.url, timeout=30, **options)  # type: ignore[arg-type]

    def post(self, path: str, **options: object) -> httpx.Response:
        """POST once on a connection of its own."""
        with self.client() as client:
            return client.post(path, **options)  # type: ignore[arg-type]

    def wait_for(self, pattern: str, *, stream: str = "output", seconds: float = START_SECONDS) -> re.Match[str]:
        """Wait until a line was printed that matches; fail with everything printed otherwise."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := re.search(pattern, "".join(getattr(self, stream)), re.MULTILINE):
                return found
            if self.process.poll() is not None:
                time.sleep(0.2)
                break
            time.sleep(0.02)
        if found := re.search(pattern, "".join(getattr(self, stream)), re.MULTILINE):
            return found
        raise AssertionError(f"No line like {pattern!r}:\n{self.text}\n{''.join(self.errors)}")

    def stop(self, number: int = signal.SIGTERM, seconds: float = 40) -> int:
        """Send the signal and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(seconds)


@dataclass
class Home:
    """Where one installation keeps everything, and the environment that says so."""

    folder: Path
    environment: dict[str, str]

    def with_settings(self, **variables: str) -> Home:
        """Return the same installation with further environment variables."""
        return Home(self.folder, {**self.environment, **variables})

    def run(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        return subprocess.run(
            [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
            capture_output=True, text=True, env=self.environment, cwd=self.folder, timeout=timeout, check=False,
        )  # fmt: skip

    @contextmanager
    def start(self, *arguments: str, port: int | None = None) -> Iterator[Server]:
        """Start ``manage.py up`` and wait until it says where it is; stop it at the end."""
        port = port or free_port()
        process = subprocess.Popen(
            [sys.executable, str(CHECKOUT / "manage.py"), "up", "--bind", f"127.0.0.1:{port}", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment, cwd=self.folder,
        )  # fmt: skip
        server = Server(process, f"http://127.0.0.1:{port}")
        readers = [
            threading.Thread(target=_read, args=(process.stdout, server.output)),
            threading.Thread(target=_read, args=(process.stderr, server.errors)),
        ]
        for reader in readers:
            reader.start()
        try:
            server.wait_for(r"sign up")
            yield server
        finally:
            server.stop()
            for reader in readers:
                reader.join()
            process.stdout.close()  # type: ignore[union-attr]
            process.stderr.close()  # type: ignore[union-attr]


def _read(stream: Iterator[str], lines: list[str]) -> None:
    for line in stream:
        lines.append(line)


@contextmanager
def new_home(folder: Path) -> Iterator[Home]:
    """Give an empty installation, on a new database of the kind that the suite runs on."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    kept |= {"OUTFIELD_HOME": str(folder / "state"), "PYTHONUNBUFFERED": "1"}
    kept |= {"GUEST_RATE_LIMIT": "10000/minute"}  # all tests come from one address; those about limits say another
    if not _is_postgresql():
        yield Home(folder, kept)
        return
    with new_database(os.environ["DATABASE_URL"]) as own:
        yield Home(folder, {**kept, "DATABASE_URL": own})


@contextmanager
def new_database(url: str) -> Iterator[str]:
    """Create a PostgreSQL database beside the one at ``url``, give its URL, drop it at the end."""
    name = f"of_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]
