"""May this actor invoke this action, and on this instance? ``entities.permissions`` decides; this says what to answer.

Who may not: a guest is asked to sign in; an account that may see the action is told that it may not; for everybody
else the action does not exist. An instance that the actor may not read does not exist either.
"""

from __future__ import annotations

from typing import Protocol

from actions.errors import NotPermitted, SignInRequired, SubjectNotFound, UnknownAction
from actions.operations.base import Operation
from actions.plan.nodes import Plan
from entities.actors import Actor
from entities.entity import Entity
from entities.errors import Forbidden, NotFound
from entities.permissions import DEFAULT_ACTION, Guarded, Right, is_visible, may
from entities.store import Unit


class GuardedAction(Guarded, Protocol):
    """An action, the permission that counts for it, and the groups that it names."""

    @property
    def plan(self) -> Plan: ...
    @property
    def gates(self) -> tuple[Operation, ...]: ...


def may_execute(action: GuardedAction, actor: Actor) -> bool:
    """Say whether the actor may execute the action, now: what cannot be done any more is nobody's to do.

    Nobody executes a receiver: its sender proves with each request that it is the sender.
    """
    return not is_receiver(action) and may(Right.EXECUTE, action, actor) and is_offered(action)


def is_receiver(action: GuardedAction) -> bool:
    """Say whether only signed requests run the action."""
    return action.plan.webhook is not None


def is_offered(action: GuardedAction) -> bool:
    """Say whether each operation that the action certainly performs can be performed at all."""
    return all(operation.is_available() for operation in action.gates)


def check_may_execute(action: GuardedAction, actor: Actor) -> None:
    """Refuse an actor who may not execute the action.

    Raises:
        SignInRequired, NotPermitted, UnknownAction.
    """
    if is_receiver(action) or not is_offered(action):
        raise UnknownAction(action.plan.type_name, action.plan.name)
    if may(Right.EXECUTE, action, actor):
        return
    if actor.is_guest:
        raise SignInRequired
    if is_visible(action, actor):
        raise NotPermitted
    raise UnknownAction(action.plan.type_name, action.plan.name)


def may_see_traces(action: Guarded, actor: Actor) -> bool:
    """Say whether the actor may see what happens within a run: rows that no answer has, whoever they belong to.

    Administrators may, and whoever is given the right to read the action; that everybody may read an action whose
    author says nothing of permissions does not give it.
    """
    if actor.is_unrestricted:
        return True
    return action.permission != DEFAULT_ACTION and may(Right.READ, action, actor)


def check_may_see_traces(action: Guarded, actor: Actor) -> None:
    """Refuse an actor who may not see traces.

    Raises:
        NotPermitted.
    """
    if not may_see_traces(action, actor):
        raise NotPermitted("You may not see traces of this action.", hint="Leave 'dry_run' out to execute it.")


def find_subject(
    unit: Unit, entity: Entity, public_id: object, actor: Actor, *, locks: bool = True
) -> dict[str, object]:
    """Return the instance as a row, locked, when the actor may execute actions on it.

    Raises:
        SubjectNotFound, SignInRequired, NotPermitted.
    """
    find = unit.lock if locks else unit.look_up
    try:
        return find(entity, public_id, Right.EXECUTE, actor)
    except NotFound:
        raise SubjectNotFound(entity.name) from None
    except Forbidden:
        raise (SignInRequired() if actor.is_guest else NotPermitted()) from None
