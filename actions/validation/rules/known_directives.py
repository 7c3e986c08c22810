"""A ``client.*`` name is a directive that clients know; any other name is data."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.operations.directives import DIRECTIVES, PREFIX
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.answers import answers
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.errors import did_you_mean


class UnknownDirective(PlanProblem):
    """An instruction that no client follows."""

    __slots__ = ()
    CODE = "ACT219"

    def __init__(self, name: str, location: Location) -> None:
        super().__init__(f"Unknown directive '{name}'.", location, did_you_mean(name, DIRECTIVES))


def known_directives(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every directive that does not exist."""
    for step in steps(plan.body):
        unknown = {item.type_in: item.name for item in answers(step) if _is_unknown(item.name)}
        for (within, key), name in unknown.items():
            yield UnknownDirective(name, context.places.value(within, key))


def _is_unknown(name: str) -> bool:
    return name.lower().startswith(PREFIX) and name not in DIRECTIVES
