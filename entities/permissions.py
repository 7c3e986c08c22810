"""Permission bits in, yes or no out: the one module that decides what an actor may do with an entity, action or row.

The bits are Daptin's: seven rights for three classes. Guest bits hold for everybody. User bits hold on
a row for its owner, and on an entity or an action for every signed-in account. Group bits hold for the members of a
group that the row was shared with (``RowGroup``), or that the entity or the action names (``access_groups``).
``AUTHENTICATED_EXECUTE`` is one more bit: every signed-in account may execute. Nothing that is not granted is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from enum import IntFlag
from functools import lru_cache
from typing import Any, Protocol

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
    return Q(Granted(entity, right, actor))


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
    return rows.filter(Granted(entity, right, actor)).exists()


class Granted(Expression):
    """Whether a row grants a right: by its guest bits, to its owner, or to a group of theirs that it was shared with.

    Of a sharing its own bits count, and the row's bits for groups where it has none; a group itself is as if shared
    with its members. No sub-query looks at the row, so the database answers each once for a whole list. One
    expression, for it is made for every list: the same condition built of look-ups took as long again as the rows.
    """

    conditional = True
    output_field = models.BooleanField()

    def __init__(self, entity: Entity, right: Right, actor: Actor) -> None:
        super().__init__()
        self._right = right
        self._account_id = actor.id
        self._is_group = bool(getattr(entity.model, "is_group", False))
        self._asks_groups = actor.groups.have_rows or self._is_group
        self._columns: list[Any] = [F("permission"), F(entity.owner_column), F("pk")]

    def on(self, model: type[models.Model]) -> Granted:
        """Return the same with the columns of the model's own table, which then no query has to find."""
        made = copy(self)
        made._columns = _own_columns(model, *(column.name for column in self._columns))
        return made

    def get_source_expressions(self) -> list[Any]:
        return self._columns

    def set_source_expressions(self, exprs: Any) -> None:
        self._columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        permission, owner, key = (compiler.compile(item)[0] for item in self._columns)
        if self._account_id is None:
            return f"({permission} & {int(self._right)}) <> 0", ()
        account = models.UUIDField().get_db_prep_value(self._account_id, connection)
        everybody = self._right | (AUTHENTICATED_EXECUTE if self._right is Right.EXECUTE else 0)
        user, group = self._right << USER_SHIFT, self._right << GROUP_SHIFT
        own = f"({permission} & {everybody}) <> 0 OR ({owner} = %s AND ({permission} & {user}) <> 0)"
        if not self._asks_groups:
            return f"({own})", (account,)
        shares, memberships = _tables()
        groups = f"SELECT m.usergroup_id FROM {memberships} m WHERE m.user_id = %s"  # noqa: S608 - our own names
        shared = f"SELECT s.row_id FROM {shares} s WHERE s.usergroup_id IN ({groups})"  # noqa: S608
        own_rows = f"{shared} AND s.permission IS NULL"
        sql = (
            f"({own} OR {key} IN ({shared} AND s.permission >= 0 AND (s.permission & {group}) <> 0)"
            f" OR (({permission} & {group}) <> 0 AND {key} IN ({groups if self._is_group else own_rows})))"
        )
        return sql, (account, account, account)


@lru_cache(maxsize=1024)
def _own_columns(model: type[models.Model], *names: str) -> list[Any]:
    fields = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in names]
    return [field.get_col(model._meta.db_table) for field in fields]  # type: ignore[union-attr]


@lru_cache(maxsize=1)
def _tables() -> tuple[str, str]:
    shares, memberships = (apps.get_model("entities", name)._meta.db_table for name in ("RowGroup", "Membership"))
    return shares, memberships
