"""Connections that are kept, shared by all threads of a process. Made when first needed; a fork begins without any."""

from __future__ import annotations

import os
import threading
from typing import Any

import httpcore
import httpx

from actions.outbound.connecting import GuardedBackend

MOST_KEPT = 32
KEPT_SECONDS = 30.0


class _Connection(httpcore.HTTPConnection):
    """A connection that is kept only while nothing has come that nobody asked for.

    What follows an answer in the same piece is in the reader's buffer, where no look at the socket finds it. It would
    be taken for the answer to the next request, which may be somebody else's.
    """

    def has_expired(self) -> bool:
        """Say whether the pool closes it rather than send another request on it."""
        return super().has_expired() or self._has_surplus()

    def _has_surplus(self) -> bool:
        reader: Any = getattr(self._connection, "_h11_state", None)
        return reader is not None and self.is_idle() and bool(reader.trailing_data[0])


class _Connections(httpcore.ConnectionPool):
    """The kept connections."""

    def create_connection(self, origin: httpcore.Origin) -> _Connection:
        return _Connection(
            origin,
            ssl_context=self._ssl_context,
            keepalive_expiry=self._keepalive_expiry,
            network_backend=self._network_backend,
        )


class _Pool:
    """The pool of this process, when there is one."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Have no connections. A fork's are its parent's, and a lock may be held by a thread that it does not have."""
        self._lock = threading.Lock()
        self._made: httpcore.ConnectionPool | None = None

    def get(self) -> httpcore.ConnectionPool:
        """Return the pool. Reading the certificates takes 20 ms, once."""
        if self._made is None:
            with self._lock:
                self._made = self._made or _new_pool()
        return self._made

    def forget(self) -> None:
        """Close every kept connection; the next call reads the certificates anew."""
        with self._lock:
            pool, self._made = self._made, None
        if pool is not None:
            pool.close()


def _new_pool() -> httpcore.ConnectionPool:
    """Return a pool without proxies; how many calls there are is bounded elsewhere, so none waits here."""
    return _Connections(
        ssl_context=httpx.create_ssl_context(),
        max_connections=None,
        max_keepalive_connections=MOST_KEPT,
        keepalive_expiry=KEPT_SECONDS,
        network_backend=GuardedBackend(),
    )


_pool = _Pool()
os.register_at_fork(after_in_child=_pool.begin)

get_pool = _pool.get
forget_connections = _pool.forget
