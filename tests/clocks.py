"""Bounds of time that hold on a busy machine too."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 10  # seconds: a moment, on a busy machine
STEPS = 20_000
QUIET = 0.004  # seconds that so many steps take on the machine that the bounds are written for


@contextmanager
def work_of_at_most(seconds: float) -> Iterator[None]:
    """Fail when a block takes longer, by the processor's time of all threads of this process: others do not count.

    Nor does what other tests have left in memory, which a collection of garbage would look through; and on a processor
    that is slower, or slower at the moment, the block may take as much longer as other work takes there.
    """
    gc.freeze()
    try:
        before, began = pace(), time.process_time()
        yield
        taken = time.process_time() - began
        allowed = seconds * max(1, before, pace())
    finally:
        gc.unfreeze()
    assert taken < allowed, f"took {taken:.2f} s, may take {allowed:.2f} s"


def pace() -> float:
    """Return how many times longer work takes now than on a quiet machine."""
    began = time.process_time()
    _ = {str(number): [number, (number,)] for number in range(STEPS)}
    return (time.process_time() - began) / QUIET


@contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    """Fail when a block takes longer by the clock on the wall: for blocks that wait, and bounds far above the usual."""
    began = time.monotonic()
    yield
    taken = time.monotonic() - began
    assert taken < seconds, f"took {taken:.2f} s, may take {seconds} s"
