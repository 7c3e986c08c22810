"""Scripts and a scope in, their values out: the runner that everything else uses.

    runner().run(scripts, scope)  ->  one value for each script, in one crossing

A script cannot hang, starve, crash or pollute the server: it runs in a child process that has a time, a heap, a memory
bound and nothing of ours, and that is replaced when it exceeds them. What that costs was measured on two cores
(Python 3.11, mini-racer 0.14.1, 300 bytes of arguments; median, and CPU of the server process):

    ==============================  =============  ============  ==============================================
    one crossing with               one script     five scripts  what a script can do
    ==============================  =============  ============  ==============================================
    child process, own C calls      75 us (25 us)  87 us         crash or exhaust its child, for 1 s at most
    this process, own C calls       54 us (60 us)  66 us         abort the server with one long string
    this process, mini-racer's API  151 us (167)   -             the same
    ==============================  =============  ============  ==============================================

So a child costs 1.4 times the wall time of a thread and 0.4 times the server's CPU, and it is the default. On idle
cores it takes up to three times as long, for waking a core takes longer than the work. Five crossings instead of one
take 4.4 times as long: all scripts of an outcome go together. A new child takes 60 ms to start, in the background.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import orjson

from actions.expressions.base import Scope, Script
from actions.expressions.conditions import passes
from actions.expressions.javascript.crossing import (
    Request,
    check_source,
    out_of_memory,
    out_of_time,
    read_answer,
)
from actions.expressions.javascript.joining import joined
from actions.expressions.javascript.options import Options
from actions.expressions.javascript.pool import Pool
from actions.expressions.javascript.workers import Late, Lost, Worker, make_worker


class Scripts:
    """The ``ScriptRunner`` on V8. Safe to share between threads, usable after a fork."""

    def __init__(self, options: Options | None = None) -> None:
        self._options = options or Options()
        self._pool = Pool(partial(make_worker, self._options), self._options.workers)
        weakref.finalize(self, self._pool.close)  # also when the process ends

    def run(self, scripts: Sequence[Script], scope: Scope, *, guarded: bool = False) -> list[Any]:
        """Return the value of each script, in one crossing; see ``ScriptRunner.run``."""
        texts = _joined(scripts, scope)
        if texts is not None:
            return texts[:1] if guarded and not passes(texts[0]) else texts
        request = Request(scripts, scope, guarded)

        def cross(worker: Worker) -> bytes:
            source, settled = request.source(worker.driver, worker.compiled)
            return worker.ask(source, settled=settled)

        return read_answer(self._cross(cross), self._options.answer)

    def check(self, scripts: Sequence[Script]) -> list[str | None]:
        """Return what V8 refuses about each script, or ``None``: nothing is run.

        The grammar of ``analysis`` finds nearly every error with its place; this finds the rest (a name declared
        twice, a regular expression that is none), so that they too are known when a definition is loaded.
        """
        if not scripts:
            return []
        answer = self._cross(lambda worker: worker.ask(check_source(worker.driver, scripts), settled=False))
        refused: list[str | None] = orjson.loads(answer)
        return refused

    def close(self) -> None:
        """End the workers. The next call makes new ones."""
        self._pool.close()

    def _cross(self, work: Callable[[Worker], bytes]) -> bytes:
        """Give work to a worker, and once more to a new one when an earlier script may have spoilt the first.

        Scripts are pure, so running one again does no harm. A late one is not tried again: a worker is only handed on
        when nothing runs in it any more, so whoever is late is so by itself.
        """
        started = time.monotonic()
        try:
            return self._attempt(work)
        except Lost as lost:
            if not lost.was_used or time.monotonic() - started > self._options.time / 2:
                raise out_of_memory() from None
        try:
            return self._attempt(work, fresh=True)
        except Lost:
            raise out_of_memory() from None

    def _attempt(self, work: Callable[[Worker], bytes], *, fresh: bool = False) -> bytes:
        try:
            return self._pool.use(work, fresh=fresh)
        except Late:
            raise out_of_time(self._options.time) from None


def _joined(scripts: Sequence[Script], scope: Scope) -> list[Any] | None:
    """Return the values of scripts that all only join texts; ``None`` where one is for V8."""
    texts: list[Any] = []
    for script in scripts:
        text = joined(script.parts, scope)
        if text is None:
            return None
        texts.append(text)
    return texts


@cache
def runner() -> Scripts:
    """Return the runner of this process, as ``ACTIONS["JAVASCRIPT"]`` describes it."""
    return Scripts(Options.from_settings())
