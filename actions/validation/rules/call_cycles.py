"""No action invokes itself without a condition on the way, be it through others.

A call behind a Condition, in a loop, or after an outcome that may end the action can stop by itself; how deep those go
is bounded when they run.
"""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Branch, Fail, Node, Plan, Return, Step
from actions.plan.visitor import condition_of
from actions.validation.context import ActionKey, Context
from actions.validation.problems import PlanProblem
from actions.validation.rules.known_actions import targets

MAX_SHOWN = 6


class CallCycle(PlanProblem):
    """Actions that invoke one another for ever."""

    __slots__ = ()
    CODE = "ACT222"

    def __init__(self, way: list[ActionKey], location: Location) -> None:
        names = [f"{type_name}.{name}" for type_name, name in way]
        if len(names) > MAX_SHOWN:
            names[MAX_SHOWN - 2 : -2] = ["..."]
        hint = f"{' -> '.join(names)}. Give one of them a Condition."
        super().__init__("The action invokes itself without end.", location, hint)


def call_cycles(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every unconditional call that leads back to this action."""
    own = (plan.type_name, plan.name)
    for target, place in _calls(plan):
        way = _way_back(target, own, context)
        if way:
            yield CallCycle([own, *way], context.places.value(place, "name"))


def _way_back(target: ActionKey, own: ActionKey, context: Context) -> list[ActionKey]:
    """Return the shortest chain of calls from ``target`` to ``own``, empty when there is none."""
    callers: dict[ActionKey, ActionKey | None] = {target: None}
    waiting = [target]
    for key in waiting:
        if key == own:
            return _chain(key, callers)
        for following in _called_by(key, context):
            if following not in callers:
                callers[following] = key
                waiting.append(following)
    return []


def _called_by(key: ActionKey, context: Context) -> tuple[ActionKey, ...]:
    """Return what an action certainly invokes; each action is looked at once for a document."""
    if key not in context.calls:
        plan = context.actions.get(key)
        context.calls[key] = tuple(target for target, _ in _calls(plan)) if plan is not None else ()
    return context.calls[key]


def _chain(key: ActionKey | None, callers: dict[ActionKey, ActionKey | None]) -> list[ActionKey]:
    way: list[ActionKey] = []
    while key is not None:
        way.insert(0, key)
        key = callers[key]
    return way


def _calls(plan: Plan) -> Iterator[tuple[ActionKey, Location]]:
    """Yield the calls that every run of the plan makes."""
    for node in plan.body.nodes:
        if _may_end(node):
            return
        if isinstance(node, Step) and condition_of(node) is None:
            yield from targets(node)


def _may_end(node: Node) -> bool:
    if isinstance(node, Branch):
        return any(_may_end(part) for part in (node.then, *node.otherwise.nodes))
    return isinstance(node, Return | Fail)
