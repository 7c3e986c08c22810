"""``MaxItems`` and the status of a ``Fail`` are within their bounds."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Fail, Loop, Plan
from actions.plan.visitor import walk
from actions.validation.context import Context
from actions.validation.problems import PlanProblem

MAX_ITEMS = 100_000
STATUS = range(400, 600)


class BadMaxItems(PlanProblem):
    """More elements than any loop may have, or none."""

    __slots__ = ()
    CODE = "ACT223"

    def __init__(self, location: Location) -> None:
        super().__init__(f"'MaxItems' must be from 1 to {MAX_ITEMS}.", location)


class BadStatus(PlanProblem):
    """A status that says no failure."""

    __slots__ = ()
    CODE = "ACT224"

    def __init__(self, location: Location) -> None:
        super().__init__(f"'Status' must be from {STATUS.start} to {STATUS.stop - 1}.", location)


def bounds(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every number out of its bounds."""
    for node in walk(plan.body):
        if isinstance(node, Loop) and not 1 <= node.max_items <= MAX_ITEMS:
            yield BadMaxItems(context.places.value(node.location, "MaxItems"))
        elif isinstance(node, Fail) and node.status not in STATUS:
            yield BadStatus(context.places.value(node.location, "Fail", "Status"))
