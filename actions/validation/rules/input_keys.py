"""Each input has a key of its own."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.validation.context import Context
from actions.validation.problems import PlanProblem


class RepeatedInput(PlanProblem):
    """Two inputs under one key."""

    __slots__ = ()
    CODE = "ACT231"

    def __init__(self, key: str, first: Location, location: Location) -> None:
        super().__init__(f"Input '{key}' is declared twice.", location, f"It stands first in line {first.line}.")


def input_keys(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every input whose key another one has."""
    first: dict[str, Location] = {}
    for item in plan.inputs:
        if item.key in first:
            yield RepeatedInput(item.key, first[item.key], item.location)
        first.setdefault(item.key, item.location)
