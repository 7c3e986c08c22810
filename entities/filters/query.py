"""The frozen description of a list: which rows, in which order, which page, with what beside them.

Nothing in it is a client's text but values to compare with; every name has been resolved to a known column or relation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from entities.entity import Entity, Relation
from entities.fields import ColumnType
from entities.filters.operators import Operator
from entities.pagination import Window


@dataclass(frozen=True, slots=True)
class Column:
    """What can be compared and ordered: a readable field, or the public id of a row.

    ``attribute`` is the model's own name for it. ``refers_to`` is the entity whose public ids the values are,
    ``column_type`` is what the values are otherwise.
    """

    name: str
    attribute: str
    internal_type: str
    nullable: bool = False
    column_type: ColumnType | None = None
    refers_to: Entity | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A column, an operator and a value; ``path`` are relations to walk first, each with the entity it leads to."""

    column: Column
    operator: Operator
    value: Any = None
    path: tuple[tuple[Relation, Entity], ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """One column to order by."""

    column: Column
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Include:
    """A relation whose rows are wanted too, and what is wanted beside those."""

    relation: Relation
    target: Entity
    children: tuple[Include, ...] = ()


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What is asked of a list. ``groups`` are alternatives; a row must satisfy one condition of each group.

    ``search`` are texts that must each stand in one of ``searched``. ``fields`` has the names wanted, by entity.
    """

    order: tuple[Order, ...]
    window: Window
    groups: tuple[tuple[Condition, ...], ...] = ()
    search: tuple[str, ...] = ()
    searched: tuple[Column, ...] = ()
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    include: tuple[Include, ...] = ()
