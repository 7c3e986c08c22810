"""What a rate limit counts by is a declared input."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.plan.nodes import Plan
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.errors import did_you_mean


class UnknownLimitedInput(PlanProblem):
    """``PerField`` names an input that is not declared."""

    __slots__ = ()
    CODE = "ACT240"


def rate_limits(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every limit of an input that is none, with a suggestion from those that are."""
    declared = {item.key for item in plan.inputs}
    for limit in plan.rate_limits.per_field:
        if limit.key not in declared:
            hint = did_you_mean(limit.key, declared) or "Declare it in InFields."
            yield UnknownLimitedInput(f"Unknown input '{limit.key[:100]}'.", limit.location, hint)
