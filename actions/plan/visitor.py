"""Walk a plan: the nodes below a node, and the templates of a node, in the order in which they would run.

Nothing here knows a dialect; a new kind of node is added to ``children`` and ``templates`` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator

from actions.expressions.base import Template
from actions.operations.base import Operation
from actions.plan.nodes import Branch, Fail, Loop, Node, Plan, Return, Sequence, Step


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below ``node``."""
    match node:
        case Sequence():
            return node.nodes
        case Loop():
            return (node.body,)
        case Branch():
            return (node.then, node.otherwise)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and everything below it, parents first."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(children(found)))


def steps(node: Node) -> Iterator[Step]:
    """Yield every step at or below ``node``."""
    return (found for found in walk(node) if isinstance(found, Step))


def certain_operations(plan: Plan) -> Iterator[Operation]:
    """Yield the operations that every run of the plan performs."""
    return (node.operation for node in plan.body.nodes if isinstance(node, Step) and node.condition is None)


def templates(node: Node) -> tuple[Template, ...]:
    """Return the templates of ``node`` itself, the condition first."""
    match node:
        case Step():
            own: tuple[Template, ...] = node.arguments
        case Loop():
            own = (node.items,)
        case Fail():
            own = (node.code, node.message)
        case _:
            own = ()
    condition = condition_of(node)
    return own if condition is None else (condition, *own)


def all_templates(plan: Plan) -> Iterator[Template]:
    """Yield every template of a plan: those of its receiver, then those of its nodes."""
    if plan.webhook is not None:
        yield from plan.webhook.templates()
    for node in walk(plan.body):
        yield from templates(node)


def condition_of(node: Node) -> Template | None:
    """Return what decides whether ``node`` runs, or ``None`` when it always does."""
    match node:
        case Step() | Loop() | Branch() | Return() | Fail():
            return node.condition
        case _:
            return None
