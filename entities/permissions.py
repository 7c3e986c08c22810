"""Permission bits in, yes or no out: the one module that decides what an actor may do with an entity, action or row.

The bits are Daptin's (reference 3.5): seven rights for three classes. Guest bits hold for everybody. User bits hold on
a row for its owner, and on an entity or an action for every signed-in account. Group bits hold for the members of a
group that the row was shared with (``RowGroup``), or that the entity or the action names (``access_groups``).
``AUTHENTICATED_EXECUTE`` is one more bit: every signed-in account may execute. Nothing that is not granted is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntFlag
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Expression, F, Q

from entities.actors import Actor
from entities.entity import Entity

AccessGroups = tuple[tuple[str, int | None], ...]


class Right(IntFlag):
    """The seven rights, as bits of the guest class."""

    PEEK = 1
    READ = 2
    CREATE = 4
    UPDATE = 8
    DELETE = 16
    EXECUTE = 32
    REFER = 64


WRITES = Right.CREATE | Right.UPDATE | Right.DELETE
GUEST_SHIFT, USER_SHIFT, GROUP_SHIFT = 0, 7, 14
SHIFTS = {"guest": GUEST_SHIFT, "user": USER_SHIFT, "group": GROUP_SHIFT}
AUTHENTICATED_EXECUTE = 2_097_152
ALL_RIGHTS = (1 << 7) - 1
GROUP_BITS = ALL_RIGHTS << GROUP_SHIFT


def bits(**classes: Iterable[str] | str) -> int:
    """Return the number for rights by class: ``bits(guest=["execute"], user="all")``."""
    total = 0
    for name, rights in classes.items():
        names = [right.name.lower() for right in Right if right.name] if rights == "all" else rights
        for right in names:
            total |= Right[right.upper()] << SHIFTS[name]
    return total


# What members of a group may do with a row that was shared with it, unless the row or the sharing says otherwise.
OWNED_ROW = bits(user="all", group=["peek", "read", "execute", "refer"])
PUBLIC_ROW = OWNED_ROW | bits(guest=["peek", "read", "execute", "refer"])
SIGNED_IN = bits(user="all")
# Without Permission an action may be executed by signed-in accounts and administrators.
DEFAULT_ACTION = AUTHENTICATED_EXECUTE | bits(user=["peek", "read", "execute"])
READ_ONLY = bits(user=["peek", "read", "execute", "refer"])
# What a group gets that ``access_groups`` only names, where the permission itself has no bits for groups.
NAMED_GROUP = bits(group=["peek", "read", "execute"])


class Guarded(Protocol):
    """An entity or an action: its permission, and the groups that it names, each perhaps with bits of its own."""

    @property
    def permission(self) -> int: ...
    @property
    def access_groups(self) -> AccessGroups: ...


def may(right: Right, guarded: Guarded, actor: Actor) -> bool:
    """Say whether an entity or an action grants the right to ``actor``."""
    permission = guarded.permission
    if actor.is_unrestricted or permission & right:
        return True
    if actor.id is None:
        return False
    if permission >> USER_SHIFT & right or (right is Right.EXECUTE and permission & AUTHENTICATED_EXECUTE):
        return True
    granting = _granting(guarded, right)
    return bool(granting) and not granting.isdisjoint(actor.groups.names)


def _granting(guarded: Guarded, right: Right) -> set[str]:
    """Return the names of the groups whose members have the right."""
    if not guarded.access_groups:
        return set()
    shared = guarded.permission & GROUP_BITS or NAMED_GROUP
    return {name for name, own in guarded.access_groups if (shared if own is None else own) >> GROUP_SHIFT & right}


def is_visible(guarded: Guarded, actor: Actor) -> bool:
    """Say whether the actor may know that an entity or an action is there."""
    return may(Right.PEEK, guarded, actor) or may(Right.READ, guarded, actor)


def visible(entity: Entity, right: Right, actor: Actor) -> Q | None:
    """Return the condition under which rows of ``entity`` grant the right; ``None`` where every row does."""
    if entity.row_rule is not None and not actor.is_unrestricted:
        return entity.row_rule(right, actor)
    if actor.is_unrestricted or not entity.has_row_permissions:
        return None
    granted = Q(permission__has_bits=int(right))
    if actor.id is None:
        return granted
    if right is Right.EXECUTE:
        granted |= Q(permission__has_bits=AUTHENTICATED_EXECUTE)
    own = {entity.owner_column: actor.id}
    return granted | Q(**own, permission__has_bits=int(right) << USER_SHIFT) | Q(SharedWith(actor.id, right))


def referable(entity: Entity, actor: Actor) -> Q | None:
    """Return the condition for rows that the actor may refer to: both the entity and the row grant it."""
    return visible(entity, Right.REFER, actor) if may(Right.REFER, entity, actor) else Q(pk__in=())


def grants(entity: Entity, values: Mapping[str, Any], right: Right, actor: Actor) -> bool:
    """Say of one row in hand, given by column, what ``visible`` says of many in SQL."""
    if entity.row_rule is not None:
        condition = visible(entity, right, actor)
        return condition is None or entity.model._base_manager.filter(condition, pk=values[entity.key_column]).exists()
    if actor.is_unrestricted or not entity.has_row_permissions:
        return True
    permission = values["permission"]
    if permission & right:
        return True
    if actor.id is None:
        return False
    owns = str(values[entity.owner_column]) == str(actor.id)
    if (owns and permission >> USER_SHIFT & right) or (right is Right.EXECUTE and permission & AUTHENTICATED_EXECUTE):
        return True
    rows = entity.model._base_manager.filter(pk=values[entity.key_column])
    return rows.filter(SharedWith(actor.id, right)).exists()


class SharedWith(Expression):
    """Whether a row was shared with a group of the account and grants the right to it.

    What the sharing itself grants counts, and the row's own bits for groups where it says nothing. Neither sub-query
    looks at the row, so the database answers each once for a whole list.
    """

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, account_id: UUID, right: Right) -> None:
        super().__init__()
        self._account_id = account_id
        self._bits = int(right) << GROUP_SHIFT
        self._columns = [F("pk"), F("permission")]

    def get_source_expressions(self) -> list[Any]:
        return self._columns

    def set_source_expressions(self, exprs: Any) -> None:
        self._columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        (key, key_params), (permission, permission_params) = (compiler.compile(item) for item in self._columns)
        shared = _shared_rows(connection)
        account = models.UUIDField().get_db_prep_value(self._account_id, connection)
        bits_ = self._bits
        sql = (
            f"({key} IN ({shared} AND s.permission & {bits_} = {bits_})"
            f" OR ({permission} & {bits_} = {bits_} AND {key} IN ({shared} AND s.permission IS NULL)))"
        )
        return sql, (*key_params, account, *permission_params, *key_params, account)


def _shared_rows(connection: Any) -> str:
    quote = connection.ops.quote_name
    shares, memberships = (
        quote(apps.get_model("entities", name)._meta.db_table) for name in ("RowGroup", "Membership")
    )
    return (
        f"SELECT s.row_id FROM {shares} s JOIN {memberships} m ON m.usergroup_id = s.usergroup_id"  # noqa: S608 - ours
        " WHERE m.user_id = %s"
    )


@models.IntegerField.register_lookup
class HasBits(models.Lookup):
    """``permission__has_bits=n``: every bit of ``n`` is set."""

    lookup_name = "has_bits"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"({left} & {right}) = {right}", (*left_params, *right_params, *right_params)
