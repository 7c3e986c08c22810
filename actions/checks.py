"""Documents that the settings name, operations and stored secrets in, a message of Django's checks per problem out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Error as ErrorMessage
from django.core.checks import Warning as WarningMessage
from django.db import DatabaseError

from actions.errors import Problem
from actions.loading import check_paths
from actions.operations.faults import faults, owner_of
from actions.operations.registry import all_operations
from actions.secrets.listing import list_secrets


def check_documents(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """Return ``actions.E001`` for each error and ``actions.W001`` for each warning. The database is not asked."""
    problems = check_paths([Path(path) for path in settings.ACTIONS["PATHS"]]).problems
    return [as_message(problem) for problem in problems]


def check_secrets(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """Return ``actions.W002`` for each value that cannot be used; nothing while there is no database to ask."""
    try:
        secrets = list_secrets()
    except DatabaseError:
        return []
    return [
        WarningMessage(
            value.fault, hint="Set it anew with 'manage.py secrets set'.", obj=secret.name, id="actions.W002"
        )
        for secret in secrets
        for value in secret.values
        if value.fault
    ]


def check_variables(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """Return ``actions.W003`` for each variable that secrets may refer to and every expression can read."""
    shared = sorted({*settings.ACTIONS["SECRET_ENV_NAMES"]} & {*settings.ACTIONS["ENV_NAMES"]})
    hint = "Take it out of ACTIONS_ENV: what expressions read, answers may show."
    return [
        WarningMessage("SECRETS_ENV and ACTIONS_ENV share it.", hint=hint, obj=name, id="actions.W003")
        for name in shared
    ]


def check_operations(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """Return ``actions.E010`` to ``actions.E016`` for what is wrong with the declaration of an operation."""
    return [
        ErrorMessage(
            f"The operation {owner_of(operation)} {fault.message}",
            hint=fault.hint,
            obj=operation.name,
            id=f"actions.E{fault.number:03}",
        )
        for operation in all_operations().values()
        for fault in faults(operation)
    ]


def as_message(problem: Problem) -> CheckMessage:
    """Return a problem as Django prints it: the place as the object, then the sentence, the line and the hint."""
    text = "\n".join(part for part in (f"{problem.code} {problem.message}", problem.location.excerpt()) if part)
    kind, number = (ErrorMessage, "E001") if problem.severity == "error" else (WarningMessage, "W001")
    return kind(text, hint=problem.hint or None, obj=str(problem.location), id=f"actions.{number}")
