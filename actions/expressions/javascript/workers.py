"""Where scripts run: a child process for each worker, or an isolate in this process. Source in, JSON text out.

A worker serves one caller at a time. Whatever goes wrong, it is then closed and never used again.
"""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from actions.errors import Busy
from actions.expressions.javascript import frames, isolate
from actions.expressions.javascript.boot import READY, boot_source, find_library, new_driver_name
from actions.expressions.javascript.compiled import Compiled
from actions.expressions.javascript.options import Options

START_SECONDS = 15.0
GRACE = 0.1
_ROOT = str(Path(__file__).parents[3])
_CHILD = "import sys; sys.path.insert(0, {root!r}); from actions.expressions.javascript.child import main; main()"


class Lost(Exception):
    """The worker died, or is not to be used again: mostly memory that could not be had."""

    def __init__(self, *, was_used: bool = False) -> None:
        super().__init__()
        self.was_used = was_used


class Late(Exception):
    """No answer within the time."""


class Worker(ABC):
    """One isolate and what it has compiled so far. ``used`` tells that it has answered before."""

    def __init__(self) -> None:
        self.driver = new_driver_name()
        self.compiled = Compiled()
        self.used = False
        self._ready = False

    def ask(self, source: bytes, *, settled: bool) -> bytes:
        """Return the JSON text that ``source`` evaluates to.

        Raises:
            Late, Lost: it took too long; the worker is gone.
            Busy: the worker did not start in time.
        """
        if not self._ready:
            self._await_ready()
        kind, data = self._exchange(source, settled)
        if kind in isolate.STOPPED:
            raise Late
        if kind != isolate.TEXT:
            raise Lost(was_used=self.used)
        self.used = True
        return data

    def _await_ready(self) -> None:
        try:
            kind, data = self._started()
        except Late:
            raise Busy("The script engine did not start in time.") from None
        except Lost:
            kind, data = frames.NOT_STARTED, b""
        if data != READY:
            raise ImproperlyConfigured(f"V8 does not start ({kind}): {data.decode(errors='replace')}")
        self._ready = True

    @abstractmethod
    def _started(self) -> tuple[int, bytes]:
        """Return the answer to the boot source."""

    @abstractmethod
    def _exchange(self, source: bytes, settled: bool) -> tuple[int, bytes]:
        """Evaluate; return V8's kind of value and its text."""

    @abstractmethod
    def close(self) -> None:
        """Stop whatever runs and give back what the worker holds."""

    @abstractmethod
    def abandon(self) -> None:
        """Forget a worker that belongs to the process this one was forked from."""


class ProcessWorker(Worker):
    """V8 in a child process, killed when it is late."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self._time = options.time + GRACE
        self._limit = options.answer * 4  # UTF-8 of an answer that has the permitted number of UTF-16 units
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._process = _spawn(theirs, options)
        self._channel.settimeout(START_SECONDS)
        self._channel.sendall(frames.pack(boot_source(self.driver, options.answer), 0))

    def _started(self) -> tuple[int, bytes]:
        data, kind = self._receive()
        self._channel.settimeout(self._time)
        return kind, data

    def _exchange(self, source: bytes, settled: bool) -> tuple[int, bytes]:
        try:
            self._channel.sendall(frames.pack(source, settled))
        except TimeoutError:
            raise Late from None
        except OSError:
            raise Lost(was_used=self.used) from None
        data, kind = self._receive()
        return kind, data

    def _receive(self) -> tuple[bytes, int]:
        try:
            return frames.receive(self._channel, self._limit)
        except TimeoutError:
            raise Late from None
        except (frames.Closed, OSError):
            raise Lost(was_used=self.used) from None

    def close(self) -> None:
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def abandon(self) -> None:
        self._channel.close()
        self._process.returncode = 0  # not our child: nothing to wait for, nothing to warn of


def _spawn(channel: socket.socket, options: Options) -> subprocess.Popen[bytes]:
    numbers = (options.heap, options.process_memory, options.time + 1)
    code = _CHILD.format(root=_ROOT)
    return subprocess.Popen(  # noqa: S603 - the arguments are ours
        [sys.executable, "-I", "-S", "-c", code, *find_library(), *map(str, numbers)],
        stdin=channel.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd="/",
        start_new_session=True,  # a Ctrl-C at the terminal is for the server
    )


def _environment() -> dict[str, str]:
    """Nothing of ours is readable in a child; what the loader needs to find Python's libraries is kept."""
    kept = {key: os.environ[key] for key in ("LD_LIBRARY_PATH",) if key in os.environ}
    return {"TZ": "UTC", **kept}


class ThreadWorker(Worker):
    """V8 in this process, on a thread of its own, stopped when it is late."""

    _inherited: list[Any] = []  # never freed: their threads are not in this process

    def __init__(self, options: Options) -> None:
        super().__init__()
        self._time = options.time
        self._answers: queue.SimpleQueue[tuple[int, bytes]] = queue.SimpleQueue()
        self._isolate = isolate.Isolate(find_library(), options.heap, self._put)
        self._isolate.evaluate(boot_source(self.driver, options.answer))

    def _put(self, kind: int, data: bytes) -> None:
        self._answers.put((kind, data))

    def _started(self) -> tuple[int, bytes]:
        return self._get(START_SECONDS)

    def _exchange(self, source: bytes, settled: bool) -> tuple[int, bytes]:
        self._isolate.evaluate(source, settled=settled)
        return self._get(self._time)

    def _get(self, seconds: float) -> tuple[int, bytes]:
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            raise Late from None

    def close(self) -> None:
        """Native code that cannot be interrupted is waited for, so that is done elsewhere."""
        with contextlib.suppress(RuntimeError):  # no new threads while the process ends
            threading.Thread(target=self._isolate.close, daemon=True).start()

    def abandon(self) -> None:
        self._inherited.append(self._isolate)


def make_worker(options: Options) -> Worker:
    """Return a new worker of the kind that the options ask for. It starts while the caller goes on."""
    return ProcessWorker(options) if options.isolation == "process" else ThreadWorker(options)
