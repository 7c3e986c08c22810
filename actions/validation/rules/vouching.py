"""Where the author vouches for something, it is written out: what is computed there, a caller may have a hand in."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.validation.arguments import arguments_of
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.values import ABSENT


class ComputedVouching(PlanProblem):
    """An expression decides whether somebody has to prove who they are."""

    __slots__ = ()
    CODE = "ACT279"
    SEVERITY = "warning"

    def __init__(self, name: str, location: Location) -> None:
        hint = "Write true or false; for a choice, write an outcome with a Condition for each."
        super().__init__(f"'{name}' is computed: who has a hand in it is believed without any proof.", location, hint)


def vouching(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report each of them that is an expression."""
    for argument, _ in arguments_of(plan, lambda param: param.vouches):
        if argument.literal is ABSENT:
            yield ComputedVouching(argument.name, context.places.value(argument.within, argument.name))
