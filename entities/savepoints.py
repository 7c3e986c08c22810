"""Savepoints that one step opens and a later one closes, for a unit of work; each block has its own.

What is undone in the database is undone in what the unit knows, too: it says how, when a savepoint is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

MAX_SAVEPOINTS = 100
Failure = tuple[Any, Any, Any]


class TooManySavepoints(Exception):
    """More savepoints at once than are kept."""


class NoSavepoint(Exception):
    """No savepoint is open that may be closed here."""


class _Undone(Exception):
    """What a transaction is told when a savepoint is to be undone; nobody sees it."""


@dataclass(frozen=True, slots=True)
class Savepoint:
    """A transaction within the transaction, and what brings its unit back to where it was."""

    transaction: transaction.Atomic
    restore: Callable[[], None]

    def keep(self) -> None:
        """Close it, and keep what was written since."""
        self.transaction.__exit__(None, None, None)

    def undo(self, failure: Failure) -> None:
        """Close it, and undo what was written since."""
        self.transaction.__exit__(*failure)
        self.restore()


class Savepoints:
    """Those of one unit that may be closed now, the last one first."""

    def __init__(self, using: str, remember: Callable[[], Callable[[], None]]) -> None:
        self._using, self._remember = using, remember
        self._open: list[Savepoint] = []

    def enter(self) -> Savepoint:
        """Begin one that its caller closes. Must be within the transaction, with nothing pending."""
        entered = transaction.atomic(using=self._using)
        entered.__enter__()
        return Savepoint(entered, self._remember())

    def open(self) -> None:
        """Begin one that is closed by ``release`` or ``roll_back``.

        Raises:
            TooManySavepoints.
        """
        if len(self._open) >= MAX_SAVEPOINTS:
            raise TooManySavepoints
        self._open.append(self.enter())

    def release(self) -> None:
        """Keep what was written since the last one.

        Raises:
            NoSavepoint.
        """
        self._last().keep()

    def roll_back(self) -> None:
        """Undo what was written since the last one.

        Raises:
            NoSavepoint.
        """
        self._last().undo((_Undone, _Undone(), None))

    def keep_all(self) -> None:
        """Close every one that is open here."""
        while self._open:
            self.release()

    def undo_all(self, failure: Failure) -> None:
        """Go back to before the first one that is open here."""
        while self._open:
            self._open.pop().undo(failure)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Close with the block those that were opened in it, and keep those around it out of reach."""
        outer, self._open = self._open, []
        try:
            yield
            self.keep_all()
        except BaseException as error:
            self.undo_all((type(error), error, error.__traceback__))
            raise
        finally:
            self._open = outer

    def _last(self) -> Savepoint:
        if not self._open:
            raise NoSavepoint
        return self._open.pop()
