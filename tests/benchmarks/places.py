"""Where a benchmark keeps its data: a new SQLite file and, where one answers, a new PostgreSQL database."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from tests.servers import new_database

PLACES = ("SQLite", "PostgreSQL")


def postgresql_url() -> str | None:
    """Return a URL of a PostgreSQL that lets us create databases: DATABASE_URL, else the one of this machine."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        url = f"postgres://{getpass.getuser()}@127.0.0.1:5432/postgres"
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return None
    return url


@contextmanager
def place(name: str) -> Iterator[dict[str, str] | None]:
    """Give the environment of an empty installation there, or ``None`` where there is no such database."""
    with TemporaryDirectory() as folder:
        environment = {"OUTFIELD_HOME": str(Path(folder)), "DATABASE_URL": ""}
        if name == "SQLite":
            yield environment
        elif (url := postgresql_url()) is None:
            print("No PostgreSQL answers; set DATABASE_URL to measure on one.")
            yield None
        else:
            with new_database(url) as own:
                yield {**environment, "DATABASE_URL": own}
