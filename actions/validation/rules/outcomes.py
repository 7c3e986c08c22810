"""An action does something."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.validation.context import Context
from actions.validation.problems import PlanProblem


class NoOutcomes(PlanProblem):
    """An action without a single outcome."""

    __slots__ = ()
    CODE = "ACT283"
    SEVERITY = "warning"

    def __init__(self, location: Location) -> None:
        super().__init__("The action has no outcomes.", location, "Add 'OutFields'.")


def has_outcomes(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report an action that answers with an empty list."""
    if not plan.body.nodes:
        yield NoOutcomes(plan.body.location)
