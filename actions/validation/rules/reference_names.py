"""A Reference is a name that expressions can read, and hides nothing that they need."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Loop, Node, Plan, Step
from actions.plan.visitor import walk
from actions.validation.context import Context
from actions.validation.problems import PlanProblem

# ``user`` may be shadowed: the signup of the original does.
RESERVED = frozenset({"item", "index", "attributes", "request", "env", "subject", "event", "delivery"})
MAX_LENGTH = 100


class NoName(PlanProblem):
    """A Reference, or an Item, that no expression could read."""

    __slots__ = ()
    CODE = "ACT211"

    def __init__(self, key: str, name: str, location: Location) -> None:
        shown = name if len(name) <= MAX_LENGTH else f"{name[:MAX_LENGTH]}..."
        super().__init__(
            f"{key} '{shown}' is no name.", location, "A name has letters, digits and '_', and begins with no digit."
        )


class ReservedName(PlanProblem):
    """A Reference, or an Item, with the name of something built in."""

    __slots__ = ()
    CODE = "ACT212"

    def __init__(self, key: str, name: str, location: Location) -> None:
        super().__init__(f"{key} '{name}' is the name of something built in.", location, "Choose another name.")


class InputName(PlanProblem):
    """A Reference named like an input."""

    __slots__ = ()
    CODE = "ACT213"

    def __init__(self, name: str, location: Location) -> None:
        super().__init__(f"Reference '{name}' is the name of an input.", location, "Choose another name.")


def reference_names(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every Reference and Item whose name cannot be used."""
    inputs = {item.key for item in plan.inputs}
    for node in walk(plan.body):
        if isinstance(node, Step) and node.reference:
            yield from _check("Reference", node.reference, node, context)
            if node.reference in inputs and node.reference not in RESERVED:
                yield InputName(node.reference, context.places.value(node.location, "Reference"))
        elif isinstance(node, Loop) and node.item_name != "item":
            yield from _check("Item", node.item_name, node, context)


def _check(key: str, name: str, node: Node, context: Context) -> Iterator[Problem]:
    if not name.isidentifier() or len(name) > MAX_LENGTH:
        yield NoName(key, name, context.places.value(node.location, key))
    elif name in RESERVED:
        yield ReservedName(key, name, context.places.value(node.location, key))
