"""Which served actions call an integration, and what would be wrong with them if its document were another one."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator
from itertools import islice

from actions.compiler import compile_stored
from actions.errors import Problem, RefusedDocument
from actions.integrations.known import Known
from actions.integrations.store import StoredIntegrations
from actions.models import Definition
from actions.operations.integrations import NAME
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.context import Integrations, installed_context
from actions.validation.rules.integration_arguments import (
    MissingServiceArgument,
    UnknownServiceArgument,
    WrongServiceArgument,
)
from actions.validation.rules.known_integrations import UnknownIntegration, UnknownServiceOperation

_CODES = frozenset(
    problem.CODE
    for problem in (
        UnknownIntegration,
        UnknownServiceOperation,
        MissingServiceArgument,
        UnknownServiceArgument,
        WrongServiceArgument,
    )
)


def callers(name: str, most: int | None = None) -> list[Definition]:
    """Return the served actions with an outcome on the integration, by type and name; no more than are asked for."""
    return list(islice(_callers(name), most))


def broken_by(known: Known) -> tuple[Problem, ...]:
    """Return the problems of actions that have none now, and would if the integration were this one.

    Each has its place in the text of the action, ``TYPE.NAME``.
    """
    stored = StoredIntegrations()
    after: Integrations = ChainMap({known.name: known}, stored)  # type: ignore[arg-type]  # read only
    found: list[Problem] = []
    for row in _candidates(known.name):
        problems = _errors(row, after)
        if problems and not _errors(row, stored):
            found.extend(problems)
    return tuple(found)


def _candidates(name: str) -> Iterable[Definition]:
    """Return what may call it: a Type is written out, so the name stands in the text."""
    rows = Definition.objects.filter(enabled=True, served_version__text__contains=name)
    return rows.select_related("served_version").order_by("type_name", "name").iterator(chunk_size=100)


def _callers(name: str) -> Iterator[Definition]:
    for row in _candidates(name):
        try:
            plan = _compiled(row, None)
        except RefusedDocument:
            continue  # it is not served as it is
        if _calls(plan, name):
            yield row


def _calls(plan: Plan, name: str) -> bool:
    return any(step.operation.name == NAME and step.fixed["integration"] == name for step in steps(plan.body))


def _errors(row: Definition, integrations: Integrations) -> list[Problem]:
    try:
        _compiled(row, integrations)
    except RefusedDocument as refused:
        return [problem for problem in refused.problems if problem.code in _CODES]
    return []


def _compiled(row: Definition, integrations: Integrations | None) -> Plan:
    version = row.served_version
    if version is None:
        raise AssertionError(f"{row} has no version.")
    return compile_stored(version.text, str(row), version.dialect, installed_context(integrations=integrations))
