"""A created row has every column that its entity requires."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.arguments import argument_lists
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.entity import Entity
from entities.errors import did_you_mean

MAX_MISSPELT = 20


class MissingColumn(PlanProblem):
    """A required column that the outcome does not give."""

    __slots__ = ()
    CODE = "ACT208"

    def __init__(self, name: str, entity: str, location: Location) -> None:
        super().__init__(f"Column '{name}' of '{entity}' is required.", location, f"Add '{name}'.")


def required_columns(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every required column that a create leaves out."""
    for step in steps(plan.body):
        if step.operation.name == "entity.create":
            entity: Entity = step.fixed["entity"]
            for place, found in argument_lists(step):
                given = {argument.name for argument in found}
                yield from (MissingColumn(name, entity.name, place) for name in _missing(entity, given))


def _missing(entity: Entity, given: set[str]) -> Iterator[str]:
    """Yield required columns that are not given, nor meant by a misspelt name, which has a problem of its own."""
    unknown = sorted(name for name in given if name not in entity.by_any_name)[:MAX_MISSPELT]
    for field in entity.required:
        meant = any(f"'{field.name}'" in did_you_mean(name, entity.fields) for name in unknown)
        if given.isdisjoint((field.name, *field.aliases)) and not meant:
            yield field.name
