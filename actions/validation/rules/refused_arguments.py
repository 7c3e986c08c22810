"""An argument of the original that would change the schema is false, or is not there."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.validation.arguments import arguments_of
from actions.validation.context import Context
from actions.validation.problems import PlanProblem


class NotDoneHere(PlanProblem):
    """Something that the original does and that is deliberately not done here."""

    __slots__ = ()
    CODE = "ACT276"

    def __init__(self, name: str, location: Location) -> None:
        hint = "A model says which columns there are: write it, and its migration, or remove this line."
        super().__init__(f"'{name}' is not done here.", location, hint)


def refused_arguments(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report each of them that is true."""
    for argument, _ in arguments_of(plan, lambda param: param.refused):
        if argument.literal is True:
            yield NotDoneHere(argument.name, context.places.key(argument.within, argument.name))
