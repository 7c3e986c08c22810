"""``OnType`` and ``Type`` name an entity that is exposed, ``EXECUTE`` an operation that is registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.unresolved import UNRESOLVED, Wanted
from actions.plan.visitor import steps
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities import registry as entities
from entities.errors import did_you_mean


class UnknownEntity(PlanProblem):
    """No model is exposed under this name."""

    __slots__ = ()
    CODE = "ACT201"

    def __init__(self, name: str, known: Iterable[str], location: Location, hint: str = "") -> None:
        super().__init__(f"Unknown entity '{name}'.", location, hint or did_you_mean(name, known))


class UnknownOperation(PlanProblem):
    """No operation has this name."""

    __slots__ = ()
    CODE = "ACT206"

    def __init__(self, name: str, known: Iterable[str], location: Location, hint: str = "") -> None:
        known = sorted(known)
        hint = hint or did_you_mean(name, known) or f"Known: {', '.join(known)}."
        super().__init__(f"Unknown operation '{name}'.", location, hint)


_PROBLEMS: dict[str, type[UnknownEntity] | type[UnknownOperation]] = {
    "entity": UnknownEntity,
    "operation": UnknownOperation,
}


def known_targets(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every unknown entity and operation."""
    if plan.type_name and entities.find(plan.type_name) is None:
        place = context.places.value(plan.location, "OnType")
        yield UnknownEntity(plan.type_name, entities.names(), place)
    for step in steps(plan.body):
        if step.operation is UNRESOLVED and step.fixed:
            wanted: Wanted = step.fixed["wanted"]
            place = context.places.value(step.location, "Type")
            hint = wanted.hint or _of_integration(wanted.name, context)
            yield _PROBLEMS[wanted.kind](wanted.name, wanted.known, place, hint)


def _of_integration(name: str, context: Context) -> str:
    """Say what an outcome on an integration has as its method, where the name is one's."""
    found = context.integrations is not None and name in context.integrations
    return "An integration has an operation's id as its method, or 'GET /path'." if found else ""
