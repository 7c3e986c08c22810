"""What ``ForEach`` runs over can be a list."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Loop, Plan
from actions.plan.visitor import walk
from actions.validation.context import Context
from actions.validation.literals import literal
from actions.validation.problems import PlanProblem
from entities.fields.base import kind_of
from entities.values import ABSENT


class NoList(PlanProblem):
    """A literal that is no list."""

    __slots__ = ()
    CODE = "ACT227"

    def __init__(self, kind: str, location: Location) -> None:
        hint = "Put '~' or '$' in front of a name to read its value." if kind == "a text" else ""
        super().__init__(f"'ForEach' must give a list, not {kind}.", location, hint)


class TooManyItems(PlanProblem):
    """A literal list longer than ``MaxItems``."""

    __slots__ = ()
    CODE = "ACT237"

    def __init__(self, most: int, location: Location) -> None:
        super().__init__(f"'ForEach' has more than {most} elements.", location, "Raise 'MaxItems'.")


def loop_lists(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every loop over something that is certainly no list, or too long a one."""
    for node in walk(plan.body):
        if not isinstance(node, Loop):
            continue
        source = node.items.source
        if isinstance(source, list):
            if len(source) > node.max_items:
                yield TooManyItems(node.max_items, node.items.location)
            continue
        value = literal(source)
        embeds = not node.items.is_script and any(read.embedded for read in node.items.reads)
        if isinstance(source, dict) or value is not ABSENT or embeds:
            yield NoList(kind_of(source if value is ABSENT else value), node.items.location)
