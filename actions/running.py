"""An action and what it begins with in, one run of its plan out: the instance, the names in scope, the engine.

Within a run this is how another action is run, too: in the same transaction, with its own rights.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Protocol

from actions import catalog, permissions
from actions.catalog import Served
from actions.engine.failures import failure
from actions.engine.run import Run
from actions.engine.runner import run_plan
from actions.engine.tracing import traced
from actions.errors import ActionError, InvalidInput, SubjectRequired, TooDeep, UnknownAction
from actions.expressions.base import ScriptRunner
from actions.expressions.javascript.service import runner as script_runner
from actions.inputs import Inputs
from actions.invocations import Invocation
from actions.limits import Attempts
from actions.operations.base import Entry
from actions.operations.calls import Calls
from actions.options import option
from actions.plan.secrecy import tells_secret
from actions.runs.traces import Trace
from entities import filters, rows
from entities.actors import SYSTEM, Actor
from entities.errors import EntityError
from entities.identifiers import public_ids
from entities.references import Caller
from entities.registry import get as get_entity
from entities.store import Unit

MAX_DEPTH = 16


class Records(Protocol):
    """What a run tells of itself when it begins, and how it is traced."""

    @property
    def trace(self) -> Trace | None:
        """The trace to be filled, or ``None``."""
        ...

    def begin(self, inputs: Mapping[str, Any], subject: Mapping[str, Any] | None) -> None:
        """Note what the run begins with."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What outlasts a transaction that is tried again: what is told of the run, its guesses, its calls."""

    records: Records
    attempts: Attempts
    calls: Calls

    def begin(self) -> None:
        """Note that the run begins, perhaps once more."""
        self.attempts.begin()
        self.calls.begin()


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a run begins with. ``lock`` returns the subject anew, locked, where it was not locked yet."""

    inputs: Inputs
    subject: dict[str, Any] | None
    kept: Kept
    lock: Callable[[], dict[str, Any]] | None = None


def rights_of(served: Served, actor: Actor) -> Actor:
    """Return whose rights the outcomes have: the system's, as in the original, unless the author says otherwise."""
    return actor if served.plan.runs_as_actor else SYSTEM


def run_on_subject(
    served: Served, invocation: Invocation, inputs: Inputs | InvalidInput, kept: Kept, unit: Unit
) -> list[Entry]:
    """Run the action on the instance that the invocation names; inputs that are refused are told of after it.

    It is locked first, or where the run waits for another server, before the first outcome that may write.

    Raises:
        SubjectNotFound, SignInRequired, NotPermitted, InvalidInput, or the failure of an outcome.
    """
    find = partial(find_subject, served, unit, invocation.subject_id, invocation.actor)
    waits = served.plan.ahead > 0  # for another server, before anybody has to wait for us
    subject = find(locks=not waits)
    if isinstance(inputs, InvalidInput):
        raise inputs
    return run_action(served, invocation, Beginning(inputs, subject, kept, find if waits else None), unit)


def find_subject(served: Served, unit: Unit, public_id: object, actor: Actor, *, locks: bool = True) -> dict[str, Any]:
    """Return the instance with the relations that expressions read, when the actor may execute the action on it.

    Raises:
        SubjectNotFound, SignInRequired, NotPermitted.
    """
    entity = get_entity(served.plan.type_name)
    subject = permissions.find_subject(unit, entity, public_id, actor, locks=locks)
    if served.plan.subject_relations:
        include = filters.parse_include(entity, served.plan.subject_relations, actor)
        subject = rows.get(entity, public_id, actor, include=include)
    return subject


def run_action(served: Served, invocation: Invocation, beginning: Beginning, unit: Unit) -> list[Entry]:
    """Run the action's plan in the unit and return the entries of its answer.

    Raises:
        ActionError: the failure of an outcome. Whatever an event's ``begin`` raises.
    """
    inputs, kept = beginning.inputs, beginning.kept
    surroundings: dict[str, Any] = {"user": invocation.actor.user or None, "request": invocation.request}
    event = invocation.event
    if event is not None:
        surroundings |= event.names
    scope = _scope(served, inputs, beginning.subject, surroundings)
    if event is not None:  # the ids in it are the sender's, whom no row refers to
        event.begin(unit, scope, _scripts())
    else:
        unit.caller = Caller(invocation.actor, partial(public_ids, scope["attributes"]))
    kept.records.begin(inputs.values, beginning.subject)  # not for an event that is not to be applied
    kept.begin()
    run = Run(
        scope,
        invocation.actor,
        unit,
        _scripts(),
        _invoke_within,
        kept.calls,
        kept.attempts.count,
        request=invocation.request,
    )
    run.lock = _locking(beginning.lock, beginning.subject, scope)
    return run_plan(served.plan, _observed(run, kept.records.trace))


