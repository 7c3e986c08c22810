"""What runs are found by is a declared input that everybody who sees a run may see."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.plan.nodes import Plan
from actions.plan.secrecy import secret_inputs
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.errors import did_you_mean


class UnknownBusinessKey(PlanProblem):
    """``BusinessKey`` names an input that is not declared."""

    __slots__ = ()
    CODE = "ACT290"


class SecretBusinessKey(PlanProblem):
    """``BusinessKey`` names an input that is secret."""

    __slots__ = ()
    CODE = "ACT291"


def business_key(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report a business key that is no input, with a suggestion from those that are, or a secret one."""
    key, declared = plan.business_key, {item.key for item in plan.inputs}
    if not key:
        return
    place = context.places.value(plan.location, "BusinessKey")
    if key not in declared:
        hint = did_you_mean(key, declared) or "Declare it in InFields."
        yield UnknownBusinessKey(f"Unknown input '{key[:100]}'.", place, hint)
    elif _is_secret(plan, key):
        yield SecretBusinessKey(f"'{key[:100]}' is secret; runs cannot be found by it.", place)


def _is_secret(plan: Plan, key: str) -> bool:
    """An unknown column type is another rule's."""
    try:
        return key in secret_inputs(plan)
    except LookupError:
        return False
