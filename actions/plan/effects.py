"""A plan in, the same plan out, arranged around what leaves the server: what waits for the commit, and what goes first.

Whoever is called answers while others may wait for this action. So a call whose answer is read, by an outcome or by the
client, is performed in place and as early as the plan allows: what its author wrote before it and it does not need -
rows to be created, changed or deleted, mails - it passes. The nodes up to the last call that finds nothing locked run
*ahead*, before the subject is locked. A call that nobody reads waits for the commit, in the outbox.

Where a call is left behind a lock, ``calls_under_locks`` says so, and a rule warns of it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence, Set
from dataclasses import replace

from actions.expressions.base import Template
from actions.operations.base import Effect, Hold
from actions.plan.nodes import Branch, Loop, Node, Plan, Step
from actions.plan.nodes import Sequence as Nodes
from actions.plan.visitor import all_templates, steps, templates, walk

_WRITES = frozenset({"entity.create", "entity.update", "entity.delete"})
_ORDER = tuple(Hold)

Calls = Callable[[Step, Hold], bool]


def arrange(plan: Plan) -> Plan:
    """Return the plan with its calls where they belong."""
    if not any(step.operation.answers for step in steps(plan.body)):
        return plan
    body = _decided(plan.body, names_read(all_templates(plan)))
    nodes = _calls_first(body.nodes)
    arranged = replace(plan, body=replace(body, nodes=nodes), is_rearranged=nodes != body.nodes)
    return arranged if plan.webhook is not None else replace(arranged, ahead=_ahead(nodes))


def waits(step: Step) -> bool:
    """Say whether somebody else's answer is waited for while the action runs."""
    return step.operation.answers and not step.is_deferred


def _waits_under_locks(step: Step, hold: Hold) -> bool:
    return hold is Hold.LOCKS and waits(step)


def calls_under_locks(plan: Plan, calls: Calls = _waits_under_locks, hold: Hold = Hold.NOTHING) -> Iterator[Step]:
    """Yield the steps of an arranged plan that call while the database holds what others may wait for.

    ``calls`` says which steps do, with what is held by then; ``hold`` is what is held when the plan begins. Of an event
    that is processed the row is locked from the beginning, and an instance from where nothing runs ahead any more.
    """
    is_read = hold is Hold.WAITING_ROWS and not plan.instance_optional  # the instance is, so rows that wait are sent
    if plan.webhook is not None or is_read:
        hold = Hold.LOCKS
    for position, node in enumerate(plan.body.nodes):
        if position == plan.ahead and not plan.instance_optional:
            hold = Hold.LOCKS
        hold = yield from _calls_under_locks(node, calls, hold)


def _calls_under_locks(node: Node, calls: Calls, hold: Hold) -> Generator[Step, None, Hold]:
    """Yield what calls under locks at or below a node; return what is held afterwards, whichever branch runs."""
    match node:
        case Nodes():
            for child in node.nodes:
                hold = yield from _calls_under_locks(child, calls, hold)
            return hold
        case Branch():
            then = yield from _calls_under_locks(node.then, calls, hold)
            otherwise = yield from _calls_under_locks(node.otherwise, calls, hold)
            return max(then, otherwise, key=_ORDER.index)
        case Loop():
            return (yield from _step_under_locks(node.body, calls, hold, repeats=True))
        case Step():
            return (yield from _step_under_locks(node, calls, hold, repeats=node.many))
        case _:
            return hold


def _step_under_locks(step: Step, calls: Calls, hold: Hold, *, repeats: bool) -> Generator[Step, None, Hold]:
    """A step that is performed several times calls, but for the first time, with what it left itself."""
    after = _after(step, hold)
    if calls(step, after if repeats else hold):
        yield step
    return after


def names_read(found: Iterator[Template]) -> frozenset[str]:
    """Return the first name of everything that the templates read."""
    return frozenset(str(read.path[0]) for template in found for read in template.reads)


def _decided(node: Nodes, read: Set[str]) -> Nodes:
    """Return the nodes, each step of them knowing whether it waits for the commit."""
    return replace(node, nodes=tuple(_decide(child, read) for child in node.nodes))


def _decide(node: Node, read: Set[str]) -> Node:
    match node:
        case Nodes():
            return _decided(node, read)
        case Step():
            return replace(node, is_deferred=_is_deferred(node, read))
        case Loop():
            return replace(node, body=replace(node.body, is_deferred=_is_deferred(node.body, read)))
        case Branch():
            return replace(node, then=_decide(node.then, read), otherwise=_decided(node.otherwise, read))
        case _:
            return node


def _is_deferred(step: Step, read: Set[str]) -> bool:
    """A call without a Reference is fired and forgotten; with one somebody reads it: an outcome, or the client."""
    if not step.operation.answers or step.after_commit is not None:
        return bool(step.operation.answers and step.after_commit)
    return step.reference is None or (step.reference not in read and step.skip_in_response)


def _calls_first(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    arranged: list[Node] = []
    for node in nodes:
        step = _step_of(node)
        place = _place(arranged, node) if step is not None and waits(step) else len(arranged)
        arranged.insert(place, node)
    return tuple(arranged)


def _place(before: Sequence[Node], call: Node) -> int:
    """Return where a call goes: in front of all that leaves something, where it can get there, or it stays."""
    needed = names_read(template for found in walk(call) for template in templates(found))
    place = len(before)
    while place and _may_be_passed(before[place - 1], needed):
        place -= 1
    clear = all(_hold(step) is Hold.NOTHING for node in before[:place] for step in steps(node))
    return place if clear else len(before)


def _may_be_passed(node: Node, needed: Set[str]) -> bool:
    step = _step_of(node)
    if step is None or step.reference in needed:
        return False
    return step.operation.name in _WRITES or (step.operation.effect is Effect.EXTERNAL and not waits(step))


def _step_of(node: Node) -> Step | None:
    found = node.body if isinstance(node, Loop) else node
    return found if isinstance(found, Step) else None


def _ahead(nodes: Sequence[Node]) -> int:
    """Return how many nodes run before anything is locked: up to the last call that can be among them."""
    hold, ahead = Hold.NOTHING, 0
    for position, node in enumerate(nodes, start=1):
        for step in steps(node):
            hold = _after(step, hold)
        if hold is Hold.LOCKS:
            break
        if any(waits(step) for step in steps(node)):
            ahead = position
    return ahead


def _hold(step: Step) -> Hold:
    return Hold.NOTHING if waits(step) else step.operation.hold(step.fixed)


def _after(step: Step, hold: Hold) -> Hold:
    """Return what the database holds after a step, if it runs."""
    if waits(step):
        return hold
    if step.continue_on_error:  # its savepoint is within a transaction, and sends what waits
        return Hold.LOCKS
    if hold is Hold.WAITING_ROWS and step.operation.reads and _hold(step) is Hold.NOTHING:
        return Hold.LOCKS
    return max(hold, _hold(step), key=_ORDER.index)
