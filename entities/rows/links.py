"""How the rows of two entities hang together in the database: which column, in which table, points where."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models

from entities.derivation import SHARING
from entities.entity import Entity, Relation
from entities.models import RowGroup


@dataclass(frozen=True, slots=True)
class Link:
    """Rows of ``model`` hold the near row's key in ``near`` and, for a table in between, the far row's in ``far``.

    ``far`` is empty where ``model`` is the target's own: its rows point back. ``far_row`` is the name under which the
    far row's columns are reached.
    """

    model: type[models.Model]
    near: str
    far: str = ""
    far_row: str = ""


def link_of(entity: Entity, relation: Relation) -> Link:
    """Return the link behind a backward or many-to-many relation."""
    if relation.query_name == SHARING:
        return Link(RowGroup, near="row_id", far="usergroup_id", far_row="usergroup")
    return _link(entity.model, relation.query_name)


@lru_cache(maxsize=1024)
def _link(model: type[models.Model], name: str) -> Link:
    found: Any = model._meta.get_field(name)
    if found.many_to_many:
        field: Any = found if isinstance(found, models.ManyToManyField) else found.field
        through: Any = field.remote_field.through
        names = field.m2m_field_name(), field.m2m_reverse_field_name()
        near, far = (through._meta.get_field(name) for name in (names if field is found else reversed(names)))
        return Link(through, near.attname, far.attname, far_row=far.name)
    return Link(found.related_model, found.field.attname)
