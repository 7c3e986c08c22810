"""Settings, the documents that they name, operations and secrets in, a message of Django's checks per problem out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage
from django.core.checks import Error as ErrorMessage
from django.core.checks import Warning as WarningMessage
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from actions.errors import Problem
from actions.expressions.javascript.options import Options
from actions.loading import check_paths
from actions.operations.faults import faults, owner_of
from actions.operations.registry import all_operations
from actions.options import DEFAULTS, configured, option
from actions.secrets.listing import list_secrets
from entities.errors import did_you_mean


def check_settings(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """Return ``actions.E002`` for each key of ``settings.ACTIONS`` that does nothing, ``E003`` for what cannot work."""
    given = configured()
    groups = {name: defaults for name, defaults in DEFAULTS.items() if isinstance(defaults, Mapping)}
    found = [*_unknown("ACTIONS", given, DEFAULTS)]
    for name in groups.keys() & given.keys():
        if not isinstance(given[name], Mapping):
            found.append(ErrorMessage(f"ACTIONS['{name}'] must be a dict.", id="actions.E003"))
        elif groups[name]:
            found += _unknown(f"ACTIONS['{name}']", given[name], groups[name])
    return [*found, *_of_scripts()]


def _unknown(where: str, given: Iterable[str], known: Iterable[str]) -> Iterator[CheckMessage]:
    for name in given:
        if name not in known:
            hint = did_you_mean(str(name), known) or None
            yield ErrorMessage(f"{where} has an unknown key '{name}'.", hint=hint, id="actions.E002")


def _of_scripts() -> Iterator[CheckMessage]:
    given = configured().get("JAVASCRIPT", {})
    try:
        Options.of(given if isinstance(given, Mapping) else {})
    except ImproperlyConfigured as wrong:
        yield ErrorMessage(str(wrong), id="actions.E003")


def check_documents(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """Return ``actions.E001`` for each error and ``actions.W001`` for each warning. The database is not asked."""
    problems = check_paths([Path(path) for path in option("PATHS")]).problems
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
    shared = sorted({*option("SECRET_ENV_NAMES")} & {*option("ENV_NAMES")})
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
