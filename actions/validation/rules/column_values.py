"""A literal that is written to a column is a value that the column takes."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan, Step
from actions.plan.visitor import steps
from actions.validation.arguments import Argument, arguments
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from actions.validation.rules.known_columns import ROW_KEY, WRITES
from entities.actors import SYSTEM
from entities.errors import FieldProblem, InvalidValues
from entities.records import Acceptance
from entities.values import ABSENT

# The rights of a run and its way to read: see ``actions.invoke``.
_ACCEPTANCE = Acceptance(SYSTEM, reads_text=True, partial=True)


class RefusedValue(PlanProblem):
    """A literal that its column refuses."""

    __slots__ = ()
    CODE = "ACT207"

    def __init__(self, column: str, problem: FieldProblem, location: Location) -> None:
        super().__init__(f"The value of '{column}' is refused.", location, problem.message)


def column_values(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every literal of a create or an update that cannot be stored."""
    for step in steps(plan.body):
        if step.operation.name in WRITES:
            for argument in arguments(step):
                yield from _check(step, argument, context)


def _check(step: Step, argument: Argument, context: Context) -> Iterator[Problem]:
    entity = step.fixed["entity"]
    field = entity.by_any_name.get(argument.name)
    if field is None or not field.writable or field.column_type.is_secret or argument.name == ROW_KEY:
        return
    value = argument.literal
    if value is ABSENT:
        return
    try:
        _ACCEPTANCE.accept(entity, {argument.name: value})
    except InvalidValues as error:
        place = context.places.value(argument.within, argument.name)
        yield from (RefusedValue(argument.name, problem, place) for problem in error.errors)
