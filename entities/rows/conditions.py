"""A ``ListQuery`` in, conditions for Django's ORM out. Each keyword is a known column and a fixed look-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet

from entities import registry
from entities.actors import Actor
from entities.entity import Entity, Relation
from entities.filters.operators import TEXT_TYPES
from entities.filters.query import Column, Condition, ListQuery
from entities.permissions import Right, visible
from entities.rows.links import Link, link_of


def where(entity: Entity, query: ListQuery, actor: Actor) -> Q:
    """Return the condition that the rows of a list must satisfy."""
    groups = [reduce(or_, (_condition(entity, item, actor) for item in group)) for group in query.groups]
    searches = [reduce(or_, (_contains(column, text) for column in query.searched)) for text in query.search]
    return reduce(and_, [*groups, *searches], Q())


def permitted(entity: Entity, actor: Actor, right: Right = Right.READ) -> QuerySet[Any]:
    """Return the rows of ``entity`` that grant the right to the actor."""
    rows = entity.model._base_manager.all()
    condition = visible(entity, right, actor)
    return rows if condition is None else rows.filter(condition)


def between(link: Link, actor: Actor) -> QuerySet[Any]:
    """Return the rows of a table in between that the actor may read; all of them where it is not exposed."""
    entity = registry.of_model(link.model)
    return permitted(entity, actor) if entity is not None else link.model._base_manager.all()


def belonging(entity: Entity, relation: Relation, key: Any, actor: Actor) -> Q:
    """Return the condition for rows of the relation's target that belong to the row with ``key``."""
    link = link_of(entity, relation)
    if not link.far:
        return Q(**{link.near: key})
    return Q(pk__in=between(link, actor).filter(**{link.near: key}).values(link.far))


def _condition(entity: Entity, condition: Condition, actor: Actor) -> Q:
    return through(entity, condition.path, comparison(condition), actor)


def through(entity: Entity, path: tuple[tuple[Relation, Entity], ...], found: Q, actor: Actor) -> Q:
    """Return the condition for rows related to a row that satisfies ``found`` and that the actor may read."""
    if not path:
        return found
    (relation, target), *rest = path
    readable = permitted(target, actor).filter(through(target, tuple(rest), found, actor))
    if relation.field is not None:
        return Q(**{f"{relation.field.column}__in": readable.values("pk")})
    link = link_of(entity, relation)
    if link.far:
        holders = between(link, actor).filter(**{f"{link.far}__in": readable.values("pk")})
    else:
        holders = readable.filter(**{f"{link.near}__isnull": False})
    return Q(pk__in=holders.values(link.near))


def comparison(condition: Condition) -> Q:
    """Return the condition for rows whose own column compares so."""
    column, operator = condition.column, condition.operator
    build = _SPECIAL.get(operator.lookup)
    found = (
        build(column, condition.value) if build else Q(**{f"{column.attribute}__{operator.lookup}": condition.value})
    )
    return ~found if operator.negated else found


def _equal(column: Column, value: Any) -> Q:
    return Q(**{f"{column.attribute}__isnull": True}) if value is None else Q(**{column.attribute: value})


def _one_of(column: Column, values: list[Any]) -> Q:
    some = Q(**{f"{column.attribute}__in": [value for value in values if value is not None]})
    return some | _equal(column, None) if None in values else some


def _empty(column: Column, value: Any) -> Q:
    null = _equal(column, None)
    return null | Q(**{column.attribute: ""}) if column.internal_type in TEXT_TYPES else null


def _true(column: Column, value: Any) -> Q:
    return Q(**{column.attribute: True})


def _false(column: Column, value: Any) -> Q:
    return Q(**{column.attribute: False})


def _contains(column: Column, text: str) -> Q:
    return Q(**{f"{column.attribute}__icontains": text})


_SPECIAL: Mapping[str, Callable[[Column, Any], Q]] = {
    "exact": _equal,
    "in": _one_of,
    "empty": _empty,
    "true": _true,
    "false": _false,
}
