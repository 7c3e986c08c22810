"""A client's names in, known columns and relations out; anything else is a ``BadParameter`` with a suggestion.

What the actor may not see does not exist here: secret fields, and relations to entities that they may not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from entities import registry
from entities.actors import Actor
from entities.entity import Entity, Field, Relation
from entities.errors import BadParameter, did_you_mean
from entities.filters.query import Column
from entities.permissions import Right, may

MAX_DEPTH = 3
KEY_NAMES = ("reference_id", "id")

Path = tuple[tuple[Relation, Entity], ...]


def column(entity: Entity, name: str, parameter: str) -> Column:
    """Return the column that ``name`` stands for on ``entity``."""
    field = entity.by_any_name.get(name)
    if field is not None and field.readable:
        return _field_column(entity, field)
    if field is None and name in KEY_NAMES:
        return key_column(entity)
    known = [*readable(entity), "reference_id"]
    raise BadParameter(
        f"Unknown field '{name}' on '{entity.name}'.", hint=did_you_mean(name, known), parameter=parameter
    )


def key_column(entity: Entity) -> Column:
    """Return the column that holds the rows' ids."""
    key = entity.model._meta.pk
    internal = key.get_internal_type() if key is not None else ""
    return Column("reference_id", entity.key_column, internal, refers_to=entity)


def searched_columns(entity: Entity) -> tuple[Column, ...]:
    """Return the short text columns, which ``filter`` looks into."""
    short = {"CharField", "EmailField", "SlugField"}
    found = (_field_column(entity, field) for field in entity.fields.values() if field.readable)
    return tuple(item for item in found if item.internal_type in short and not item.refers_to)


def path_and_column(entity: Entity, name: str, actor: Actor, parameter: str) -> tuple[Path, Column]:
    """Return the relations to walk, and the column at their end, for ``relation.relation.field``."""
    *steps, last = name.split(".")
    path = walk(entity, steps, actor, parameter)
    return path, column(path[-1][1] if path else entity, last, parameter)


def walk(entity: Entity, steps: list[str], actor: Actor, parameter: str) -> Path:
    """Return each relation of ``steps`` with the entity it leads to."""
    if len(steps) > MAX_DEPTH:
        raise BadParameter(f"'{parameter}' goes through more than {MAX_DEPTH} relations.", parameter=parameter)
    path: list[tuple[Relation, Entity]] = []
    for step in steps:
        entity = path[-1][1] if path else entity
        path.append(relation(entity, step, actor, parameter))
    return tuple(path)


def relation(entity: Entity, name: str, actor: Actor, parameter: str) -> tuple[Relation, Entity]:
    """Return the relation called ``name`` and its target."""
    visible = {item.name: target for item, target in visible_relations(entity, actor)}
    found = find_relation(entity, name)
    if found is not None and found.name in visible:
        return found, visible[found.name]
    hint = did_you_mean(name, visible)
    raise BadParameter(f"Unknown relation '{name}' on '{entity.name}'.", hint=hint, parameter=parameter)


def find_relation(entity: Entity, name: str) -> Relation | None:
    """Return the relation with that name; also by its foreign key, or by the one entity it leads to."""
    found = entity.relations.get(name)
    if found is not None:
        return found
    field = entity.by_any_name.get(name)
    if field is not None:
        return next((item for item in entity.relations.values() if item.field is field), None)
    target = registry.find(name.removesuffix("_id"))
    leading = [item for item in entity.relations.values() if target is not None and item.target == target.name]
    return leading[0] if len(leading) == 1 else None


def visible_relations(entity: Entity, actor: Actor) -> Iterator[tuple[Relation, Entity]]:
    """Yield each relation to an entity that the actor may read."""
    for item in entity.relations.values():
        target = registry.get(item.target)
        if may(Right.READ, target, actor):
            yield item, target


def readable(entity: Entity) -> Iterable[str]:
    """Return the names of the fields that are shown."""
    return [name for name, field in entity.fields.items() if field.readable]


def _field_column(entity: Entity, field: Field) -> Column:
    internal = field.model_field.get_internal_type()
    if field.column == entity.key_column and not field.target:
        return Column(field.name, field.column, internal, refers_to=entity)
    target = registry.get(field.target) if field.target else None
    return Column(field.name, field.column, internal, field.nullable, field.column_type, target)
