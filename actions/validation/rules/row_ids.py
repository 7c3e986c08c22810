"""An outcome on one row says which: ``reference_id`` is in its attributes and is not empty."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.arguments import argument_lists
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from actions.validation.rules.known_columns import ROW_KEY
from entities.values import ABSENT

ON_ONE_ROW = frozenset({"entity.get", "entity.update", "entity.delete"})


class MissingRowId(PlanProblem):
    """No row is named."""

    __slots__ = ()
    CODE = "ACT215"

    def __init__(self, location: Location) -> None:
        hint = 'For example "$.reference_id", the id of the subject.'
        super().__init__(f"'{ROW_KEY}' is missing.", location, hint)


class NoRowId(PlanProblem):
    """A literal that is the id of no row."""

    __slots__ = ()
    CODE = "ACT216"

    def __init__(self, type_name: str, location: Location) -> None:
        hint = "Put '~' or '$' in front of a name to read its value."
        super().__init__(f"This is no id of a '{type_name}'.", location, hint)


def row_ids(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every read, update and delete of one row that does not say which."""
    for step in steps(plan.body):
        if step.operation.name not in ON_ONE_ROW:
            continue
        for place, found in argument_lists(step):
            given = next((argument for argument in found if argument.name == ROW_KEY), None)
            value = None if given is None else given.literal
            if given is None:
                yield MissingRowId(place)
            elif value is not ABSENT and (value is None or step.fixed["entity"].key(value) is None):
                yield NoRowId(step.fixed["type"], context.places.value(place, ROW_KEY))
