"""A WSGI application around Django's: bodies arrive and answers leave as a whole, and one can wait until none works.

Reading a body takes no place to work in, so slow clients keep nobody waiting; where too many of them are being read,
the next one is told to come again. An answer that is not streamed is closed before it is handed to the server. The
database connection is then free while the bytes travel, and the server sends them in one piece.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from tempfile import SpooledTemporaryFile
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.core.handlers.wsgi import WSGIHandler

from project.bodies import Incomplete, has_body, receive

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOOK_SECONDS = 0.01
RETURN_SECONDS = 0.25


class Places:
    """So many that may be taken at a time. A queue in C costs a tenth of Python's semaphore."""

    def __init__(self, number: int) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        self._owed = 0
        self._owing = threading.Lock()
        for _ in range(number):
            self._free.put(None)

    def take(self) -> None:
        """Wait for a place."""
        self._free.get()

    def take_now(self) -> bool:
        """Take a place if there is one."""
        try:
            self._free.get_nowait()
        except Empty:
            return False
        return True

    def take_soon(self, seconds: float) -> None:
        """Take a place; after so many seconds take one that is owed: the next one that is given back pays for it."""
        try:
            self._free.get(timeout=seconds)
        except Empty:
            with self._owing:
                self._owed += 1

    def give_back(self) -> None:
        """Leave the place to the next."""
        if self._owed and self._pays():
            return
        self._free.put(None)

    def _pays(self) -> bool:
        with self._owing:
            self._owed, paid = max(0, self._owed - 1), self._owed > 0
        return paid


class WholeMessages:
    """Knows which threads are at work; each serves one request at a time.

    ``largest`` is the bytes of a body that is read, and ``larger`` those at paths that take more.
    """

    def __init__(
        self,
        application: WSGIHandler,
        *,
        working: int,
        reading: int,
        largest: int,
        larger: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._application = application
        self._working = Places(working)
        self._reading = Places(reading)
        self._largest, self._larger = largest, larger
        self._busy: set[int] = set()
        self._elsewhere: set[int] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        refusal = self._receive(environ) if has_body(environ) else None
        if refusal is not None:
            return _refuse(refusal, start_response)
        thread = threading.get_ident()
        self._busy.add(thread)
        self._working.take()
        try:
            return self._answer(environ, start_response)
        finally:
            self._working.give_back()
            self._busy.discard(thread)
            _close_body(environ)

    def _receive(self, environ: WSGIEnvironment) -> str | None:
        """Read the body; return the status of a refusal."""
        if not self._reading.take_now():
            return "503 Service Unavailable"
        try:
            receive(environ, self._larger.get(environ.get("PATH_INFO", ""), self._largest))
        except Incomplete:
            return "400 Bad Request"
        finally:
            self._reading.give_back()
        return None

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response: Any = self._application(environ, start_response)
        if response.streaming:
            return response  # type: ignore[no-any-return]
        try:
            return [response.content]
        finally:
            response.close()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While this thread's request waits for another server or the disk, leave its place to the next one.

        A thread that works for no request has none. The place is taken back before the request goes on - within
        ``RETURN_SECONDS``, for it may hold locks of the database that those who have all the places wait for.
        """
        thread = threading.get_ident()
        if thread not in self._busy or thread in self._elsewhere:
            yield
            return
        self._elsewhere.add(thread)
        self._working.give_back()
        try:
            yield
        finally:
            self._working.take_soon(RETURN_SECONDS)
            self._elsewhere.discard(thread)

    def wait_until_idle(self, seconds: float) -> None:
        """Wait until every request that has arrived has ended, at most ``seconds``."""
        until = time.monotonic() + seconds
        while self._busy and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)


def _close_body(environ: WSGIEnvironment) -> None:
    """Let go of the file that a large body was copied to; Django keeps what was uploaded in files of its own."""
    body = environ.get("wsgi.input")
    if isinstance(body, SpooledTemporaryFile):
        body.close()


def _refuse(status: str, start_response: StartResponse) -> list[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "0"), ("Retry-After", "1")])
    return []
