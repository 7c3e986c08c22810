"""``DATABASE_URL``: which databases it may name."""

from __future__ import annotations

from pathlib import Path

import pytest

from project.databases import EXAMPLES, read_database_url
from project.environment import WrongSetting

BASE = Path("/srv/app")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        pytest.param("sqlite:///data.sqlite3", "/srv/app/data.sqlite3", id="relative"),
        pytest.param("sqlite:///var/data.sqlite3", "/srv/app/var/data.sqlite3", id="relative-folder"),
        pytest.param("sqlite:////var/lib/data.sqlite3", "/var/lib/data.sqlite3", id="absolute"),
        pytest.param("SQLite:///my%20data.sqlite3", "/srv/app/my data.sqlite3", id="escaped"),
    ],
)
def test_sqlite_names_a_file(url: str, name: str) -> None:
    """Three slashes and a path; a relative one stands below the checkout."""
    database = read_database_url(url, BASE)
    assert (database["ENGINE"], database["NAME"]) == ("django.db.backends.sqlite3", name)


def test_sqlite_takes_the_write_lock_first_and_keeps_a_log() -> None:
    """Readers do not block, and a transaction that reads before it writes cannot fail for it."""
    options = read_database_url("sqlite:///x", BASE)["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_names_server_account_and_database(scheme: str) -> None:
    """All parts of the URL arrive, decoded, and the pool is on."""
    database = read_database_url(f"{scheme}://ada:p%40ss@db.example:5433/shop?sslmode=require", BASE)
    pool = database["OPTIONS"].pop("pool")
    assert pool["max_size"] > pool["min_size"]
    assert database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "ada",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require", "connect_timeout": "5", "application_name": "outfield"},
    }


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        pytest.param("mysql://root@127.0.0.1/x", "'mysql' is no database that is supported.", id="other-database"),
        pytest.param("data.sqlite3", "'data.sqlite3' is no database that is supported.", id="no-url"),
        pytest.param("sqlite://data.sqlite3", "an SQLite file is written with three slashes.", id="two-slashes"),
        pytest.param("sqlite:///", "an SQLite file is written with three slashes.", id="no-file"),
        pytest.param("sqlite:///:memory:?x=1", "an SQLite file is written with three slashes.", id="sqlite-options"),
        pytest.param("postgres://127.0.0.1/", "it names no database.", id="no-name"),
        pytest.param("postgres://u:secret@h:port/x?nonsense=1", "libpq cannot read this URL.", id="bad-option"),
    ],
)
def test_what_names_no_database_stops_with_a_sentence(url: str, fault: str) -> None:
    """The sentence says what to write, and never repeats a password."""
    with pytest.raises(WrongSetting) as wrong:
        read_database_url(url, BASE)
    assert str(wrong.value) == f"DATABASE_URL: {fault} {EXAMPLES}"


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    """SQLite would say no more than that it cannot open it."""
    with pytest.raises(WrongSetting, match=r"is a folder\. Name a file in it\.$"):
        read_database_url(f"sqlite:///{tmp_path}", BASE)
