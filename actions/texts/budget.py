"""What one rendering may use: seconds, and characters of what it makes. Asked by every node, element and filter.

The seconds are those that its thread works. It waits for nothing, so more of them on the wall mean that others work.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from actions.texts.errors import TemplateOverBudget

SECONDS = 1.0
MAX_OUTPUT = 1_000_000  # bytes of a rendered text
MAX_ELEMENTS = 100_000  # of a list that a filter makes


class Budget:
    """What is left of it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._until, self._began = time.monotonic() + SECONDS, time.thread_time()
        self._left = MAX_OUTPUT
        self.line = 1

    def check(self) -> None:
        """Raise ``TemplateOverBudget`` once the time is up. The clock on the wall is asked first, for that is quick."""
        if time.monotonic() > self._until and time.thread_time() - self._began > SECONDS:
            raise self.exceeded(f"needs more than {SECONDS:g} s")

    def spend(self, text: str) -> None:
        """Count text that goes into the output."""
        self._left -= len(text)
        if self._left < 0:
            raise self.too_long()

    def sized(self, value: Any) -> Any:
        """Return what a filter made, where it is no longer than anything may be."""
        if isinstance(value, str) and len(value) > MAX_OUTPUT:
            raise self.too_long()
        if isinstance(value, list) and len(value) > MAX_ELEMENTS:
            raise self.exceeded(f"makes a list of more than {MAX_ELEMENTS} elements")
        return value

    def too_long(self) -> TemplateOverBudget:
        """Return the failure of a rendering that makes too much text."""
        return self.exceeded(f"makes more than {MAX_OUTPUT} bytes")

    def exceeded(self, what: str) -> TemplateOverBudget:
        """Return the failure at the present line."""
        return TemplateOverBudget(f"The template '{self._name}' {what} (line {self.line}).")


_current: ContextVar[Budget] = ContextVar("budget")


@contextmanager
def budget_for(name: str) -> Iterator[Budget]:
    """Give the block a budget of its own."""
    budget = Budget(name)
    token = _current.set(budget)
    try:
        yield budget
    finally:
        _current.reset(token)


def current() -> Budget:
    """Return the budget of the rendering that this is part of; while a text is compiled, one that nobody spends."""
    return _current.get(None) or Budget("")
