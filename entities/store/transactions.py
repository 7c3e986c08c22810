"""Writes that wait, and the transaction that they travel in: opened by the first one that cannot wait.

Everything pending is sent before any read, update or delete and before the commit, so nobody can see the difference,
but for the round trips. Writes that turn out to be one batch need no BEGIN and no COMMIT: one statement is a
transaction. What they write, and who may, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Self

from django.db import connections, models, transaction

from entities import batches, statements
from entities.conflicts import translated
from entities.savepoints import Savepoints


class Transaction:
    """All writes of one transaction, as a context manager: committed when the block ends, or undone."""

    def __init__(self, using: str) -> None:
        self._connection = connections[using]
        self._pending: list[batches.Pending] = []
        self._afterwards: list[Callable[[], object]] = []
        self._transaction = ExitStack()
        self._is_open = False
        self._savepoints = Savepoints(using, self._remember)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: Any) -> None:
        """Commit everything, or undo everything when the block failed.

        Raises:
            Conflict, InvalidValues: also for what the database only finds out at the commit.
        """
        with self._transaction, translated(None, None):
            if failure[0] is None:
                self._commit()
            else:
                self._savepoints.undo_all(failure)
                self._pending.clear()
                self._transaction.__exit__(*failure)

    def _commit(self) -> None:
        self._savepoints.keep_all()
        if self._pending and not self._is_open and batches.is_transaction(self._connection, self._pending):
            batches.send(self._connection, self._pending)
        else:
            self.flush()
        self._transaction.close()
        for callback in self._afterwards:
            transaction.on_commit(callback, using=self._connection.alias, robust=True)

    def begin(self) -> None:
        """Be inside the transaction, with nothing pending: what the caller writes by itself belongs to it."""
        self._open()
        self.flush()

    def _open(self) -> None:
        if not self._is_open:
            self._transaction.enter_context(transaction.atomic(using=self._connection.alias))
            self._is_open = True

    def flush(self) -> None:
        """Send everything pending; what is read from now on sees it.

        Raises:
            Conflict, InvalidValues: with the ``tag`` of the write that failed.
        """
        if self._pending:
            self._open()
            pending, self._pending = self._pending, []
            batches.send(self._connection, pending)

    def _flush_changes(self) -> None:
        """Have rows granted what they grant now; INSERTs that wait are of rows that are known without looking."""
        if any(item.changes for item in self._pending):
            self.flush()

    def add(self, row: models.Model, *, tag: object = None) -> None:
        """Insert a row of a model that is no entity: nobody asks for it, so nothing is checked."""
        self.add_record(type(row), vars(row), tag=tag)

    def add_record(self, model: type[models.Model], record: Mapping[str, Any], *, tag: object = None) -> None:
        """Insert a row as ``add`` does, given as the values of all columns: what makes many need no instances."""
        insert = statements.insert(model, self._connection)
        self._pending.append(batches.Pending(None, insert.sql, insert.parameters(record), tag))

    def add_statement(self, sql: str, parameters: Sequence[Any]) -> None:
        """Have a statement of ours, which writes another row than those that wait, sent with them."""
        self._pending.append(batches.Pending(None, sql, parameters, None))

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Call back once everything is committed; never when it is not. What the call raises is logged."""
        self._afterwards.append(callback)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block wrote when it raises; what was pending before is sent first."""
        self.begin()
        entered = self._savepoints.enter()
        try:
            with self.nested():
                yield
            self.flush()
        except BaseException as error:
            entered.undo((type(error), error, error.__traceback__))
            raise
        entered.keep()

    def nested(self) -> AbstractContextManager[None]:
        """Keep savepoints apart: those opened in the block end with it, and those around it are out of reach."""
        return self._savepoints.apart()

    def mark(self) -> None:
        """Open a savepoint, to be closed by one ``release`` or ``roll_back``; what was pending is sent before.

        Raises:
            TooManySavepoints.
        """
        self.begin()
        self._savepoints.open()

    def release(self) -> None:
        """Close the last savepoint, and keep what was written since.

        Raises:
            NoSavepoint.
        """
        self._savepoints.release()

    def roll_back(self) -> None:
        """Close the last savepoint, and undo what was written since and what was to be done after the commit.

        Raises:
            NoSavepoint.
        """
        self._savepoints.roll_back()

    @property
    def is_lost(self) -> bool:
        """Whether the transaction cannot go on: the database has undone more than the last savepoint."""
        return bool(self._connection.needs_rollback)

    def _remember(self) -> Callable[[], None]:
        """Return what brings back what is to be done after the commit; nothing is pending now, so what is then goes."""
        afterwards = len(self._afterwards)

        def restore() -> None:
            self._pending.clear()
            del self._afterwards[afterwards:]

        return restore
