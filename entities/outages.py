"""A failure of the database in, whether it is the database's own out: the same request may succeed later."""

from __future__ import annotations

from django.db import InterfaceError, InternalError, OperationalError

# PostgreSQL: a transaction that may only read, on a standby or by a setting; one that was ended for taking too long.
_FOR_NOW = frozenset({"25006", "25P03", "25P04"})


def is_outage(error: BaseException) -> bool:
    """Say whether the database is away, busy, full or read-only for now."""
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", None) in _FOR_NOW
    return isinstance(error, OperationalError | InterfaceError)
