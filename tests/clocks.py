"""Bounds of time that hold on a busy machine too."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 10  # seconds: a moment, on a busy machine


@contextmanager
def work_of_at_most(seconds: float) -> Iterator[None]:
    """Fail when a block takes longer, by the processor's time of all threads of this process: others do not count."""
    began = time.process_time()
    yield
    taken = time.process_time() - began
    assert taken < seconds, f"took {taken:.2f} s, may take {seconds} s"


@contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    """Fail when a block takes longer by the clock on the wall: for blocks that wait, and bounds far above the usual."""
    began = time.monotonic()
    yield
    taken = time.monotonic() - began
    assert taken < seconds, f"took {taken:.2f} s, may take {seconds} s"
