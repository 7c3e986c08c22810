"""Fixtures that every test may use; which database the suite runs on comes from ``DATABASE_URL``.

Without it the suite runs on SQLite and needs nothing else. ``OUTFIELD_NO_SKIPS=1`` (CI) makes a skipped test a failed
one, except for those that are about the other database: both databases have their run there. ``OUTFIELD_TURNS=FOLDER``
(CI) is for two runs beside each other; see ``tests.turns``.
"""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management.commands import flush
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from actions.limits import counters
from actions.limits.refusals import refusals
from actions.outbound.pooling import forget_connections
from actions.outbox import background
from actions.webhooks import background as webhooks
from actions.webhooks.refusals import Refusals
from tests.servers import Home, Server, new_home
from tests.turns import turn
from tests.upstreams import Upstream, allow

IS_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
TURNS = os.environ.get("OUTFIELD_TURNS")
NO_SKIPS = os.environ.get("OUTFIELD_NO_SKIPS") == "1"
# CI judges a change, so it tries the same examples each time; new ones are looked for wherever else the suite runs.
# Its own bounds of time are of the clock on the wall, which says nothing on a busy machine.
hypothesis.register_profile("ours", derandomize=NO_SKIPS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("ours")
OTHER_DATABASE = {
    "sqlite" if IS_POSTGRESQL else "postgresql": "needs the other database: "
    + ("run without DATABASE_URL" if IS_POSTGRESQL else "set DATABASE_URL=postgres://...")
}


def pytest_sessionstart() -> None:
    """Let SIGTERM end a run as Ctrl-C does: what tests have started, they end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is about the other database, saying how to run it."""
    for item in items:
        for marker, reason in OTHER_DATABASE.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let tests that measure time have the machine to themselves, where another run is beside."""
    if TURNS is None:
        return (yield)
    with turn(TURNS, alone=item.get_closest_marker("measures") is not None):
        return (yield)


def _refuse_skip(report: Any) -> Any:
    """Turn a skip that CI must not have into a failure."""
    reason = str(report.longrepr)
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail") and "needs the other database" not in reason:
        report.outcome, report.longrepr = "failed", f"Skipped where it must run: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """See ``_refuse_skip``: tests."""
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """See ``_refuse_skip``: whole modules."""
    return _refuse_skip((yield))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Put the SQLite test database into a file: threads then meet the locks that production has."""
    if not IS_POSTGRESQL:
        folder = tmp_path_factory.mktemp("database")
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")


# What is made after every migration, and would be made anew after every test.
MADE_BY_MIGRATIONS = ("django_content_type", "auth_permission", "world")


@pytest.fixture(scope="session", autouse=True)
def _quick_flush() -> Iterator[None]:
    """Empty the tables row by row, and only those that tests fill.

    TRUNCATE makes new files for each table and its indexes, and most of them are empty. Foreign keys are checked at the
    commit, so any order will do; on PostgreSQL one text is one round trip.
    """

    def delete(self: Any, style: Any, tables: Any, **_: Any) -> list[str]:
        found = [f"DELETE FROM {self.quote_name(name)}" for name in tables if name not in MADE_BY_MIGRATIONS]
        return ["; ".join(found)] if IS_POSTGRESQL and found else found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection.ops), "sql_flush", delete)
        patch.setattr(flush, "emit_post_migrate_signal", _unless_unchanged(flush.emit_post_migrate_signal))
        yield


def _unless_unchanged(make: Callable[..., None]) -> Callable[..., None]:
    """Make anew what migrations make only when a test has changed it: looking takes a twentieth of the time."""
    kept = None

    def make_if_changed(*args: Any, **options: Any) -> None:
        nonlocal kept
        ContentType.objects.clear_cache()
        if kept is None or _made_by_migrations() != kept:
            make(*args, **options)
            kept = _made_by_migrations()

    return make_if_changed


def _made_by_migrations() -> list[list[Any]]:
    with connection.cursor() as cursor:
        return [cursor.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in MADE_BY_MIGRATIONS]


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Any) -> None:
    """Tests are about who may sign in, not about how long a hash takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def _fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counters go with the database of a test; what this process remembers of them, and when it prunes, goes too."""
    refusals.forget()
    monkeypatch.setattr(counters, "_turns", itertools.count(1))


@pytest.fixture(autouse=True)
def _quiet_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread of this process sends on its own: a test says when, with ``send_due``."""
    monkeypatch.setattr(background, "wake", lambda *_: None)
    monkeypatch.setattr(webhooks, "wake", lambda *_: None)


@pytest.fixture(autouse=True)
def _prompt_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused webhooks are counted at once: no thread of this process writes after its test has ended."""
    monkeypatch.setattr("actions.webhooks.refusals.PAUSE_SECONDS", 0.0)
    monkeypatch.setattr("actions.webhooks.refusals.count", Refusals(clock=lambda: 0.0).count)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty installation, on the suite's kind of database: nothing is migrated, nothing runs."""
    with new_home(tmp_path) as made:
        yield made


@pytest.fixture
def server(home: Home) -> Iterator[Server]:
    """A server of one's own, just started by ``manage.py up``."""
    with home.start() as running:
        yield running


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One running server for all tests that only add rows of their own."""
    with new_home(tmp_path_factory.mktemp("shared")) as home, home.start() as running:
        yield running


@pytest.fixture
def upstream(settings: Any) -> Iterator[Upstream]:
    """Somebody else's server, which alone may be called; see ``tests.upstreams``."""
    with Upstream() as running:
        allow(settings, running.netloc)
        yield running
    forget_connections()
