"""Threads that do what is due, some for each process: woken after a commit, or by the clock where that is asked for.

The table is the queue: a wake-up carries nothing, any number of them are one, and one that is lost costs time, not a
mail. No request waits for it. Each kind of effect has hands of its own, so that a server that hangs keeps no mail
waiting, and no server gets all of those that call (``destinations``). When the process ends, what is due is still sent
for a few seconds; the rest belongs to whoever looks next.
"""

from __future__ import annotations

import atexit
import logging
import random
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db import connections

from actions.outbox.http import HTTP
from actions.outbox.mail import MAIL
from actions.outbox.rows import forget_old
from actions.outbox.sending import send_due

logger = logging.getLogger("actions.outbox")

STOP_SECONDS = 5.0
FORGET_SECONDS = 3600.0


def _nothing() -> None:
    """Tidy nothing."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a thread does: ``work`` until nothing is due or it is told to stop, and now and then ``tidy``.

    It begins after a random part of ``delay`` seconds: what the work costs then falls on no request in particular, and
    nobody can tell by the time of their next one whether the last one gave this process something to do.
    """

    name: str
    work: Callable[[Callable[[], bool]], object]
    tidy: Callable[[], object] = _nothing
    delay: float = 0.0


class Background:
    """The thread. ``interval``: how often it looks without being woken; ``None`` is never."""

    def __init__(self, interval: float | None = None, *, duty: Duty) -> None:
        self._interval = interval
        self._duty = duty
        self._woken = threading.Event()
        self._working = False
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

    def is_free(self) -> bool:
        """Say whether a call to ``wake`` begins something, rather than have it done after what is being done."""
        return not (self._working or self._woken.is_set())

    def _start(self) -> None:
        with self._lock:
            if self._until is None and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name=self._duty.name, daemon=True)
                self._thread.start()
                _started.append(self)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Do what is due for at most so long, then end the thread; it does not start again."""
        _stop([self], seconds)

    def tell_to_stop(self, until: float) -> None:
        """Have it end when nothing is due, or the moment has come; returns at once."""
        with self._lock:
            self._until = until
        self._stopping.set()
        self._woken.set()

    def wait_for_the_end(self) -> None:
        """Wait for what was told to stop, until its moment."""
        with self._lock:
            thread, until = self._thread, self._until
        if thread is not None and until is not None:
            thread.join(max(0.0, until - time.monotonic()))

    def _run(self) -> None:
        while self._until is None:
            self._woken.wait(self._interval)
            self._stopping.wait(random.uniform(0, self._duty.delay))  # noqa: S311 - jitter
            self._working = True  # before it counts as not woken
            self._woken.clear()
            self._look()
            self._working = False

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


def _stop(threads: Sequence[Background], seconds: float) -> None:
    """Stop them together: the time is for all of them."""
    until = time.monotonic() + seconds
    for thread in threads:
        thread.tell_to_stop(until)
    for thread in threads:
        thread.wait_for_the_end()


_started: list[Background] = []
atexit.register(_stop, _started, STOP_SECONDS)


class Hands:
    """Threads that send effects of one kind. One is woken; who finds something wakes the next, for there may be more.

    So a single effect costs two looks at the table, and not one for each thread.
    """

    def __init__(self, kind: str, number: int, interval: float | None = None, *, delay: float = 0.0) -> None:
        def work(stop: Callable[[], bool]) -> object:
            return send_due(stop, kinds=[kind], taken=self.wake)

        duty = Duty(_NAMES[kind], work, forget_old if kind == MAIL else _nothing, delay)
        self._hands = [Background(interval if first else None, duty=duty) for first in [True, *[False] * (number - 1)]]

    def wake(self) -> None:
        """Have what is due sent, soon. Where all are at work, all look once more: one of them ends first."""
        free = next((hand for hand in self._hands if hand.is_free()), None)
        for hand in self._hands if free is None else [free]:
            hand.wake()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Do what is due for at most so long, then end every thread."""
        _stop(self._hands, seconds)


_NAMES = {MAIL: "outbox", HTTP: "calls"}
CALLERS = 6  # calls that are made at a time: most of their time is the other server's


def _all_hands(interval: float | None = None) -> dict[str, Hands]:
    return {MAIL: Hands(MAIL, 1, interval, delay=0.25), HTTP: Hands(HTTP, CALLERS, interval)}


_hands = _all_hands()


def wake(kind: str | None = None) -> None:
    """Have this process send what is due of a kind, or of all, soon."""
    for each in _hands if kind is None else [kind]:
        _hands[each].wake()


def sweep_every(seconds: float) -> Collection[Hands]:
    """Have this process look for what is due again and again, whoever left it; return who does."""
    found = _all_hands(seconds).values()
    for hands in found:
        hands.wake()
    return found
