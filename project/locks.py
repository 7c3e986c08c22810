"""One process at a time: set-up steps that servers started together on one database must not run at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.core.files import locks
from django.db import connection

SETUP_LOCK = 6_336_001  # any number that nobody else uses for advisory locks of this database


def setup_lock() -> AbstractContextManager[None]:
    """Hold the set-up of the default database; entering waits for whoever has it."""
    return _advisory_lock() if connection.vendor == "postgresql" else _file_lock()


@contextmanager
def _advisory_lock() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SETUP_LOCK])


@contextmanager
def _file_lock() -> Iterator[None]:
    path = Path(f"{connection.settings_dict['NAME']}.setup")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("w") as file:
        locks.lock(file, locks.LOCK_EX)
        yield
