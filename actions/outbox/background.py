"""Threads that do what is due, some for each process: woken after a commit, or by the clock where that is asked for.

The table is the queue: a wake-up carries nothing, any number of them are one, and one that is lost costs time, not a
mail. No request waits for it. Each kind of effect has hands of its own, so that a server that hangs keeps no mail
waiting. When the process ends, what is due is still sent for a few seconds; the rest belongs to
whoever looks next.
"""

from __future__ import annotations

import atexit
import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db import connections

from actions.outbox.http import HTTP
from actions.outbox.mail import MAIL
from actions.outbox.rows import forget_old
from actions.outbox.sending import send_due

logger = logging.getLogger("actions.outbox")

STOP_SECONDS = 5.0
FORGET_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Duty:
    """What a thread does: ``work`` until nothing is due or it is told to stop, and now and then ``tidy``.

    It begins after a random part of ``delay`` seconds: what the work costs then falls on no request in particular, and
    nobody can tell by the time of their next one whether the last one gave this process something to do.
    """

    name: str
    work: Callable[[Callable[[], bool]], object]
    tidy: Callable[[], object] = lambda: None
    delay: float = 0.0


def _sends(kind: str) -> Callable[[Callable[[], bool]], object]:
    return lambda stop: send_due(stop, kinds=[kind])


OUTBOX = Duty("outbox", _sends(MAIL), forget_old, delay=0.25)
CALLS = Duty("calls", _sends(HTTP))
CALLERS = 3  # calls that are made at a time: most of their time is the other server's
_HANDS = {MAIL: (OUTBOX,), HTTP: (CALLS,) * CALLERS}


class Background:
    """The thread. ``interval``: how often it looks without being woken; ``None`` is never."""

    def __init__(self, interval: float | None = None, *, duty: Duty = OUTBOX) -> None:
        self._interval = interval
        self._duty = duty
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._until: float | None = None
        self._forget_at = 0.0

    def wake(self) -> None:
        """Have done what is due, soon; returns at once."""
        self._woken.set()
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def _start(self) -> None:
        with self._lock:
            if self._until is None and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name=self._duty.name, daemon=True)
                self._thread.start()
                atexit.register(self.stop)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Do what is due for at most so long, then end the thread; it does not start again."""
        with self._lock:
            self._until = time.monotonic() + seconds
            thread = self._thread
        self._stopping.set()
        self._woken.set()
        if thread is not None:
            thread.join(seconds)

    def _run(self) -> None:
        while self._until is None:
            self._woken.wait(self._interval)
            self._stopping.wait(random.uniform(0, self._duty.delay))  # noqa: S311 - jitter
            self._woken.clear()
            self._look()

    def _look(self) -> None:
        try:
            self._duty.work(self._is_over)
            if self._interval is not None and time.monotonic() >= self._forget_at:
                self._duty.tidy()
                self._forget_at = time.monotonic() + FORGET_SECONDS
        except Exception:  # the database is away, perhaps; the next look may succeed
            logger.exception("The %s could not be looked at.", self._duty.name)
        finally:
            connections.close_all()

    def _is_over(self) -> bool:
        return self._until is not None and time.monotonic() > self._until


_hands = {kind: tuple(Background(duty=duty) for duty in duties) for kind, duties in _HANDS.items()}


def wake(kind: str | None = None) -> None:
    """Have this process send what is due of a kind, or of all, soon."""
    for hand in _hands[kind] if kind is not None else chain.from_iterable(_hands.values()):
        hand.wake()


def sweep_every(seconds: float) -> Sequence[Background]:
    """Have this process look for what is due again and again, whoever left it; return who does."""
    found = [Background(seconds, duty=duty) for duties in _HANDS.values() for duty in duties]
    for hand in found:
        hand.wake()
    return found
