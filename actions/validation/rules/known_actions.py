"""``action.invoke`` with a written-out type and name invokes an action that exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan, Step
from actions.plan.visitor import steps
from actions.validation.arguments import argument_lists
from actions.validation.context import ActionKey, Context
from actions.validation.problems import PlanProblem
from entities.errors import did_you_mean
from entities.registry import canonical_name

INVOKE = "action.invoke"


class UnknownAction(PlanProblem):
    """No action of that name belongs to that entity."""

    __slots__ = ()
    CODE = "ACT221"

    def __init__(self, type_name: str, name: str, known: Iterable[ActionKey], location: Location) -> None:
        names = [action for on_type, action in known if on_type == type_name]
        super().__init__(f"Unknown action '{name}' on '{type_name}'.", location, did_you_mean(name, names))


def known_actions(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every invoked action that does not exist, where all actions are known."""
    if not context.knows_all_actions:
        return
    for step in steps(plan.body):
        for target, place in targets(step):
            if target not in context.actions and target != (plan.type_name, plan.name):
                yield UnknownAction(*target, context.actions, context.places.value(place, "name"))


def targets(step: Step) -> Iterator[tuple[ActionKey, Location]]:
    """Yield the actions that a step certainly invokes, each with the place of the mapping that names it."""
    if step.operation.name != INVOKE:
        return
    for place, found in argument_lists(step):
        given = {argument.name: argument.literal for argument in found}
        type_name, name = given.get("type"), given.get("name")
        if isinstance(type_name, str) and isinstance(name, str):
            yield (canonical_name(type_name), name), place
