"""Changes of a relationship, written through the rows that hold it: a foreign key here, there, or in between.

Each change is a write of those rows and needs the rights that such a write needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from entities import registry, rows
from entities.access import require
from entities.derivation import SHARING
from entities.documents import Identifier
from entities.entity import Entity, Field, Relation
from entities.errors import Conflict, FieldProblem, Forbidden, InvalidValues, NotAllowed, TooLarge
from entities.options import option
from entities.permissions import GROUP_BITS, GROUP_SHIFT, Right
from entities.rows.conditions import between, permitted
from entities.rows.links import Link, link_of
from entities.store import Unit


@dataclass(frozen=True, slots=True)
class Relationship:
    """One row's relation, to be changed within a unit of work."""

    unit: Unit
    entity: Entity
    public_id: str
    relation: Relation

    @property
    def target(self) -> Entity:
        """The entity that the relation leads to."""
        return registry.get(self.relation.target)

    def replace(self, members: Sequence[Identifier]) -> None:
        """Make ``members`` the only ones.

        Raises:
            NotFound, Forbidden, NotAllowed, InvalidValues, Conflict.
        """
        if self.relation.field is not None:
            self._point(self.relation.field, members)
            return
        holding = self._holding()
        wanted = {item.public_id.lower() for item in members}
        current = holding.members()
        holding.remove([Identifier(public_id) for public_id in current if public_id not in wanted])
        holding.add(_new(holding, members, current))

    def add(self, members: Sequence[Identifier]) -> None:
        """Add members; those that are members already stay."""
        holding = self._many()
        holding.add(_new(holding, members, holding.members(among=members)))

    def remove(self, members: Sequence[Identifier]) -> None:
        """Remove members; those that are none stay out."""
        holding = self._many()
        current = holding.members(among=members)
        holding.remove([item for item in members if item.public_id.lower() in current])

    def _point(self, field: Field, members: Sequence[Identifier]) -> None:
        require(self.entity, Right.UPDATE, self.unit.actor)
        public_id = members[0].public_id if members else None
        self.unit.update(self.entity, self.public_id, {field.name: public_id})

    def _many(self) -> _Holding:
        if not self.relation.many:
            raise NotAllowed(f"'{self.relation.name}' leads to one row.", hint="Use PATCH.")
        return self._holding()

    def _holding(self) -> _Holding:
        if self.relation.query_name == SHARING:
            return _Sharing(self, *self._own())
        key = rows.key_of(self.entity, self.public_id, self.unit.actor)
        link = link_of(self.entity, self.relation)
        return _InBetween(self, link, key) if link.far else _PointingBack(self, link, key)

    def _own(self) -> tuple[Link, Any]:
        """Return what holds the groups of a row that is the actor's own: nobody else may share it.

        Raises:
            NotFound: the actor may not read it. Forbidden: it is another's.
        """
        row = rows.get(self.entity, self.public_id, self.unit.actor)
        actor, owner = self.unit.actor, row[self.entity.owner_column]
        require(self.entity, Right.UPDATE, actor)
        if not actor.is_unrestricted and (actor.id is None or owner != str(actor.id)):
            raise Forbidden(f"Only its owner may share this '{self.entity.name}'.")
        return link_of(self.entity, self.relation), self.entity.key(self.public_id)


class _Holding(Protocol):
    """What holds a relationship; ``rewrites`` members that are given with attributes."""

    @property
    def rewrites(self) -> bool: ...
    def members(self, among: Sequence[Identifier] | None = None) -> set[str]: ...
    def add(self, members: Sequence[Identifier]) -> None: ...
    def remove(self, members: Sequence[Identifier]) -> None: ...


@dataclass(frozen=True, slots=True)
class _PointingBack:
    """The members' own foreign keys hold the relationship."""

    rewrites: ClassVar[bool] = False

    of: Relationship
    link: Link
    key: Any

    def members(self, among: Sequence[Identifier] | None = None) -> set[str]:
        """Return the public ids of the members that the actor may read."""
        target = self.of.target
        found = permitted(target, self.of.unit.actor).filter(**{self.link.near: self.key})
        if among is not None:
            found = found.filter(pk__in=_keys(target, among))
        return {target.public_id(key) for key in _bounded(self.of.relation, found.values_list("pk", flat=True))}

    def add(self, members: Sequence[Identifier]) -> None:
        """Point each member here."""
        self._write(members, self.of.public_id)

    def remove(self, members: Sequence[Identifier]) -> None:
        """Point each member nowhere."""
        if members and not self._field().nullable:
            message = f"A '{self.of.target.name}' cannot be without its '{self._field().name}'."
            raise Conflict(message, hint="Delete it, or move it to another row.")
        self._write(members, None)

    def _write(self, members: Sequence[Identifier], public_id: str | None) -> None:
        require(self.of.target, Right.UPDATE, self.of.unit.actor)
        for item in members:
            self.of.unit.update(self.of.target, item.public_id, {self._field().name: public_id})

    def _field(self) -> Field:
        return _exposed(self.of.target, self.link.near, self.of.relation)