def _locking(
    find: Callable[[], dict[str, Any]] | None, subject: Mapping[str, Any] | None, scope: dict[str, Any]
) -> Callable[[], None] | None:
    """Return what locks the subject, and shows it to expressions as it is by then."""
    if find is None:
        return None

    def lock() -> None:
        locked = find()
        if scope.get("subject") is subject:  # no input of that name
            scope["subject"] = locked

    return lock


def _observed(run: Run, trace: Trace | None) -> Run:
    if trace is not None:
        run.trace, run.table = trace, traced(trace)
    return run


def _scope(
    served: Served, inputs: Inputs, subject: dict[str, Any] | None, surroundings: Mapping[str, Any]
) -> dict[str, Any]:
    """Return every name that expressions see. An input wins over a built-in: a form has a ``subject``."""
    scope: dict[str, Any] = {**surroundings, "env": _environment(), "subject": subject}
    if subject is not None:
        scope[f"{served.plan.type_name}_id"] = subject["reference_id"]
    scope.update(inputs.values)
    scope["attributes"] = {**inputs.values, **inputs.additional} if inputs.additional else inputs.values
    return scope


@lru_cache(maxsize=1)
def _environment() -> Mapping[str, str]:
    named = {name: os.environ[name] for name in option("ENV_NAMES") if name in os.environ}
    return {**named, **option("ENV")}


@lru_cache(maxsize=1)
def _scripts() -> ScriptRunner:
    return script_runner()


def _invoke_within(run: Run, type_name: str, name: str, attributes: Mapping[str, Any]) -> list[Entry]:
    """Run another action inside the run: same transaction, its own rights, its failure without its place.

    The system may execute every action; an action that runs with the rights of its actor, only those that they may.
    """
    if run.depth + 1 > MAX_DEPTH:
        raise TooDeep(f"Actions invoke one another more than {MAX_DEPTH} deep.")
    served = catalog.find(type_name, name)
    if served is None:
        raise UnknownAction(type_name, name)
    outer, owner = run.unit.actor, run.unit.owner
    permissions.check_may_execute(served, outer)
    try:
        with run.unit.nested():
            entries = run_plan(served.plan, _inner_run(served, run, dict(attributes)))
            run.unit.flush()  # so that what the database refuses fails here, in the caller's outcome
        run.unit.act_as(outer)
    except (ActionError, EntityError) as error:
        raise _without_place(error, served) from error
    else:
        return entries
    finally:
        run.unit.owner, run.unit.actor = owner, outer


def _without_place(error: ActionError | EntityError, served: Served) -> ActionError:
    """The client asked for the outer action: the failure will name the outer outcome."""
    failed = failure(error, None)
    if failed.tells_values and failed.outcome is not None and tells_secret(served.plan, failed.outcome.pointer):
        failed.tells_secret = True
    failed.outcome = None
    return failed


def _inner_run(served: Served, outer: Run, attributes: dict[str, Any]) -> Run:
    key = f"{served.plan.type_name}_id"
    public_id = attributes.get(key) if served.contract.declares(key) else attributes.pop(key, None)
    if public_id is None and not served.plan.instance_optional:
        raise SubjectRequired(served.plan.type_name)
    find = None if public_id is None else partial(find_subject, served, outer.unit, public_id, outer.unit.actor)
    waits = served.plan.ahead > 0
    subject = None if find is None else find(locks=not waits)
    outer.unit.act_as(rights_of(served, outer.actor))
    surroundings = {"user": outer.actor.user or None, "request": outer.request}
    inputs = served.contract.accept(attributes)
    scope = _scope(served, inputs, subject, surroundings)
    inner = Run(
        scope,
        outer.actor,
        outer.unit,
        outer.scripts,
        outer.invoke,
        outer.calls,
        outer.count_attempt,
        request=outer.request,
        depth=outer.depth + 1,
        within=outer.place,
    )
    inner.lock = _locking(find, subject, scope) if waits else None
    return _observed(inner, None if outer.trace is None else outer.trace.nested(served.plan, inputs.values))
