"""An invocation in, an answer out: the only place that lists the phases of a request.

    catalog -> permissions -> limits of the caller -> inputs -> limits of inputs -> engine -> (responses, at the edge)

Everything an action writes is committed together before this returns, or nothing is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.conf import settings

from actions import catalog, limits, permissions
from actions.catalog import Served
from actions.engine.failures import failure
from actions.engine.runner import Run, run_plan
from actions.engine.tracing import traced
from actions.engine.transactions import in_transaction
from actions.errors import ActionError, InvalidInput, SubjectRequired, TooDeep, UnknownAction
from actions.expressions.base import Scope, ScriptRunner
from actions.expressions.javascript.service import runner as script_runner
from actions.inputs import Inputs
from actions.limits import Attempts
from actions.operations.base import Entry
from actions.operations.calls import Calls
from actions.plan.secrecy import tells_secret
from actions.runs.recording import Recording
from actions.runs.traces import Trace
from entities import filters, rows
from entities.actors import SYSTEM, Actor
from entities.errors import EntityError
from entities.identifiers import public_ids
from entities.registry import get as get_entity
from entities.store import Caller, Unit

MAX_DEPTH = 16

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a request sends: its body (text, where it ``is_form``) and its query string, which is always text."""

    body: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    is_form: bool = False

    def without(self, key: str) -> tuple[Any, Attributes]:
        """Return the value of a key, and what else was sent."""
        body, query = dict(self.body), dict(self.query)
        from_query = query.pop(key, None)
        return body.pop(key, from_query), Attributes(body, query, self.is_form)

    def get(self, key: str) -> Any:
        """Return the value of a key; the body wins."""
        return self.body.get(key, self.query.get(key))


NOTHING_SENT = Attributes()


class Begin(Protocol):
    """What comes first in a transaction; whatever it raises undoes the transaction."""

    def __call__(self, unit: Unit, scope: Scope, scripts: ScriptRunner) -> None: ...


@dataclass(frozen=True, slots=True)
class Event:
    """What a receiver runs for: the ``names`` that only its expressions see, what comes first, and what comes last."""

    names: Mapping[str, Any]
    begin: Begin
    finish: Callable[[Unit], None]


@dataclass(frozen=True, slots=True)
class Invocation:
    """One request to run an action.

    ``address`` is where it comes from, by which guests are counted. Whoever limits requests by other means (a signed
    webhook) sets ``is_limited`` to false. Whoever may ask for the same thing again gives it a ``seed``: the calls to
    other servers then have the same idempotency keys each time.
    """

    type_name: str
    name: str
    actor: Actor
    sent: Attributes = NOTHING_SENT
    subject_id: object = None
    request: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    is_limited: bool = True
    event: Event | None = None
    seed: UUID | None = None


def invoke(invocation: Invocation) -> list[Entry]:
    """Run the action in one transaction and return the entries of its answer.

    Raises:
        ActionError: nothing was written.
    """
    return invoke_admitted(admit(invocation), invocation)


def invoke_event(served: Served, invocation: Invocation, event: Event) -> None:
    """Run a receiver for an event whose sender is known: nobody executes it, so nobody is asked for rights.

    Raises:
        ActionError: nothing was written. Whatever the event's ``begin`` raises.
    """

    invoke_with(served, replace(invocation, event=event), lambda entries, unit: event.finish(unit))


def admit(invocation: Invocation) -> Served:
    """Return the action, when the actor may execute it and has not done so too often. Needs nothing of what was sent.

    Raises:
        UnknownAction, SignInRequired, NotPermitted, RateLimited.
    """
    served = check_served(invocation)
    if invocation.is_limited:
        limits.check_caller(served.plan, invocation.actor, invocation.address)
    return served


def invoke_admitted(served: Served, invocation: Invocation) -> list[Entry]:
    """Run an action that ``admit`` returned: what ``invoke`` does after it.

    Raises:
        ActionError: nothing was written.
    """
    return invoke_with(served, invocation, lambda entries, unit: entries)


def invoke_with(served: Served, invocation: Invocation, finish: Callable[[list[Entry], Unit], T]) -> T:
    """Run an action, make ``finish`` part of its transaction, and return what that makes of the entries.

    Raises:
        ActionError: nothing was written.
    """
    recording = Recording(served.plan, (served.definition_id, served.number), invocation.actor)
    work = work_of(served, invocation, recording)

    def attempt(unit: Unit) -> T:
        entries = work(unit)
        recording.succeed(unit)
        return finish(entries, unit)

    try:
        finished = in_transaction(invocation.actor, attempt, rights_of(served, invocation.actor))
    except Exception as error:
        recording.fail(error)
        raise
    recording.conclude()
    return finished


def work_of(served: Served, invocation: Invocation, recording: Records) -> Callable[[Unit], list[Entry]]:
    """Return what runs the action in a unit; inputs are accepted now, the subject is looked for within.

    Raises:
        ActionError: nothing has begun.
    """
    kept = Kept(recording, Attempts(invocation.address), Calls(invocation.seed))
    if _wants_subject(served, invocation):
        inputs = _accept_or_refuse_later(served, invocation)
        return partial(_run_on_subject, served, invocation, inputs, kept)
    accepted = _accept(served, invocation)
    return lambda unit: _run(served, invocation, Beginning(accepted, None, kept), unit)


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


