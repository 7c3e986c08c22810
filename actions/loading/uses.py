"""What the served actions of an installation use: the name of a secret in, what fails without it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from actions.compiler import compile_stored
from actions.errors import RefusedDocument
from actions.integrations.authentication import secrets_named
from actions.models import Definition, Integration
from actions.plan.nodes import Plan
from actions.validation.context import Context, Integrations, installed_context
from actions.validation.rules.secret_names import SecretOfNoUseHere, all_named_secrets, secret_names
from actions.validation.rules.webhook_secrets import SecretOfNoUse, webhook_secrets


def users_of_secret(name: str) -> list[str]:
    """Return what names a secret: served actions as ``action order.paid``, integrations as ``integration shop``."""
    actions = (str(row) for row, plan in plans_with(name) if name in all_named_secrets(plan))
    rows = Integration.objects.order_by("name").values_list("name", "authentication")
    integrations = (integration for integration, how in rows if name in secrets_named(how))
    return [*(f"action {one}" for one in actions), *(f"integration {one}" for one in integrations)]


def told_users(name: str) -> str:
    """Return the sentence about what uses a secret; nothing where nothing does."""
    users = users_of_secret(name)
    return f"'{name}' is used by {', '.join(users)}: without it they fail." if users else ""


def told_misfits(name: str, value: str) -> list[str]:
    """Return a sentence for each served action that cannot use this value of a secret, as loading it would say.

    None of them holds a part of the value.
    """
    context = Context(secret_fault=lambda one, fault: fault(value) if one == name else "")
    told = (
        f"'{name}' is used by action {row}. {problem.message} {problem.hint}"
        for row, plan in plans_with(name)
        for problem in chain(webhook_secrets(plan, context), secret_names(plan, context))
        if isinstance(problem, SecretOfNoUse | SecretOfNoUseHere)
    )
    return list(dict.fromkeys(told))


def plans_with(text: str) -> Iterator[tuple[Definition, Plan]]:
    """Yield the served actions whose document has this text in it, by type and name."""
    for row in candidates(text):
        try:
            yield row, compile_served(row)
        except RefusedDocument:
            continue  # it is not served as it is


def candidates(text: str) -> Iterable[Definition]:
    """Return the enabled definitions whose served version has this text in it."""
    rows = Definition.objects.filter(enabled=True, served_version__text__contains=text)
    return rows.select_related("served_version").order_by("type_name", "name").iterator(chunk_size=100)


def compile_served(row: Definition, integrations: Integrations | None = None) -> Plan:
    """Return the plan of the served version; with other integrations than the stored ones, if they are given.

    Raises:
        RefusedDocument.
    """
    version = row.served_version
    if version is None:
        raise AssertionError(f"{row} has no version.")
    return compile_stored(version.text, str(row), version.dialect, installed_context(integrations=integrations))
