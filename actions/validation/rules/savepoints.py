"""Every ``rollback`` and ``commit`` of ``$transaction`` has a ``begin`` before it that it can reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from actions.errors import Problem
from actions.locations import Location
from actions.operations.savepoints import BEGIN, COMMIT, NAME, ROLLBACK
from actions.plan.nodes import Plan, Step
from actions.plan.visitor import steps
from actions.validation.arguments import arguments
from actions.validation.context import Context
from actions.validation.problems import PlanProblem


class NothingBegun(PlanProblem):
    """A savepoint is to be closed, and nothing before opens one."""

    __slots__ = ()
    CODE = "ACT272"

    def __init__(self, wanted: str, location: Location) -> None:
        hint = "Put an outcome with action 'begin' before it, without ContinueOnError, which ends with its outcome."
        super().__init__(f"There is no savepoint for this '{wanted}'.", location, hint)


def savepoints(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report what can certainly not be closed; a branch or a loop may open one, or many."""
    may_be_open = False
    for step in steps(plan.body):
        if step.operation.name != NAME:
            continue
        for wanted, place in _actions(step, context):
            if wanted in (COMMIT, ROLLBACK) and not (may_be_open and not step.continue_on_error):
                yield NothingBegun(wanted, place)
            may_be_open |= not step.continue_on_error and wanted not in (COMMIT, ROLLBACK)


def _actions(step: Step, context: Context) -> Iterator[tuple[Any, Location]]:
    """Yield what a step does; what only a run shows may be a ``begin``."""
    for argument in arguments(step):
        if argument.name == "action":
            value = argument.literal
            yield value if value in (COMMIT, ROLLBACK) else BEGIN, context.places.value(argument.within, argument.name)
