"""An invocation in, an answer out: the only place that lists the phases of a request.

    catalog -> permissions -> limits of the caller -> inputs -> limits of inputs -> engine -> (responses, at the edge)

Everything an action writes is committed together before this returns, or nothing is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from actions import catalog, limits, permissions
from actions.catalog import Served
from actions.engine.transactions import in_transaction
from actions.errors import InvalidInput, SubjectRequired, UnknownAction
from actions.inputs import Inputs
from actions.invocations import Event, Invocation
from actions.limits import Attempts
from actions.operations.base import Entry
from actions.operations.calls import Calls
from actions.running import Beginning, Kept, Records, find_subject, rights_of, run_action, run_on_subject
from actions.runs.recording import Recording
from entities.store import Unit

T = TypeVar("T")


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
        return partial(run_on_subject, served, invocation, inputs, kept)
    accepted = _accept(served, invocation)
    return lambda unit: run_action(served, invocation, Beginning(accepted, None, kept), unit)


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
    find = partial(find_subject, served, public_id=invocation.subject_id, actor=invocation.actor)
    return in_transaction(invocation.actor, find, rights_of(served, invocation.actor))


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
