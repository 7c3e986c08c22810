"""What is asked of one row before it is written: may it be, by whom, and which values it gets besides those sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from entities import statements
from entities.actors import Actor
from entities.entity import Entity, Field
from entities.errors import Forbidden, NotAllowed, NotFound
from entities.permissions import Right, grants


def check_written(entity: Entity) -> None:
    """Refuse to write rows of an entity that nobody writes.

    Raises:
        NotAllowed.
    """
    if entity.read_only:
        raise NotAllowed(f"Rows of '{entity.name}' are not written.")


def without_echoes(entity: Entity, instance: models.Model, changes: dict[str, Any]) -> dict[str, Any]:
    """Leave out what others may not set where it is what the row says: clients send back the row that they read."""
    kept = [name for name in changes if (field := entity.by_any_name.get(name)) and _is_systems(field)]
    if not kept:
        return changes
    row = entity.to_row(vars(instance))
    echoes = {name for name in kept if row[entity.by_any_name[name].name] == changes[name]}
    return {name: value for name, value in changes.items() if name not in echoes}


def _is_systems(field: Field) -> bool:
    return field.readable and (field.guarded or not field.writable)


def field_name(entity: Entity, column: str) -> str:
    """Return the name of the model's field that holds a column."""
    return entity.fields[column].model_field.name if column in entity.fields else column


def check_right(entity: Entity, instance: models.Model, right: Right, actor: Actor) -> None:
    """Refuse who does not hold a right on a row: as not found where they may not even know of it.

    Raises:
        Forbidden, NotFound.
    """
    values = vars(instance)
    if grants(entity, values, right, actor):
        return
    if any(grants(entity, values, known, actor) for known in (Right.READ, Right.PEEK)):
        raise Forbidden(f"You may not {str(right.name).lower()} this '{entity.name}'.")
    raise NotFound(entity.name, entity.public_id(instance.pk))


def complete(entity: Entity, accepted: Mapping[str, Any], owner: UUID | None) -> dict[str, Any]:
    """Return the values of all columns of a new row; it belongs to ``owner``, unless it belongs to itself."""
    constants, made = statements.defaults(entity.model)
    record = {**constants, **accepted}
    now = timezone.now()
    for column, make in made:
        if column not in accepted:
            record[column] = make(now)
    if entity.has_row_permissions and record[entity.owner_column] is None:
        record[entity.owner_column] = record[entity.key_column] if entity.owns_itself else owner
    return record
