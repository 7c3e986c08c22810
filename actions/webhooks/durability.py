"""When what was stored is on disk: at once, or with the next commit, before anybody is told of it.

PostgreSQL writes its log in order: whatever makes a later commit durable makes the earlier ones durable too. So a
delivery that its own request processes at once need not be waited for twice. Who answers without having written
anything asks for what others have written.

SQLite's commits do not wait for the disk (``synchronous=NORMAL``), for the next writer would wait too. What has been
committed is in the file of its log, which is brought to the disk before the answer, while others write and work.
"""

from __future__ import annotations

import os
from contextlib import suppress

from django.db import connection

from actions.outbound import waiting

_POSTGRESQL, _SQLITE = "postgresql", "sqlite"
_sync = getattr(os, "fdatasync", os.fsync)


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


def bring_to_disk() -> None:
    """Wait until all that was committed here is on disk, where commits have not waited for that.

    Raises:
        OSError: the disk failed.
    """
    if connection.vendor != _SQLITE:
        return
    with suppress(FileNotFoundError):  # everything is in the database itself
        log = os.open(f"{connection.settings_dict['NAME']}-wal", os.O_RDONLY | os.O_CLOEXEC)
        try:
            with waiting():
                _sync(log)
        finally:
            os.close(log)
