"""An outcome writes no rows of an entity that nobody writes, such as ``world`` and ``action``."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.context import Context
from actions.validation.problems import PlanProblem

WRITES = frozenset({"entity.create", "entity.update", "entity.delete"})


class ReadOnlyEntity(PlanProblem):
    """Rows that are only read."""

    __slots__ = ()
    CODE = "ACT245"

    def __init__(self, name: str, location: Location) -> None:
        super().__init__(f"Rows of '{name}' are not written by actions.", location, "Read them by GET or GET_BY_ID.")


def read_only_entities(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every create, update and delete of rows that are only read."""
    for step in steps(plan.body):
        if step.operation.name in WRITES and step.fixed["entity"].read_only:
            yield ReadOnlyEntity(step.fixed["type"], context.places.value(step.location, "Type"))
