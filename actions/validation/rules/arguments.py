"""The attributes of an operation or a directive are those it declares: none missing, literals of the right kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions.errors import OutcomeRefused, Problem, RedirectRefused
from actions.locations import Location
from actions.operations.directives import DIRECTIVES, OPEN_DIRECTIVES, check_headers
from actions.operations.params import Param, accept, is_kind, wanted
from actions.operations.respond import Respond
from actions.plan.nodes import Plan, Step
from actions.plan.visitor import steps
from actions.validation.answers import response_type
from actions.validation.arguments import Argument, argument_lists
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from actions.validation.rules.known_columns import ROW_KEY
from entities.errors import did_you_mean
from entities.values import ABSENT


class MissingArgument(PlanProblem):
    """An attribute that the operation or the directive cannot do without."""

    __slots__ = ()
    CODE = "ACT217"

    def __init__(self, name: str, owner: str, location: Location) -> None:
        super().__init__(f"'{name}' of '{owner}' is missing.", location, f"Add '{name}'.")


class WrongArgument(PlanProblem):
    """A literal of another kind, or none of the words that are allowed."""

    __slots__ = ()
    CODE = "ACT218"

    def __init__(self, name: str, wanted: str, location: Location, hint: str = "") -> None:
        super().__init__(f"'{name}' must be {wanted}.", location, hint)


class RefusedArgument(PlanProblem):
    """A literal that the operation refuses whenever it is performed."""

    __slots__ = ()
    CODE = "ACT278"


class UnknownArgument(PlanProblem):
    """An attribute that the operation does not take."""

    __slots__ = ()
    CODE = "ACT235"

    def __init__(self, name: str, declared: _Declared, location: Location) -> None:
        hint = declared.hints.get(name) or did_you_mean(name, declared.params)
        super().__init__(f"'{declared.owner}' takes no '{name}'.", location, hint)


class UnknownDirectiveAttribute(UnknownArgument):
    """An attribute that clients do not expect in the directive."""

    __slots__ = ()
    CODE = "ACT284"
    SEVERITY = "warning"


class RefusedHeader(PlanProblem):
    """A header that may not be set, or not to this."""

    __slots__ = ()
    CODE = "ACT236"

    def __init__(self, reason: str, location: Location) -> None:
        super().__init__(reason, location)


@dataclass(frozen=True, slots=True)
class _Declared:
    """What a step's operation or directive takes; ``refuses`` is how an attribute beyond it is reported.

    ``own`` are those of the operation that makes a directive: the directive does not have them.
    """

    owner: str
    params: dict[str, Param]
    hints: Mapping[str, str] = field(default_factory=dict)
    refuses: type[UnknownArgument] | None = None
    own: frozenset[str] = frozenset()


def declared_arguments(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report what is missing, of the wrong kind or unknown."""
    for step in steps(plan.body):
        for place, found in argument_lists(step):
            declared = _declared(step, found)
            yield from _missing(declared, place, found)
            for argument in found:
                yield from _check(declared, argument, context)
                if declared.owner in OPEN_DIRECTIVES and argument.name not in declared.own:
                    yield from _check_header(argument, context)


def _declared(step: Step, found: tuple[Argument, ...]) -> _Declared:
    operation = step.operation
    name = response_type(step, found)
    if name is not None and (operation.name == Respond.name or name in DIRECTIVES):
        refuses = UnknownDirectiveAttribute if name in DIRECTIVES and name not in OPEN_DIRECTIVES else None
        params = {param.name: param for param in (*operation.params, *DIRECTIVES.get(name, ()))}
        return _Declared(name, params, refuses=refuses, own=frozenset(param.name for param in operation.params))
    # Whether the id of a row is there, and what a list is asked for, are rules of their own.
    params = {
        param.name: replace(param, required=False) if param.name == ROW_KEY else param for param in operation.params
    }
    beyond = None if operation.open_params else UnknownArgument
    return _Declared(str(step.fixed.get("type", operation.name)), params, operation.hints, beyond)


def _missing(declared: _Declared, place: Location, found: tuple[Argument, ...]) -> Iterator[Problem]:
    given = {argument.name for argument in found}
    for param in declared.params.values():
        if param.required and param.name not in given:
            yield MissingArgument(param.name, declared.owner, place)


def _check(declared: _Declared, argument: Argument, context: Context) -> Iterator[Problem]:
    param = declared.params.get(argument.name)
    if param is None:
        if declared.refuses is not None:
            place = context.places.key(argument.within, argument.name)
            yield declared.refuses(argument.name, declared, place)
        return
    value = argument.literal
    if value is ABSENT or (value is None and not param.required) or param.name == ROW_KEY:
        return
    place = context.places.value(argument.within, argument.name)
    if not is_kind(value, param):
        yield WrongArgument(param.name, wanted(param, value), place)
    elif param.choices and value not in param.choices:
        listed = ", ".join(f"'{choice}'" for choice in param.choices)
        hint = declared.hints.get(str(value)) or did_you_mean(str(value), param.choices)
        yield WrongArgument(param.name, f"one of {listed}", place, hint)
    elif param.check is not None:
        yield from _judged(param, value, place)


def _judged(param: Param, value: Any, place: Location) -> Iterator[Problem]:
    try:
        accept(param, value)
    except OutcomeRefused as refused:
        yield RefusedArgument(refused.message, place, refused.hint)


def _check_header(argument: Argument, context: Context) -> Iterator[Problem]:
    value = argument.literal
    try:
        check_headers({argument.name: "200" if value is ABSENT else value})
    except (OutcomeRefused, RedirectRefused) as error:
        yield RefusedHeader(error.message, context.places.value(argument.within, argument.name))