@dataclass(frozen=True, slots=True)
class _InBetween:
    """Rows of a table in between hold the relationship."""

    rewrites: ClassVar[bool] = False

    of: Relationship
    link: Link
    key: Any

    def members(self, among: Sequence[Identifier] | None = None) -> set[str]:
        """Return the public ids of the members that the actor may see linked."""
        return {member for member, _ in self._links(among)}

    def add(self, members: Sequence[Identifier]) -> None:
        """Create a row in between for each member."""
        entity = self._entity()
        require(entity, Right.CREATE, self.of.unit.actor)
        near, far = (_exposed(entity, column, self.of.relation) for column in (self.link.near, self.link.far))
        for item in members:
            self.of.unit.create(entity, {**item.attributes, near.name: self.of.public_id, far.name: item.public_id})

    def remove(self, members: Sequence[Identifier]) -> None:
        """Delete the rows in between."""
        entity = self._entity()
        require(entity, Right.DELETE, self.of.unit.actor)
        for _, key in self._links(members):
            self.of.unit.delete(entity, entity.public_id(key))

    def _links(self, among: Sequence[Identifier] | None) -> list[tuple[str, Any]]:
        target = self.of.target
        found = between(self.link, self.of.unit.actor).filter(**{self.link.near: self.key})
        if among is not None:
            found = found.filter(**{f"{self.link.far}__in": _keys(target, among)})
        pairs = _bounded(self.of.relation, found.values_list(self.link.far, "pk"))
        return [(target.public_id(far), key) for far, key in pairs]

    def _entity(self) -> Entity:
        entity = registry.of_model(self.link.model)
        if entity is None:
            raise NotAllowed(f"'{self.of.relation.name}' cannot be changed here.")
        return entity


@dataclass(frozen=True, slots=True)
class _Sharing(_InBetween):
    """The rows that say which groups a row is shared with; an identifier may bring ``permission``, the group's bits."""

    rewrites: ClassVar[bool] = True

    def add(self, members: Sequence[Identifier]) -> None:
        """Share the row with each group that the actor may refer to."""
        self.remove([item for item in members if item.attributes])
        for item in members:
            _check_bits(item)
            values = {"row_id": str(self.key), "usergroup_id": item.public_id, **item.attributes}
            self.of.unit.create(self._entity(), values)

    def remove(self, members: Sequence[Identifier]) -> None:
        """Take the row back from the groups."""
        for _, key in self._links(members):
            self.of.unit.delete(self._entity(), str(key))


def _new(holding: _Holding, members: Sequence[Identifier], current: set[str]) -> list[Identifier]:
    """Return the members that have to be written."""
    return [item for item in members if item.public_id.lower() not in current or (holding.rewrites and item.attributes)]


def _check_bits(item: Identifier) -> None:
    """Refuse what is not the bits of a group."""
    unknown = sorted(item.attributes.keys() - {"permission"})
    if unknown:
        raise InvalidValues([FieldProblem(unknown[0], "unknown", f"Unknown field '{unknown[0]}' of a sharing.")])
    bits = item.attributes.get("permission", 0)
    if not isinstance(bits, int) or isinstance(bits, bool) or bits & ~GROUP_BITS or bits < 0:
        message = f"'permission' of a sharing has bits of groups only: rights, times {1 << GROUP_SHIFT}."
        raise InvalidValues([FieldProblem("permission", "type", message)])


def _keys(entity: Entity, members: Sequence[Identifier]) -> list[Any]:
    keys = (entity.key(item.public_id) for item in members)
    return [key for key in keys if key is not None]


def _bounded(relation: Relation, found: Any) -> list[Any]:
    ceiling = option("MAX_VALUES")
    members = list(found[: ceiling + 1])
    if len(members) > ceiling:
        raise TooLarge(f"'{relation.name}' has more than {ceiling} members.", hint="Add or remove single ones.")
    return members


def _exposed(entity: Entity, column: str, relation: Relation) -> Field:
    field = entity.by_any_name.get(column)
    if field is None:
        raise NotAllowed(f"'{relation.name}' cannot be changed here.")
    return field
