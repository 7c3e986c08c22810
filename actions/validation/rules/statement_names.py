"""The parameters and identifiers of ``sql.query`` are those of the statement, as it is kept now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.arguments import Argument, argument_lists
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.errors import did_you_mean


class StatementDiffers(PlanProblem):
    """A parameter or an identifier too many, or one that is missing: the outcome fails with this statement."""

    __slots__ = ()
    CODE = "ACT274"
    SEVERITY = "warning"

    def __init__(self, message: str, location: Location, hint: str = "") -> None:
        super().__init__(message, location, hint)


def statement_names(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report names that the statement does not have, and those of it that are not given."""
    if context.statement_names is None:
        return
    for step in steps(plan.body):
        if any(param.names_text == "statement" for param in step.operation.params):
            for place, given in argument_lists(step):
                yield from _differences({item.name: item for item in given}, place, context)


def _differences(given: dict[str, Argument], place: Location, context: Context) -> Iterator[Problem]:
    statement = given["statement"].literal if "statement" in given else None
    found = context.statement_names(statement) if context.statement_names and isinstance(statement, str) else None
    for argument, wanted in zip(("parameters", "identifiers"), found or (), strict=False):
        source: Any = given[argument].source if argument in given else {}
        if not isinstance(source, dict):
            continue  # computed: only a run shows its names
        where = context.places.value(place, argument) if argument in given else place
        for name in [name for name in source if name not in wanted]:
            hint = did_you_mean(str(name), wanted)
            yield StatementDiffers(f"'{statement}' has no '{name}' among its {argument}.", where, hint)
        for name in sorted(wanted - set(source)):
            yield StatementDiffers(f"'{statement}' needs '{name}' among its {argument}.", where)
