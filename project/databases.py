"""The text of ``DATABASE_URL`` in, the settings of one Django database out.

``sqlite:///FILE`` (``sqlite:////absolute/file``) or ``postgres://user:password@host:port/name?sslmode=...``; what may
stand in the latter is read by libpq itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from project.environment import WrongSetting

EXAMPLES = "Use sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/NAME."
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
SQLITE_WAIT_SECONDS = 20
CONNECT_SECONDS = "5"
# Made when needed. Requests that wait for another server keep theirs: see OUTBOUND in the settings, and some to work.
POOL = {"min_size": 1, "max_size": 44, "timeout": 5}


def read_database_url(url: str, base: Path) -> dict[str, Any]:
    """Return Django's settings for the database at ``url``; a relative SQLite file stands below ``base``.

    Raises:
        WrongSetting: the URL names no database that this project runs on.
    """
    scheme = url.partition(":")[0].lower()
    if scheme == "sqlite":
        return _sqlite(url, base)
    if scheme in ("postgres", "postgresql"):
        return _postgresql(url)
    raise WrongSetting("DATABASE_URL", f"'{scheme}' is no database that is supported.", EXAMPLES)


def sqlite_file(path: Path) -> dict[str, Any]:
    """Return Django's settings for an SQLite file.

    Transactions take the write lock when they begin: one that reads first can then not fail when it writes.
    """
    if path.is_dir():
        raise WrongSetting("DATABASE_URL", f"'{path}' is a folder.", "Name a file in it.")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": SQLITE_WAIT_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_PRAGMAS,
        },
    }


def _sqlite(url: str, base: Path) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path[1:])
    if parts.netloc or parts.query or not url.lower().startswith("sqlite:///") or not name:
        raise WrongSetting("DATABASE_URL", "an SQLite file is written with three slashes.", EXAMPLES)
    return sqlite_file(base / name)


def _postgresql(url: str) -> dict[str, Any]:
    """A pool of connections in each process. A broken one is found by its next user, so no round trip checks it."""
    from psycopg import ProgrammingError  # noqa: PLC0415 - a tenth of the start, for who runs on SQLite
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        given = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError:
        # The message of libpq may quote the URL, and with it the password.
        raise WrongSetting("DATABASE_URL", "libpq cannot read this URL.", EXAMPLES) from None
    name = given.pop("dbname", "")
    if not name:
        raise WrongSetting("DATABASE_URL", "it names no database.", EXAMPLES)
    own = {key: given.pop(key, "") for key in ("user", "password", "host", "port")}
    defaults = {"connect_timeout": CONNECT_SECONDS, "application_name": "outfield"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        **{key.upper(): value for key, value in own.items()},
        "OPTIONS": {**defaults, **given, "pool": POOL},
    }
