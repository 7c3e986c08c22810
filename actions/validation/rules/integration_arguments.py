"""The attributes of a call to another service are what its document asks for, as far as that is known at load."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.integrations.documents import ArgumentProblem, ServiceOperation, check_arguments
from actions.integrations.errors import named
from actions.locations import Location
from actions.operations.integrations import CONTROLS
from actions.plan.nodes import Plan
from actions.validation.arguments import Argument, argument_lists
from actions.validation.context import Context
from actions.validation.literals import known_parts
from actions.validation.problems import PlanProblem
from actions.validation.rules.known_integrations import integration_steps


class MissingServiceArgument(PlanProblem):
    """An attribute that the operation cannot do without."""

    __slots__ = ()
    CODE = "ACT243"


class UnknownServiceArgument(PlanProblem):
    """An attribute that the operation does not take."""

    __slots__ = ()
    CODE = "ACT244"


class WrongServiceArgument(PlanProblem):
    """A literal that the document does not allow there."""

    __slots__ = ()
    CODE = "ACT247"


_KINDS: dict[str, type[PlanProblem]] = {
    "missing": MissingServiceArgument,
    "unknown": UnknownServiceArgument,
    "type": WrongServiceArgument,
    "value": WrongServiceArgument,
}


def integration_arguments(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report what is missing, unknown, or of another kind than the document says, at any depth."""
    for step, known in integration_steps(plan, context):
        operation = known.find(step.fixed["operation"]) if known else None
        if operation is not None:
            for place, found in argument_lists(step):
                yield from _check(operation, place, found, context)


def _check(
    operation: ServiceOperation, place: Location, found: tuple[Argument, ...], context: Context
) -> Iterator[Problem]:
    given = {argument.name: known_parts(argument.source) for argument in found if argument.name not in CONTROLS}
    for problem in check_arguments(operation, given):
        where = _place(problem, place, context)
        yield _KINDS[problem.code](named(problem, operation.id), where, problem.hint)


def _place(problem: ArgumentProblem, within: Location, context: Context) -> Location:
    if problem.code == "missing":  # where it would have to stand
        return context.places.value(within, *problem.path[:-1])
    if problem.code == "unknown":
        return context.places.key(within, *problem.path)
    return context.places.value(within, *problem.path)
