"""A plan and its scope in, the entries of the answer out: one small method for each kind of node.

The plan was checked when it was compiled, so nothing is checked twice. Each failure names the outcome it belongs to.
The runner writes through one unit of work; opening and committing the transaction is its caller's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Sequence as List
from contextlib import nullcontext
from functools import partial
from operator import itemgetter
from typing import Any

from actions.engine.failures import failure
from actions.engine.run import Run, Work
from actions.errors import ActionError, DeclaredFailure, NoList, Outcome, TooManyItems
from actions.expressions.base import Scope, Template, evaluate
from actions.expressions.conditions import passes
from actions.expressions.text import as_text
from actions.operations.base import Call, Entry, Result
from actions.operations.performing import perform
from actions.plan import nodes
from actions.plan.effects import waits
from entities.errors import EntityError
from entities.values import ABSENT

logger = logging.getLogger("actions.outcomes")


def run_plan(plan: nodes.Plan, run: Run) -> list[Entry]:
    """Run every node of the plan in order and return the entries of the answer.

    Raises:
        ActionError: the failure of an outcome, which it names. What was written must then be rolled back.
    """
    nodes = plan.body.nodes
    run.order = [] if plan.is_rearranged else None
    run.is_ahead = plan.ahead > 0
    _one_by_one(nodes[: plan.ahead], run)
    run.is_ahead = False
    if not run.ended:
        if run.lock is not None:
            run.lock()
        _one_by_one(nodes[plan.ahead :], run)
    return run.entries if run.order is None else _as_written(run.entries, run.order)


def _as_written(entries: List[Entry], order: List[int]) -> list[Entry]:
    """Return the entries in the order in which their outcomes are written."""
    return [entry for _, entry in sorted(zip(order, entries, strict=True), key=itemgetter(0))]


def _sequence(node: nodes.Sequence, run: Run) -> None:
    _one_by_one(node.nodes, run)


def _one_by_one(children: List[nodes.Node], run: Run) -> None:
    table = run.table or RUN
    for child in children:
        table[type(child)](child, run)
        if run.ended:
            return


def _step(node: nodes.Step, run: Run) -> None:
    _attempt(node, run, partial(_perform_step, node, run))


def _loop(node: nodes.Loop, run: Run) -> None:
    _attempt(node.body, run, partial(_perform_loop, node, run))


def _attempt(step: nodes.Step, run: Run, work: Callable[[], None]) -> None:
    """Do the step's work; where it may fail, undo what it did and go on."""
    undo = run.remember() if step.continue_on_error else None
    try:
        if undo is None:
            return work()
        with nullcontext() if waits(step) else run.unit.savepoint():
            work()
    except (ActionError, EntityError) as error:
        failed = failure(error, _outcome(step))
        if undo is None or run.unit.is_lost:  # what the database undid as a whole cannot go on
            raise failed from error
        undo()
        if run.undone is not None:
            run.undone(failed)
        _publish(step, run, None, (Entry("error", failed.message),))


def _perform_step(node: nodes.Step, run: Run) -> None:
    arguments = _arguments(node, run)
    if arguments is None:
        _publish(node, run, None, ())
        return
    results = [_perform(node, run, values) for values in arguments]
    _finish(node, run, results, as_list=node.many)


def _finish(node: nodes.Step, run: Run, results: List[Result], *, as_list: bool) -> None:
    entries = [entry for result in results for entry in result.entries]
    value = [result.value for result in results] if as_list else results[0].value
    _publish(node, run, value, entries)
    run.ended = any(result.ends_run for result in results)


def _perform(node: nodes.Step, run: Run, arguments: Mapping[str, Any], item: Any = None) -> Result:
    operation = node.operation
    call = Call(arguments, node.fixed, run.actor, run.unit, run.services, _outcome(node), operation.params)
    call.is_deferred = node.is_deferred
    call.place = run.place = (run.within, node.reference or node.location.pointer, item)
    return perform(operation, call)


def _publish(node: nodes.Step, run: Run, value: Any, entries: Iterable[Entry]) -> None:
    """Make the value known under the reference and add the entries to the answer."""
    if node.log:
        _log(node, entries)
    if node.reference is not None:
        run.scope[node.reference] = value
    if node.skip_in_response:
        return
    before = len(run.entries)
    run.entries.extend(entries)
    if run.order is not None:
        run.order.extend([node.index] * (len(run.entries) - before))


def _log(node: nodes.Step, entries: Iterable[Entry]) -> None:
    """Log what was answered by its type and its public ids; values may be secret, or anybody's."""
    for entry in entries:
        rows = entry.attributes if isinstance(entry.attributes, list) else [entry.attributes]
        ids = [str(row["reference_id"]) for row in rows if isinstance(row, dict) and "reference_id" in row]
        logger.info("Outcome %s: %s %s", node.index, entry.type, " ".join(ids))


