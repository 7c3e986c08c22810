"""A ``client.*`` name is a directive that clients know; any other name is data."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.operations.directives import DIRECTIVES
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.errors import did_you_mean

PREFIX = "client."


class UnknownDirective(PlanProblem):
    """An instruction that no client follows."""

    __slots__ = ()
    CODE = "ACT219"

    def __init__(self, name: str, location: Location) -> None:
        super().__init__(f"Unknown directive '{name}'.", location, did_you_mean(name, DIRECTIVES))


def known_directives(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every directive that does not exist."""
    for step in steps(plan.body):
        name = step.fixed.get("type", "") if step.operation.name == "respond" else ""
        if name.lower().startswith(PREFIX) and name not in DIRECTIVES:
            yield UnknownDirective(name, context.places.value(step.location, "Type"))
