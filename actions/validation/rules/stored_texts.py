"""Stored texts are there when the action is loaded, and no caller chooses the statement that is run."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.validation.arguments import arguments_of
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.values import ABSENT

STATEMENT = "statement"


class TextNotStored(PlanProblem):
    """A name under which no text is kept now: the outcome fails until there is one."""

    __slots__ = ()
    CODE = "ACT271"
    SEVERITY = "warning"

    def __init__(self, kind: str, name: str, location: Location) -> None:
        super().__init__(f"No {kind} '{name}' is kept.", location, "Add it in the admin before this is used.")


class NoStatementNamed(PlanProblem):
    """An expression for the name of a statement: with what is sent, callers would choose what is run."""

    __slots__ = ()
    CODE = "ACT273"

    def __init__(self, name: str, location: Location) -> None:
        hint = "Write the name out; for a choice, write an outcome with a Condition for each."
        super().__init__(f"'{name}' must be the name of a statement, no expression.", location, hint)


def stored_texts(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report names of nothing, and statements that are not named."""
    for argument, param in arguments_of(plan, lambda param: param.names_text):
        kind = param.names_text
        value, place = argument.literal, context.places.value(argument.within, argument.name)
        if value is ABSENT and kind == STATEMENT:
            yield NoStatementNamed(argument.name, place)
        elif isinstance(value, str) and context.text_exists is not None and not context.text_exists(kind, value):
            yield TextNotStored(kind, value, place)
