"""A statement and its values in, rows out: bound by the database, within bounds of rows, size and time.

A statement that is declared as reading cannot write, whatever it says, also in a transaction that has written: on
PostgreSQL it is the query of a cursor within a savepoint that is read only, which is then rolled back; on SQLite the
connection is told to refuse writes. On PostgreSQL the values travel beside the statement (the extended protocol), on
SQLite they are bound to it: neither is ever put into its text.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from sqlite3 import SQLITE_LIMIT_LENGTH
from typing import Any

from django.db import DatabaseError, DataError, IntegrityError, OperationalError, connection, transaction
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper

from actions.texts.errors import BrokenText, StatementFailed
from actions.texts.sql import Parsed, check_identifiers, parse_statement
from actions.texts.stored import StoredStatement
from actions.texts.values import Unbound, bound, reader
from entities.encoding import to_json
from entities.errors import did_you_mean

logger = logging.getLogger("actions.texts")

SECONDS = 5.0
MAX_ROWS = 10_000
DEFAULT_ROWS = 1_000
MAX_BYTES = 10_000_000  # of all rows as JSON
MAX_VALUE = 2 * MAX_BYTES  # of one value, or one row, while SQLite makes it
BATCH = 250
_STEPS = 1_000  # of SQLite's machine between two looks at the clock
_READ_ONLY_FOR = "SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', %s, true)"
_LIMITED_TO = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)"
_TIMED_OUT, _READ_ONLY, _NO_CURSOR = "57014", "25006", "0A000"


@dataclass(frozen=True, slots=True)
class Query:
    """What a statement is run with."""

    parameters: Mapping[str, Any]
    identifiers: Mapping[str, Any]
    most: int = DEFAULT_ROWS


def run_statement(stored: StoredStatement, query: Query) -> dict[str, Any]:
    """Return ``{rows, count, more}``: at most so many rows, how many there are or were changed, if there are more.

    Must be called within a transaction.

    Raises:
        StatementFailed: naming the statement, and the parameter where it is one's. OperationalError: worth another try.
    """
    parsed = _parsed(stored)
    values = _values(stored.name, parsed, query.parameters)
    chosen = _chosen(stored, parsed, query.identifiers)
    sql = parsed.as_sql(chosen, connection.ops.quote_name)
    run = _write if stored.writes else _read
    try:
        return run(stored.name, sql, values, query.most)
    except DatabaseError as error:
        raise _failure(stored.name, error) from error


def _parsed(stored: StoredStatement) -> Parsed:
    try:
        parsed = parse_statement(stored.sql, writes=stored.writes)
        check_identifiers(parsed, stored.identifiers)
    except BrokenText as error:
        message = f"The statement '{stored.name}' cannot be read (line {error.line})."
        raise StatementFailed(message, hint="Save it again in the admin, which says why.") from error
    return parsed


def _values(statement: str, parsed: Parsed, given: Mapping[str, Any]) -> dict[str, Any]:
    _check_names(statement, "parameter", given, parsed.values)
    values = {}
    for name in parsed.values:
        if name not in given:
            raise StatementFailed(f"The statement '{statement}' needs the parameter '{name}'.")
        try:
            values[name] = bound(given[name])
        except Unbound as error:
            raise StatementFailed(f"The parameter '{name}' of the statement '{statement}' {error}.") from None
    return values


def _chosen(stored: StoredStatement, parsed: Parsed, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the identifiers, each one of its list."""
    _check_names(stored.name, "identifier", given, parsed.identifiers)
    chosen = {}
    for name in parsed.identifiers:
        if given.get(name) not in stored.identifiers[name]:
            allowed = ", ".join(f"'{item}'" for item in stored.identifiers[name])
            raise StatementFailed(f"The identifier '{name}' of the statement '{stored.name}' is one of {allowed}.")
        chosen[name] = str(given[name])
    return chosen


def _check_names(statement: str, kind: str, given: Iterable[str], known: Collection[str]) -> None:
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known)
            raise StatementFailed(f"The statement '{statement}' has no {kind} '{name[:100]}'.", hint=hint)


def _read(name: str, sql: str, values: Mapping[str, Any], most: int) -> dict[str, Any]:
    with _guarded(reads=True), _cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DECLARE actions_statement NO SCROLL CURSOR FOR {sql}", values)
            rows, more = _collect(name, _fetched(cursor, most), most)
        else:
            cursor.execute(sql, values)
            rows, more = _collect(name, _batches(cursor), most)
    return {"rows": rows, "count": len(rows), "more": more}


