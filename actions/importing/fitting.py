"""Which served actions call an integration, and what would be wrong with them if its document were another one."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Container
from itertools import islice

from actions.errors import Problem, RefusedDocument
from actions.importing.texts import ENTITY
from actions.integrations.known import Known
from actions.integrations.store import StoredIntegrations
from actions.loading.uses import candidates, compile_served, plans_with
from actions.models import Definition
from actions.operations.integrations import NAME
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.context import Integrations
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
    # A Type is written out, so the name stands in the text.
    return list(islice((row for row, plan in plans_with(name) if _calls(plan, name)), most))


def broken_by(known: Known, renewed: Container[str] = ()) -> tuple[Problem, ...]:
    """Return the problems of actions that have none now, and would if the integration were this one.

    Each has its place in the text of the action, ``TYPE.NAME``. ``renewed`` are names of installed actions that are
    written anew for the document, so what they say now does not matter.
    """
    stored = StoredIntegrations()
    after: Integrations = ChainMap({known.name: known}, stored)  # type: ignore[arg-type]  # read only
    found: list[Problem] = []
    for row in candidates(known.name):
        if row.type_name == ENTITY and row.name in renewed:
            continue
        problems = _errors(row, after)
        if problems and not _errors(row, stored):
            found.extend(problems)
    return tuple(found)


def _calls(plan: Plan, name: str) -> bool:
    return any(step.operation.name == NAME and step.fixed["integration"] == name for step in steps(plan.body))


def _errors(row: Definition, integrations: Integrations) -> list[Problem]:
    try:
        compile_served(row, integrations)
    except RefusedDocument as refused:
        return [problem for problem in refused.problems if problem.code in _CODES]
    return []
