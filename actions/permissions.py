"""May this actor invoke this action, and on this instance? ``entities.permissions`` decides; this says what to answer.

Who may not: a guest is asked to sign in; an account that may see the action is told that it may not; for everybody
else the action does not exist. An instance that the actor may not read does not exist either.
"""

from __future__ import annotations

from typing import Protocol

from actions.errors import NotPermitted, SignInRequired, SubjectNotFound, UnknownAction
from actions.plan.nodes import Plan
from entities.actors import Actor
from entities.entity import Entity
from entities.errors import Forbidden, NotFound
from entities.memberships import is_member
from entities.permissions import GROUP_SHIFT, Right, bits, may_use
from entities.store import Unit

# What a group gets that AccessGroups only names.
GROUP_PERMISSION = bits(group=["peek", "read", "execute"])


class Guarded(Protocol):
    """An action and the permission that counts for it."""

    @property
    def plan(self) -> Plan: ...
    @property
    def permission(self) -> int: ...


def may(right: Right, action: Guarded, actor: Actor) -> bool:
    """Say whether the action grants the right to ``actor``: by its permission, or to a group of theirs."""
    return may_use(action.permission, right, actor) or _may_as_member(right, action.plan.access_groups, actor)


def _may_as_member(right: Right, groups: tuple[tuple[str, int | None], ...], actor: Actor) -> bool:
    granting = {
        name
        for name, permission in groups
        if (GROUP_PERMISSION if permission is None else permission) >> GROUP_SHIFT & right
    }
    return is_member(actor, granting)


def check_may_execute(action: Guarded, actor: Actor) -> None:
    """Refuse an actor who may not execute the action.

    Raises:
        SignInRequired, NotPermitted, UnknownAction.
    """
    if may(Right.EXECUTE, action, actor):
        return
    if actor.is_guest:
        raise SignInRequired
    if may(Right.PEEK, action, actor):
        raise NotPermitted
    raise UnknownAction(action.plan.type_name, action.plan.name)


def find_subject(unit: Unit, entity: Entity, public_id: object, actor: Actor) -> dict[str, object]:
    """Return the instance as a row, locked, when the actor may execute actions on it.

    Raises:
        SubjectNotFound, SignInRequired, NotPermitted.
    """
    try:
        return unit.lock(entity, public_id, Right.EXECUTE, actor)
    except NotFound:
        raise SubjectNotFound(entity.name) from None
    except Forbidden:
        raise (SignInRequired() if actor.is_guest else NotPermitted()) from None
