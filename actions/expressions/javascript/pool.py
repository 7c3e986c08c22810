"""A few workers shared by many threads: they are made when needed, and replaced when something went wrong."""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from actions.errors import Busy
from actions.expressions.javascript.workers import Worker

WAIT_SECONDS = 10.0
Result = TypeVar("Result")


class Turns:
    """A number of turns, given to those who wait in the order in which they came.

    ``threading.Semaphore`` lets whoever comes just then go first: on a busy server one caller may wait for ever.
    """

    def __init__(self, number: int) -> None:
        self._free = number
        self._lock = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    def take(self, seconds: float) -> bool:
        """Wait for a turn; return whether there was one in time."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        return gate.acquire(timeout=seconds) or not self._leave(gate)

    def _leave(self, gate: threading.Lock) -> bool:
        """Stop waiting; not possible when the turn has come meanwhile."""
        with self._lock:
            if gate not in self._waiting:
                return False
            self._waiting.remove(gate)
            return True

    def give(self) -> None:
        """Hand a turn to the one who waits longest, or keep it for the next."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


class Pool:
    """At most ``size`` workers; the one used last is used next, so that a quiet server needs few.

    After a fork the child process has a pool without workers: those of its parent are not touched.
    """

    def __init__(self, make: Callable[[], Worker], size: int) -> None:
        self._make = make
        self._size = size
        self._reset()
        _pools.add(self)

    def _reset(self) -> None:
        self._idle: deque[Worker] = deque()
        self._all: set[Worker] = set()
        self._turns = Turns(self._size)

    def use(self, work: Callable[[Worker], Result], *, fresh: bool = False) -> Result:
        """Call ``work`` with a worker that is its own for that time, with ``fresh`` the one made last.

        Work that raises costs the worker, whatever the reason: nobody knows what it still does.

        Raises:
            Busy: none became free in time.
        """
        if not self._turns.take(WAIT_SECONDS):
            raise Busy("Too many scripts wait to be run.")
        try:
            return self._lend(self._take(fresh), work)
        finally:
            self._turns.give()

    def _take(self, fresh: bool) -> Worker:
        try:
            return self._idle.popleft() if fresh else self._idle.pop()
        except IndexError:
            return self._add()

    def _add(self) -> Worker:
        worker = self._make()
        self._all.add(worker)
        return worker

    def _lend(self, worker: Worker, work: Callable[[Worker], Result]) -> Result:
        try:
            result = work(worker)
        except BaseException:
            self._replace(worker)
            raise
        self._idle.append(worker)
        return result

    def _replace(self, worker: Worker) -> None:
        """Close a worker; another one begins to start, so that the next caller need not wait for all of that."""
        self._all.discard(worker)
        worker.close()
        with contextlib.suppress(OSError):  # no process to be had now: the next caller tries again
            self._idle.appendleft(self._add())

    def close(self) -> None:
        """Close all workers. The pool can be used again."""
        self._idle.clear()
        while self._all:
            self._all.pop().close()

    def after_fork(self) -> None:
        """Start anew in a forked process."""
        for worker in self._all:
            worker.abandon()
        self._reset()


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def _after_fork() -> None:
    for pool in list(_pools):
        pool.after_fork()


os.register_at_fork(after_in_child=_after_fork)
