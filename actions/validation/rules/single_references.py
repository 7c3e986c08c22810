"""A Reference is published once; only opposite branches may use the same name."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Branch, Node, Plan, Step
from actions.plan.visitor import children
from actions.validation.context import Context
from actions.validation.problems import PlanProblem


class RepeatedReference(PlanProblem):
    """A name that an earlier outcome has published already."""

    __slots__ = ()
    CODE = "ACT214"

    def __init__(self, name: str, first: Location, location: Location) -> None:
        hint = f"It stands first in line {first.line}."
        super().__init__(f"Reference '{name}' is published twice.", location, hint)


Published = dict[str, Step]


def single_references(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every Reference that another outcome on the same way has published."""
    yield from _walk(plan.body, {}, context)


def _walk(node: Node, published: Published, context: Context) -> Iterator[Problem]:
    if isinstance(node, Step) and node.reference:
        if node.reference in published:
            first, second = (_place(step, context) for step in (published[node.reference], node))
            yield RepeatedReference(node.reference, first, second)
        published.setdefault(node.reference, node)
    elif isinstance(node, Branch):
        yield from _branch(node, published, context)
    else:
        for child in children(node):
            yield from _walk(child, published, context)


def _place(step: Step, context: Context) -> Location:
    return context.places.value(step.location, "Reference")


def _branch(node: Branch, published: Published, context: Context) -> Iterator[Problem]:
    """Look at both sides with what was published before; what follows has both behind it."""
    before = {name: published[name] for name in node.references if name in published}
    after = dict(before)
    for side in (node.then, node.otherwise):
        yield from _walk(side, published, context)
        for name in node.references:
            if name in published:
                after.setdefault(name, published.pop(name))
        published.update(before)
    published.update(after)
