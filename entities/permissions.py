"""Permission bits in, yes or no out: the one module that decides what an actor may do with an entity or a row.

The bits are Daptin's (reference 3.5): seven rights for three classes. Guest bits hold for everybody. User bits hold on
a row for its owner, and on an entity or an action for every signed-in account. Nothing that is not granted is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag
from typing import Any

from django.db import models
from django.db.models import Q

from entities.actors import Actor
from entities.entity import Entity


class Right(IntFlag):
    """The seven rights, as bits of the guest class."""

    PEEK = 1
    READ = 2
    CREATE = 4
    UPDATE = 8
    DELETE = 16
    EXECUTE = 32
    REFER = 64


GUEST_SHIFT, USER_SHIFT, GROUP_SHIFT = 0, 7, 14
SHIFTS = {"guest": GUEST_SHIFT, "user": USER_SHIFT, "group": GROUP_SHIFT}
AUTHENTICATED_EXECUTE = 2_097_152
ALL_RIGHTS = (1 << 7) - 1


def bits(**classes: Iterable[str] | str) -> int:
    """Return the number for rights by class: ``bits(guest=["execute"], user="all")``."""
    total = 0
    for name, rights in classes.items():
        names = [right.name.lower() for right in Right if right.name] if rights == "all" else rights
        total |= sum(Right[right.upper()] for right in names) << SHIFTS[name]
    return total


OWNED_ROW = bits(user="all", group="all")
PUBLIC_ROW = OWNED_ROW | bits(guest=["peek", "read", "execute", "refer"])
SIGNED_IN = bits(user="all")
# Without Permission an action may be executed by signed-in accounts and administrators.
DEFAULT_ACTION = AUTHENTICATED_EXECUTE | bits(user=["peek", "read", "execute"])
READ_ONLY = bits(user=["peek", "read", "execute", "refer"])


def permits(permission: int, right: Right, actor: Actor, *, owns: bool) -> bool:
    """Say whether ``permission`` gives ``actor`` the right; ``owns`` says whether the user bits are theirs."""
    if actor.is_unrestricted or permission & right:
        return True
    return owns and bool(permission >> USER_SHIFT & right)


def may_use(permission: int, right: Right, actor: Actor) -> bool:
    """Say whether an entity or an action with ``permission`` grants the right to ``actor``."""
    if right is Right.EXECUTE and permission & AUTHENTICATED_EXECUTE and not actor.is_guest:
        return True
    return permits(permission, right, actor, owns=not actor.is_guest)


def visible(entity: Entity, right: Right, actor: Actor) -> Q | None:
    """Return the condition under which rows of ``entity`` grant the right; ``None`` where every row does."""
    if actor.is_unrestricted or not entity.has_row_permissions:
        return None
    granted = Q(permission__has_bits=int(right))
    if actor.id is None:
        return granted
    own = {entity.owner_column: actor.id}
    return granted | Q(**own, permission__has_bits=int(right) << USER_SHIFT)


def grants(entity: Entity, row: models.Model, right: Right, actor: Actor) -> bool:
    """Say of one row in hand what ``visible`` says of many in SQL."""
    if not entity.has_row_permissions:
        return True
    owns = actor.id is not None and getattr(row, entity.owner_column) == actor.id
    return permits(row.permission, right, actor, owns=owns)  # type: ignore[attr-defined]


@models.IntegerField.register_lookup
class HasBits(models.Lookup):
    """``permission__has_bits=n``: every bit of ``n`` is set."""

    lookup_name = "has_bits"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"({left} & {right}) = {right}", (*left_params, *right_params, *right_params)