def check_served(invocation: Invocation) -> Served:
    """Return the action as it is served, when the actor may execute it.

    Raises:
        UnknownAction, SignInRequired, NotPermitted.
    """
    served = catalog.find(invocation.type_name, invocation.name)
    if served is None:
        raise UnknownAction(invocation.type_name, invocation.name)
    permissions.check_may_execute(served, invocation.actor)
    return served


def check_subject(served: Served, invocation: Invocation) -> dict[str, Any] | None:
    """Return the instance that the invocation names, when the actor may execute the action on it.

    ``None``: none is named and none is needed.

    Raises:
        SubjectRequired, SubjectNotFound, SignInRequired, NotPermitted.
    """
    if not _wants_subject(served, invocation):
        return None
    find = partial(_subject, served, public_id=invocation.subject_id, actor=invocation.actor)
    return in_transaction(invocation.actor, find, rights_of(served, invocation.actor))


def rights_of(served: Served, actor: Actor) -> Actor:
    """Return whose rights the outcomes have: the system's, as in the original, unless the author says otherwise."""
    return actor if served.plan.runs_as_actor else SYSTEM


def _accept(served: Served, invocation: Invocation) -> Inputs:
    sent = invocation.sent
    inputs = served.contract.accept(sent.body, form=sent.is_form, query=sent.query)
    if invocation.is_limited:
        limits.check_fields(served.plan, invocation.actor, inputs.values)
    return inputs


def _accept_or_refuse_later(served: Served, invocation: Invocation) -> Inputs | InvalidInput:
    """Return the inputs, or why they are refused: who may not know of the instance is told that first.

    Attempts are counted here, for what is counted inside of the transaction would be undone with it.
    """
    try:
        return _accept(served, invocation)
    except InvalidInput as refused:
        return refused


def _wants_subject(served: Served, invocation: Invocation) -> bool:
    if invocation.subject_id is not None:
        return True
    if not served.plan.instance_optional:
        raise SubjectRequired(served.plan.type_name)
    return False


def _run_on_subject(
    served: Served, invocation: Invocation, inputs: Inputs | InvalidInput, kept: Kept, unit: Unit
) -> list[Entry]:
    find = partial(_subject, served, unit, invocation.subject_id, invocation.actor)
    waits = served.plan.ahead > 0  # for another server, before anybody has to wait for us
    subject = find(locks=not waits)
    if isinstance(inputs, InvalidInput):
        raise inputs
    return _run(served, invocation, Beginning(inputs, subject, kept, find if waits else None), unit)


def _subject(served: Served, unit: Unit, public_id: object, actor: Actor, *, locks: bool = True) -> dict[str, Any]:
    entity = get_entity(served.plan.type_name)
    subject = permissions.find_subject(unit, entity, public_id, actor, locks=locks)
    if served.plan.subject_relations:
        include = filters.parse_include(entity, served.plan.subject_relations, actor)
        subject = rows.get(entity, public_id, actor, include=include)
    return subject


def _run(served: Served, invocation: Invocation, beginning: Beginning, unit: Unit) -> list[Entry]:
    inputs, kept = beginning.inputs, beginning.kept
    surroundings: dict[str, Any] = {"user": invocation.actor.user or None, "request": invocation.request}
    event = invocation.event
    if event is not None:
        surroundings |= event.names
    scope = _scope(served, inputs, beginning.subject, surroundings)
    if event is not None:  # the ids in it are the sender's, whom no row refers to
        event.begin(unit, scope, _scripts())
    else:
        unit.caller = Caller(invocation.actor, lru_cache(maxsize=1)(partial(public_ids, scope["attributes"])))
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
    run.lock = _locking(beginning, scope)
    return run_plan(served.plan, _observed(run, kept.records.trace))


def _locking(beginning: Beginning, scope: dict[str, Any]) -> Callable[[], None] | None:
    """Return what locks the subject, and shows it to expressions as it is by then."""
    find = beginning.lock
    if find is None:
        return None

    def lock() -> None:
        subject = find()
        if scope.get("subject") is beginning.subject:  # no input of that name
            scope["subject"] = subject

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
    named = {name: os.environ[name] for name in settings.ACTIONS["ENV_NAMES"] if name in os.environ}
    return {**named, **settings.ACTIONS["ENV"]}


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
    if failed.outcome is not None and tells_secret(served.plan, failed.outcome.pointer):
        failed.tells_secret = True
    failed.outcome = None
    return failed


def _inner_run(served: Served, outer: Run, attributes: dict[str, Any]) -> Run:
    key = f"{served.plan.type_name}_id"
    public_id = attributes.get(key) if served.contract.declares(key) else attributes.pop(key, None)
    if public_id is None and not served.plan.instance_optional:
        raise SubjectRequired(served.plan.type_name)
    subject = None if public_id is None else _subject(served, outer.unit, public_id, outer.unit.actor)
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
    )
    return _observed(inner, None if outer.trace is None else outer.trace.nested(served.plan, inputs.values))
