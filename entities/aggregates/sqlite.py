"""What SQLite lacks, given to each connection as it opens: exact sums and averages, capitals beyond ASCII."""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created
from django.dispatch import receiver

from entities.aggregates.exact import SqliteAverage, SqliteSum


@receiver(connection_created)
def add_functions(connection: Any, **signal: Any) -> None:
    """Register our functions with a connection to SQLite."""
    if connection.vendor == "sqlite":
        raw = connection.connection
        raw.create_aggregate("outfield_sum", 3, SqliteSum)
        raw.create_aggregate("outfield_average", 3, SqliteAverage)
        raw.create_function("outfield_upper", 1, upper, deterministic=True)
        raw.create_function("outfield_lower", 1, lower, deterministic=True)


def upper(value: Any) -> str | None:
    """Return a text in capital letters, one for one as PostgreSQL does it: no letter becomes two."""
    return None if value is None else "".join(map(_capital, str(value)))


def lower(value: Any) -> str | None:
    """Return a text in small letters, one for one."""
    return None if value is None else "".join(map(_small, str(value)))


def _capital(letter: str) -> str:
    found = letter.upper()
    return found if len(found) == 1 else letter


def _small(letter: str) -> str:
    found = letter.lower()
    return found if len(found) == 1 else letter
