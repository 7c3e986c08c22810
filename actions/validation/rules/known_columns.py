"""The attributes of a written row are columns of its entity, and columns that may be written."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan, Step
from actions.plan.visitor import steps
from actions.validation.arguments import Argument, arguments
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.entity import Entity
from entities.errors import UnknownField

ROW_KEY = "reference_id"
WRITES = frozenset({"entity.create", "entity.update"})
# ``version`` on an update says which state the author means to change; the store compares it.
NAMES_BESIDE_COLUMNS = {"entity.create": frozenset({ROW_KEY}), "entity.update": frozenset({ROW_KEY, "version"})}


class UnknownColumn(PlanProblem):
    """The entity has no such column, or none that may be seen."""

    __slots__ = ()
    CODE = "ACT202"

    def __init__(self, error: UnknownField, location: Location) -> None:
        super().__init__(error.message.replace("field", "column"), location, error.hint)


class NotWritable(PlanProblem):
    """A column that only the server sets."""

    __slots__ = ()
    CODE = "ACT203"

    def __init__(self, name: str, entity: str, location: Location) -> None:
        super().__init__(f"Column '{name}' of '{entity}' cannot be written.", location, "Remove it.")


def known_columns(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every attribute of a create or an update that is no writable column."""
    for step in steps(plan.body):
        if step.operation.name in WRITES:
            for argument in arguments(step):
                yield from _check(step, argument, context)


def _check(step: Step, argument: Argument, context: Context) -> Iterator[Problem]:
    entity: Entity = step.fixed["entity"]
    if argument.name in NAMES_BESIDE_COLUMNS[step.operation.name]:
        return
    try:
        field = entity.field(argument.name)
    except UnknownField as error:
        yield UnknownColumn(error, context.places.key(argument.within, argument.name))
        return
    if not field.writable:
        yield NotWritable(argument.name, entity.name, context.places.key(argument.within, argument.name))
