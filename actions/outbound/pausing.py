"""What is done around waiting for another server, or for the disk: nothing, unless the project installs something."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

Waiting = Callable[[], AbstractContextManager[None]]


class _Hook:
    """The installed factory of context managers; one for the process, set before requests are served."""

    def __init__(self) -> None:
        self.factory: Waiting = nullcontext


_hook = _Hook()


def waiting() -> AbstractContextManager[None]:
    """Return what to wait in; entered and left by the thread that waits."""
    return _hook.factory()


def set_waiting(factory: Waiting) -> Waiting:
    """Install a factory; return the one before."""
    before, _hook.factory = _hook.factory, factory
    return before
