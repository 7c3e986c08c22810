"""``python -m tests.benchmarks.statements ACTION``: what one signup sends to the database, as the driver sees it.

On PostgreSQL libpq's own trace is counted: statements, transaction control included, and round trips, each of which
ends with the server's ReadyForQuery. On SQLite every statement is a call, so statements are all there is.
"""

from __future__ import annotations

import sys
import tempfile
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.benchmarks.bodies import signups


def count() -> str:
    """Count the second signup; the first one connects, compiles and fills caches."""
    bodies = signups()
    post(next(bodies))
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        return _on_postgresql(next(bodies))
    return _on_sqlite(next(bodies))


def post(body: bytes) -> None:
    answer = Client().post(f"/action/user_account/{sys.argv[1]}", body, content_type="application/json")
    if answer.status_code != 200:
        raise RuntimeError(answer.content.decode())


def _on_postgresql(body: bytes) -> str:
    libpq: Any = connection.connection.pgconn
    with tempfile.TemporaryFile("w+") as trace:
        libpq.trace(trace.fileno())
        post(body)
        libpq.untrace()
        trace.seek(0)
        kinds = [line.split("\t")[1::2][:2] for line in trace.read().splitlines()]
    sent = sum(kind in (["F", "Query"], ["F", "Execute"]) for kind in kinds)
    trips = sum(kind == ["B", "ReadyForQuery"] for kind in kinds)
    return f"{sent} in {trips} round trips"


def _on_sqlite(body: bytes) -> str:
    seen: list[str] = []
    connection.connection.set_trace_callback(seen.append)
    post(body)
    connection.connection.set_trace_callback(None)
    return str(len(seen))


if __name__ == "__main__":
    django.setup()
    settings.ALLOWED_HOSTS = ["testserver"]
    print(count())
