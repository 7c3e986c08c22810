"""When what was stored is on disk: at once, or with the next commit, before anybody is told of it.

PostgreSQL writes its log in order: whatever makes a later commit durable makes the earlier ones durable too. So a
delivery that its own request processes at once need not be waited for twice. Who answers without having written
anything asks for what others have written.
"""

from __future__ import annotations

from django.db import connection

_POSTGRESQL = "postgresql"


def later_clause() -> str:
    """Return what makes the transaction of an INSERT end without waiting for the disk."""
    if connection.vendor != _POSTGRESQL:
        return ""
    return " RETURNING set_config('synchronous_commit', 'off', true)"


def make_durable() -> None:
    """Wait until all that was committed before is on disk: an empty entry of the log goes there after it."""
    if connection.vendor == _POSTGRESQL:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_logical_emit_message(true, 'outfield', '')")
