"""Nothing stands after an outcome that always ends the action."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Fail, Plan, Return, Sequence
from actions.plan.visitor import walk
from actions.validation.context import Context
from actions.validation.problems import PlanProblem


class NeverReached(PlanProblem):
    """An outcome after an unconditional Return or Fail."""

    __slots__ = ()
    CODE = "ACT280"
    SEVERITY = "warning"

    def __init__(self, ending: str, location: Location) -> None:
        super().__init__(f"This outcome is never reached: a '{ending}' without a condition stands before it.", location)


def reachable(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report the first outcome of each list that can never run."""
    for node in walk(plan.body):
        if isinstance(node, Sequence):
            for before, after in zip(node.nodes, node.nodes[1:], strict=False):
                if isinstance(before, Return | Fail) and before.condition is None:
                    yield NeverReached(type(before).__name__, after.location)
                    break
