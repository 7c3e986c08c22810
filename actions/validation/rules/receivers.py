"""A receiver has no caller: no instance, nobody's rights, and nobody but its sender runs it."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan, RateLimits
from actions.plan.visitor import steps
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from actions.validation.rules.known_actions import targets


class MeansNothing(PlanProblem):
    """A key about who executes an action, or on what, in one that nobody executes."""

    __slots__ = ()
    CODE = "ACT254"

    def __init__(self, key: str, location: Location) -> None:
        super().__init__(
            f"'{key}' means nothing for a receiver.", location, "Only signed requests run it, on no instance."
        )


class InvokedReceiver(PlanProblem):
    """An action that invokes a receiver, which only its sender runs."""

    __slots__ = ()
    CODE = "ACT255"

    def __init__(self, name: str, location: Location) -> None:
        super().__init__(f"Action '{name}' is a receiver.", location, "Put what both do into an action of its own.")


def receivers(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report what contradicts that only the sender of a receiver runs it."""
    if plan.webhook is not None:
        for key in _meaningless(plan):
            yield MeansNothing(key, context.places.key(plan.location, key))
    if not context.knows_all_actions:
        return
    for step in steps(plan.body):
        for target, place in targets(step):
            if _is_receiver(target, plan, context):
                yield InvokedReceiver(target[1], context.places.value(place, "name"))


def _meaningless(plan: Plan) -> Iterator[str]:
    """Yield the keys that are about a caller. What is said is what a receiver is anyway may stand."""
    said = {
        "InstanceOptional": not plan.instance_optional,
        "RequestSubjectRelations": bool(plan.subject_relations),
        "Permission": plan.permission is not None,
        "AccessGroups": bool(plan.access_groups),
        "RunAs": plan.runs_as_actor,
        "RateLimit": plan.rate_limits != RateLimits(),
        "AdditionalInputs": plan.additional_inputs,
        "Examples": bool(plan.examples),
    }
    return (key for key, is_said in said.items() if is_said)


def _is_receiver(target: tuple[str, str], plan: Plan, context: Context) -> bool:
    if target == (plan.type_name, plan.name):
        return plan.webhook is not None
    try:
        return context.actions[target].webhook is not None
    except KeyError:  # none, or one that does not compile any more
        return False
