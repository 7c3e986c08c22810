"""Where an operation takes the name of an entity, one that is written out is exposed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.arguments import arguments
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities import registry
from entities.errors import did_you_mean


class UnknownEntityNamed(PlanProblem):
    """No model is exposed under the name that an operation is given."""

    __slots__ = ()
    CODE = "ACT275"

    def __init__(self, name: str, known: Iterable[str], location: Location) -> None:
        super().__init__(f"Unknown entity '{name}'.", location, did_you_mean(name, known))


def entity_names(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every literal that names no entity."""
    for step in steps(plan.body):
        names = {param.name for param in step.operation.params if param.names_entity}
        for argument in arguments(step):
            value = argument.literal
            if argument.name in names and isinstance(value, str) and registry.find(value) is None:
                place = context.places.value(argument.within, argument.name)
                yield UnknownEntityNamed(value, registry.names(), place)
