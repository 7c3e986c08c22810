"""What an administrator changes of an integration besides its document: whether it is there, where, and its secrets."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from actions.importing.errors import ImportRefused, InUse
from actions.importing.fitting import callers
from actions.importing.saving import read_address
from actions.integrations.authentication import check_authentication
from actions.integrations.known import schemes_from_data
from actions.models import Integration, IntegrationGeneration

MOST_TOLD = 50


def configure(name: str, *, enabled: bool, server: str, authentication: dict[str, Any]) -> None:
    """Store how an integration is used.

    Raises:
        ImportRefused: there is none, or one of the values cannot be kept.
    """
    address = read_address(server)
    with transaction.atomic():
        IntegrationGeneration.advance()
        row = _find(name)
        wrong = check_authentication(authentication, schemes_from_data(row.schemes))
        if wrong:
            raise ImportRefused(*wrong)
        row.enabled, row.server, row.authentication = enabled, address, authentication
        row.save(update_fields=["enabled", "server", "authentication"])


def remove(name: str) -> None:
    """Remove an integration that nothing calls.

    Raises:
        ImportRefused: there is none. InUse: served actions call it.
    """
    used_by = [str(row) for row in callers(name, MOST_TOLD)]
    if used_by:
        raise InUse(name, used_by)
    with transaction.atomic():
        IntegrationGeneration.advance()
        _find(name).delete()


def _find(name: str) -> Integration:
    row = Integration.objects.defer("document", "problems").filter(name=name).first()
    if row is None:
        raise ImportRefused(f"There is no integration '{name}'.")
    return row
