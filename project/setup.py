"""An empty or older database in, one that is ready to serve out. Doing it again changes nothing.

    database --> migrations --> definitions --> first administrator --> static files

Servers that start together on one database do this one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.core.management import call_command
from django.db import Error, connection

from actions.options import option
from project.administrators import NewAdministrator, ensure_administrator
from project.definitions import load_definitions
from project.environment import WrongSetting
from project.locks import setup_lock

START_OR_MEND = "Start it, or mend DATABASE_URL (sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/NAME)."
GRANT = "Give this account the right to create tables there, or name another database."
CHOOSE_HOME = "Set OUTFIELD_HOME to a folder that this account may write to."


def set_up() -> NewAdministrator | None:
    """Make everything ready; return the first administrator when this made one.

    Raises:
        WrongSetting: a setting or a database that keeps the project from being served.
        RefusedDefinitions: a definition does.
    """
    _reach_database()
    with setup_lock():
        with _or_wrong("DATABASE_URL", "the tables cannot be made", GRANT):
            call_command("migrate", verbosity=0, interactive=False)
        load_definitions(option("PATHS"))
        administrator = ensure_administrator()
    connection.close()
    with _or_wrong("OUTFIELD_HOME", "the static files cannot be written", CHOOSE_HOME):
        call_command("collectstatic", verbosity=0, interactive=False)
    return administrator


def _reach_database() -> None:
    """Connect once, past the pool, which would try for seconds and lose the reason; make an SQLite file's folder."""
    with _or_wrong("DATABASE_URL", "the database cannot be used", START_OR_MEND):
        if connection.vendor == "sqlite":
            Path(connection.settings_dict["NAME"]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _driver().connect(**connection.get_connection_params()).close()


@contextmanager
def _or_wrong(setting: str, fault: str, remedy: str) -> Iterator[None]:
    try:
        yield
    except (Error, _driver().Error, OSError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise WrongSetting(setting, f"{fault} ({reason}).", remedy) from error


def _driver() -> Any:
    """Return the DB-API module that the database is reached by."""
    return cast("Any", connection).Database
