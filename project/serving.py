"""An address in, the project served there until SIGTERM or Ctrl-C: granian over WSGI, several processes.

A stop takes no new connections, finishes the requests that have begun and waits at most ``STOP_SECONDS`` for them.
Workers are spawned, not forked, so that none inherits a thread or a connection half-way through something; a worker
that dies is replaced, however often, unless the project cannot be loaded; workers end with their parent, however that
ends.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from contextlib import suppress
from functools import partial
from multiprocessing.util import Finalize
from pathlib import Path
from urllib.parse import urlsplit

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from actions.options import option
from project.addresses import Address
from project.whole import WholeMessages

THREADS = 4  # that work at a time
READERS = 60  # that may wait for bodies at a time
BACKLOG = 1024
HEAD_BYTES = 64 * 1024  # of a request's line and headers
START_SECONDS = 60
STOP_SECONDS = 30
LOGGING = {
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"advice": {"()": "project.serving.NoAdvice"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["advice"]}},
    "loggers": {"_granian": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}


class NoAdvice(logging.Filter):
    """Granian warns of more threads than twice the cores; most of ours only wait."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Pass everything else."""
        return "Python threads" not in record.getMessage()


class Replaced(dict[int, float]):
    """When each worker was last replaced, for granian, which ends the server where one dies within seconds of that.

    It does not where workers load the project: then the next one will serve, whatever became of this one.
    """

    def __init__(self, loaded: ctypes.c_double) -> None:
        super().__init__()
        self._loaded = loaded

    def get(self, worker: int, default: float = 0.0) -> float:  # type: ignore[override]
        """Return when, or the default where the project was loaded since."""
        when = super().get(worker, default)
        return default if self._loaded.value > when else when


def serve(address: Address, *, workers: int, static: Path) -> None:
    """Serve until told to stop; ``static`` holds the collected files and is served without Python."""
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        "project.wsgi:application",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=2 * THREADS + READERS + option("OUTBOUND", "CALLS"),
        backlog=BACKLOG,
        http1_settings=HTTP1Settings(max_buffer_size=HEAD_BYTES),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        static_path_route=["/static"],
        static_path_mount=[static],
        log_level=LogLevels.warning,
        log_dictconfig=LOGGING,
    )
    loaded = multiprocessing.RawValue(ctypes.c_double)  # shared with the workers; 0 at first
    server.respawned_wrks = Replaced(loaded)
    server.serve(target_loader=partial(load_application, loaded=loaded))


def load_application(target: str, loaded: ctypes.c_double | None = None) -> WholeMessages:
    """Load the WSGI application; runs in the worker, before it starts any thread. ``loaded`` is told the time."""
    # Ctrl-C reaches every process of the terminal; only the parent decides when the workers stop.
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    threading.Thread(target=_stop_with_parent, name="parent-watch", daemon=True).start()
    gc.disable()  # what is loaded stays, and looking for garbage meanwhile takes an eighth of the time: see _warm_up

    from actions.outbound import set_waiting  # noqa: PLC0415 - see below
    from project.wsgi import application  # noqa: PLC0415 - loads Django, in the worker only

    gc.enable()
    largest, larger = option("MAX_UPLOAD"), option("MAX_UPLOADS")
    served = WholeMessages(application, working=THREADS, reading=READERS, largest=largest, larger=larger)
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    set_waiting(served.waiting)
    # The server does not wait for a request whose client has gone, and an interpreter must not end around one.
    Finalize(None, served.wait_until_idle, args=(STOP_SECONDS,), exitpriority=1000)
    if loaded is not None:
        loaded.value = time.monotonic()
    return served


def _warm_up() -> None:
    """Compile every action before somebody asks for it, and let the collector forget what stays for good."""
    from django.db import DatabaseError, connection  # noqa: PLC0415 - see load_application

    from actions import catalog  # noqa: PLC0415 - see load_application

    with suppress(DatabaseError):  # then the first request asks again
        catalog.all_served()
    connection.close()
    gc.collect()
    gc.freeze()


def _stop_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def wait_until_served(address: Address) -> None:
    """Wait until a worker accepts connections, at most ``START_SECONDS``."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection((urlsplit(address.url).hostname, address.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