def _arguments(node: nodes.Step, run: Run) -> list[Mapping[str, Any]] | None:
    """Evaluate condition and arguments, in one crossing where both need scripts; ``None``: the step does not run."""
    condition = node.condition
    if condition is None:
        return _evaluate_all(node.arguments, run)
    if not condition.is_script:
        return _evaluate_all(node.arguments, run) if _passes(condition, run) else None
    scripts = [*condition.scripts, *(script for template in node.arguments for script in template.scripts)]
    guard, *results = run.scripts.run(scripts, run.scope, guarded=True)
    if not passes(guard):
        return None
    return _resolve_all(node.arguments, run.scope, results)


def _evaluate_all(templates: List[Template], run: Run) -> list[Mapping[str, Any]]:
    scripts = [script for template in templates for script in template.scripts]
    results = run.scripts.run(scripts, run.scope) if scripts else ()
    return _resolve_all(templates, run.scope, results)


def _resolve_all(templates: List[Template], scope: Scope, results: List[Any]) -> list[Mapping[str, Any]]:
    resolved, start = [], 0
    for template in templates:
        end = start + len(template.scripts)
        resolved.append(template.resolve(scope, results[start:end]))
        start = end
    return resolved


def _passes(condition: Template | None, run: Run) -> bool:
    return condition is None or passes(evaluate(condition, run.scope, run.scripts))


def _perform_loop(node: nodes.Loop, run: Run) -> None:
    if not _passes(node.condition, run):
        _publish(node.body, run, None, ())
        return
    items = _items(node, run)
    outer = {name: run.scope.get(name, ABSENT) for name in (node.item_name, "index")}
    results: list[Result] = []
    for index, item in enumerate(items):
        run.scope[node.item_name] = item
        run.scope["index"] = index
        results.extend(_perform(node.body, run, values, item) for values in _evaluate_all(node.body.arguments, run))
    _restore(run.scope, outer)
    _finish(node.body, run, results, as_list=True)


def _items(node: nodes.Loop, run: Run) -> List[Any]:
    items = evaluate(node.items, run.scope, run.scripts)
    if items is ABSENT:
        return ()
    if not isinstance(items, list | tuple):
        raise NoList("'ForEach' did not give a list.")
    if len(items) > node.max_items:
        raise TooManyItems(f"'ForEach' gave {len(items)} elements; at most {node.max_items} are allowed.")
    return items


def _restore(scope: dict[str, Any], names: Mapping[str, Any]) -> None:
    for name, value in names.items():
        if value is ABSENT:
            scope.pop(name, None)
        else:
            scope[name] = value


def _branch(node: nodes.Branch, run: Run) -> None:
    chosen = _choose(node, run)
    run.scope.update(dict.fromkeys(node.references, None))
    if chosen is not None:
        (run.table or RUN)[type(node.then)](node.then, run) if chosen else _sequence(node.otherwise, run)


def _choose(node: nodes.Branch, run: Run) -> bool | None:
    """Evaluate the condition; ``None``: it failed, which the outcome may, so neither branch runs."""
    step = node.then.body if isinstance(node.then, nodes.Loop) else node.then
    try:
        return _passes(node.condition, run)
    except ActionError as error:
        failed = failure(error, _outcome(step))
        if not (isinstance(step, nodes.Step) and step.continue_on_error):
            raise failed from error
        _publish(step, run, None, (Entry("error", failed.message),))
        return None


def _return(node: nodes.Return, run: Run) -> None:
    try:
        run.ended = _passes(node.condition, run)
    except ActionError as error:
        raise failure(error, _outcome(node)) from error


def _fail(node: nodes.Fail, run: Run) -> None:
    try:
        if not _passes(node.condition, run):
            return
        code, message = (evaluate(template, run.scope, run.scripts) for template in (node.code, node.message))
    except ActionError as error:
        raise failure(error, _outcome(node)) from error
    declared = DeclaredFailure(node.status, _text(code) or "failed", _text(message))
    raise failure(declared, _outcome(node))


def _text(value: Any) -> str:
    return "" if value is ABSENT else as_text(value)


def _outcome(node: nodes.Node) -> Outcome:
    return Outcome(node.index, node.location.pointer, getattr(node, "reference", None))


RUN: Mapping[type[nodes.Node], Work] = {
    nodes.Sequence: _sequence,
    nodes.Step: _step,
    nodes.Loop: _loop,
    nodes.Branch: _branch,
    nodes.Return: _return,
    nodes.Fail: _fail,
}
