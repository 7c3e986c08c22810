"""The columns of an export are readable columns of its entity, where both are written out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.arguments import arguments
from actions.validation.context import Context
from actions.validation.entities import exported_entity
from actions.validation.problems import PlanProblem
from entities.entity import Entity
from entities.errors import BadParameter
from entities.filters.names import column

EXPORT, COLUMNS = "__data_export", "columns"


class UnknownExportedColumn(PlanProblem):
    """A column that the entity does not have, or that nobody reads."""

    __slots__ = ()
    CODE = "ACT277"

    def __init__(self, error: BadParameter, location: Location) -> None:
        super().__init__(error.message.replace("field", "column"), location, error.hint)


def exported_columns(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every name that is no such column."""
    for step in steps(plan.body):
        for argument in arguments(step) if step.operation.name == EXPORT else ():
            entity = exported_entity(step, argument.within) if argument.name == COLUMNS else None
            if entity is not None:
                place = context.places.value(argument.within, COLUMNS)
                yield from _unknown(entity, argument.literal, place)


def _unknown(entity: Entity, given: Any, place: Location) -> Iterator[Problem]:
    names = given.split(",") if isinstance(given, str) else given
    for name in names if isinstance(names, list) else ():
        try:
            column(entity, str(name).strip(), COLUMNS)
        except BadParameter as error:
            yield UnknownExportedColumn(error, place)
