"""Changes of a relationship, written through the rows that hold it: a foreign key here, there, or in between.

Each change is a write of those rows and needs the rights that such a write needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from entities import registry, rows
from entities.access import require
from entities.documents import Identifier
from entities.entity import Entity, Field, Relation
from entities.errors import Conflict, NotAllowed, TooLarge
from entities.options import option
from entities.permissions import Right
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
        holding.add([item for item in members if item.public_id.lower() not in current])

    def add(self, members: Sequence[Identifier]) -> None:
        """Add members; those that are members already stay."""
        holding = self._many()
        current = holding.members(among=members)
        holding.add([item for item in members if item.public_id.lower() not in current])

    def remove(self, members: Sequence[Identifier]) -> None:
        """Remove members; those that are none stay out."""
        holding = self._many()
        current = holding.members(among=members)
        holding.remove([item for item in members if item.public_id.lower() in current])

    def _point(self, field: Field, members: Sequence[Identifier]) -> None:
        require(self.entity, Right.UPDATE, self.unit.actor)
        public_id = members[0].public_id if members else None
        self.unit.update(self.entity, self.public_id, {field.name: public_id})

    def _many(self) -> _PointingBack | _InBetween:
        if not self.relation.many:
            raise NotAllowed(f"'{self.relation.name}' leads to one row.", hint="Use PATCH.")
        return self._holding()

    def _holding(self) -> _PointingBack | _InBetween:
        key = rows.key_of(self.entity, self.public_id, self.unit.actor)
        link = link_of(self.entity, self.relation)
        return _InBetween(self, link, key) if link.far else _PointingBack(self, link, key)


@dataclass(frozen=True, slots=True)
class _PointingBack:
    """The members' own foreign keys hold the relationship."""

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
