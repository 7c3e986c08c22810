"""A trace in, a table of how each kind of node is run out: the runner's own, each with a look at what it did.

Nothing of this is there in a run that is not traced. What an outcome writes is sent when it ends, so that its
statements, and what the database says against them, are counted where they belong.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from django.db import connection

from actions.engine.run import Run, Work
from actions.engine.runner import RUN
from actions.errors import ActionError
from actions.expressions.base import Template
from actions.expressions.conditions import passes
from actions.operations.base import Call, Effect, Operation, Result
from actions.operations.performing import perform
from actions.plan import nodes
from actions.runs.traces import Trace, Traced
from entities.errors import EntityError

WORDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def traced(trace: Trace) -> Mapping[type[nodes.Node], Work]:
    """Return the runner's table, observed."""
    return {kind: work if kind is nodes.Sequence else partial(_run, trace, work) for kind, work in RUN.items()}


def _run(trace: Trace, work: Work, node: nodes.Node, run: Run) -> None:
    seen = trace.enter(node)
    started, made = time.perf_counter(), run.calls.made
    before = len(made)
    run.undone = seen.fail
    try:
        with _counted(seen):
            work(_observed(trace, seen, node), run)
            if trace.has_values and not run.is_ahead:
                run.unit.flush()
    except (ActionError, EntityError) as error:
        seen.fail(error)
        raise
    finally:
        seen.milliseconds = (time.perf_counter() - started) * 1000
        seen.calls = made[before:] if seen.external else []
        _conclude(seen, node)
        trace.leave()


def _conclude(seen: Traced, node: nodes.Node) -> None:
    """What ran has passed its condition, also where that was part of one crossing with the arguments."""
    if seen.condition is None and getattr(node, "condition", None) is not None and seen.failure is None:
        seen.condition = seen.count > 0


@contextmanager
def _counted(seen: Traced) -> Iterator[None]:
    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        seen.statements += sql.lstrip().upper().startswith(WORDS)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield


def _observed(trace: Trace, seen: Traced, node: nodes.Node) -> nodes.Node:
    match node:
        case nodes.Step():
            made: nodes.Node = _observed_step(trace, seen, node, node)
        case nodes.Loop():
            made = replace(node, body=_observed_step(trace, seen, node.body, node.body))
        case _:
            made = node
    condition = getattr(made, "condition", None)
    return made if condition is None else replace(made, condition=_observed_condition(seen, condition))  # type: ignore[call-arg]


def _observed_step(trace: Trace, seen: Traced, step: nodes.Step, original: nodes.Step) -> nodes.Step:
    return replace(step, operation=_Observed(trace, seen, original))


def _observed_condition(seen: Traced, condition: Template) -> Template:
    def resolve(*arguments: Any) -> Any:
        value = condition.resolve(*arguments)
        seen.condition = passes(value)
        return value

    return replace(condition, resolve=resolve)


class _Observed(Operation):
    """An operation that tells what it was given and what it gave. In a dry run it does nothing outside."""

    name: ClassVar[str] = "observed"
    effect: ClassVar[Effect] = Effect.NONE

    def __init__(self, trace: Trace, seen: Traced, step: nodes.Step) -> None:
        self._trace, self._seen, self._step = trace, seen, step
        self.params = step.operation.params  # type: ignore[misc]

    def perform(self, call: Call) -> Result:
        performed = self._trace.perform(self._seen, self._step, call.arguments)
        operation = self._step.operation
        result = perform(operation, call, is_dry=self._trace.is_dry)
        self._trace.learn(operation, result)
        if performed is not None:
            performed.note(result)
        return result