def _write(name: str, sql: str, values: Mapping[str, Any], most: int) -> dict[str, Any]:
    with _guarded(reads=False), _cursor() as cursor:
        cursor.execute(sql, values)
        if cursor.description is None:
            return {"rows": [], "count": max(cursor.rowcount, 0), "more": False}
        rows, more = _collect(name, _batches(cursor), most)
        for _ in _batches(cursor):
            more = True  # SQLite counts what was changed when all of it was read
        return {"rows": rows, "count": max(cursor.rowcount, len(rows)), "more": more}


def _cursor() -> AbstractContextManager[Any]:
    """Return a cursor that sends values beside the statement, as Django's own for PostgreSQL does not."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    return CursorWrapper(ServerBindingCursor(connection.connection), connection)  # type: ignore[call-arg]


def _fetched(cursor: Any, most: int) -> Iterator[Any]:
    """Yield the description and the rows of the cursor that was declared, in batches."""
    left = most + 1
    while left > 0:
        cursor.execute(f"FETCH FORWARD {min(BATCH, left)} FROM actions_statement")
        rows = cursor.fetchall()
        yield cursor.description, rows
        left = left - len(rows) if len(rows) == min(BATCH, left) else 0


def _batches(cursor: Any) -> Iterator[Any]:
    while rows := cursor.fetchmany(BATCH):
        yield cursor.description, rows


def _collect(name: str, batches: Iterator[Any], most: int) -> tuple[list[dict[str, Any]], bool]:
    """Return the first rows by column, and whether there was one more."""
    found: list[dict[str, Any]] = []
    size = 0
    for description, rows in batches:
        readers = _readers(name, description)
        for row in rows:
            if len(found) == most:
                return found, True
            read = {column: of(value) for (column, of), value in zip(readers, row, strict=True)}
            size += len(to_json(read))
            if size > MAX_BYTES:
                raise StatementFailed(f"The statement '{name}' gives more than {MAX_BYTES} bytes.")
            found.append(read)
    return found, False


def _readers(name: str, description: Any) -> list[tuple[str, Any]]:
    columns = [(column[0], reader(column[1])) for column in description]
    if len({column for column, _ in columns}) < len(columns):
        raise StatementFailed(f"The statement '{name}' gives two columns the same name.", hint="Name them with AS.")
    return columns


def _guarded(*, reads: bool) -> AbstractContextManager[None]:
    """Have the database end what takes too long until the block ends, and refuse every write of what ``reads``."""
    if connection.vendor == "sqlite":
        return _guarded_by_sqlite(reads=reads)
    return _reading() if reads else _writing()


@contextmanager
def _guarded_by_sqlite(*, reads: bool) -> Iterator[None]:
    until = time.monotonic() + SECONDS
    before = connection.connection.setlimit(SQLITE_LIMIT_LENGTH, MAX_VALUE)
    _execute(f"PRAGMA query_only = {int(reads)}")
    connection.connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)
        connection.connection.setlimit(SQLITE_LIMIT_LENGTH, before)
        _execute("PRAGMA query_only = 0")


@contextmanager
def _reading() -> Iterator[None]:
    """Let a savepoint be read only; its end takes back that, the time limit and the cursor."""
    savepoint = transaction.savepoint()
    try:
        _execute(_READ_ONLY_FOR, [_milliseconds()])
        yield
    finally:
        transaction.savepoint_rollback(savepoint)
        transaction.savepoint_commit(savepoint)


@contextmanager
def _writing() -> Iterator[None]:
    """Set a time limit, and then the one before; a failure takes it back by itself."""
    before = _execute(_LIMITED_TO, [_milliseconds()])
    yield
    _execute("SELECT set_config('statement_timeout', %s, true)", [before])


def _milliseconds() -> str:
    return str(int(SECONDS * 1000))


def _execute(sql: str, values: Any = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0] if cursor.description else None


def _failure(name: str, error: DatabaseError) -> StatementFailed:
    """Return what may be told of a refusal; one that another try may mend is raised as it is."""
    state, text = getattr(error.__cause__, "sqlstate", None), str(error)
    if state == _TIMED_OUT or text == "interrupted":
        return StatementFailed(f"The statement '{name}' takes longer than {SECONDS:g} s.")
    if text == "string or blob too big":
        return StatementFailed(f"The statement '{name}' makes a value of more than {MAX_VALUE} bytes.")
    if isinstance(error, OperationalError) and (connection.vendor == "postgresql" or "locked" in text):
        raise error
    logger.warning("The statement '%s' failed: %s %s", name, type(error.__cause__).__name__, state or "")
    return StatementFailed(f"The statement '{name}' {_reason(error, state, text)}.")


def _reason(error: DatabaseError, state: str | None, text: str) -> str:
    if state in (_READ_ONLY, _NO_CURSOR) or "readonly" in text:
        return "would write, and is declared as one that reads"
    if isinstance(error, IntegrityError):
        return "breaks a constraint of the database"
    if isinstance(error, DataError):
        return "is given a value that does not fit"
    return "is not understood by the database"
