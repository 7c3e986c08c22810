"""The first administrator of an installation: whoever asks first, once, while there is none."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from entities.models import UserAccount

LOCK = 6_336_002  # any number that nobody else uses for advisory locks of this database


def has_administrator() -> bool:
    """Say whether anybody can administer this installation."""
    return UserAccount.objects.filter(is_superuser=True, is_active=True).exists()


def make_first_administrator(account_id: UUID) -> bool:
    """Make the account the administrator, unless there is one already; say whether it became it.

    Within a transaction, until whose end everybody else who asks waits: on SQLite as for any writer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if has_administrator():
        return False
    accounts = UserAccount.objects.filter(pk=account_id, is_active=True)
    return accounts.update(is_superuser=True, is_staff=True) == 1
