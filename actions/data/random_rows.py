"""An entity in, rows of it that are made up out, as ``unit.create`` takes them: every column that has to be given.

What has a default keeps it. A reference leads to a row that is there and that the actor may refer to; one that need
not lead anywhere does so only where there is such a row.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from actions.data.errors import NoRandomValue
from actions.data.random_values import random_value
from entities import registry
from entities.actors import Actor
from entities.entity import Entity, Field
from entities.fields.table import FILE_TYPES
from entities.permissions import referable

MAX_COUNT = 1_000
MAX_REFERRED = 1_000  # rows of which one is chosen
ATTEMPTS = 50

_dice = random.SystemRandom()


@dataclass(slots=True)
class RandomRows:
    """Makes rows of one entity for one actor; what must be unique is so among them, too."""

    entity: Entity
    actor: Actor
    _unique: frozenset[str] = field(init=False)
    _given: dict[str, set[Any]] = field(default_factory=dict)
    _ids: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._unique = frozenset(_unique_columns(self.entity.model))

    def make(self) -> dict[str, Any]:
        """Return the values of one row, by name.

        Raises:
            NoRandomValue: a column for which none can be made up.
        """
        return dict(self._values())

    def _values(self) -> Iterator[tuple[str, Any]]:
        for item in self.entity.fields.values():
            if not item.writable or item.guarded:
                continue
            if item.target:
                yield from self._reference(item)
            elif item.required:
                yield item.name, self._value(item)

    def _reference(self, item: Field) -> Iterator[tuple[str, Any]]:
        target = item.target or ""
        if target not in self._ids:
            self._ids[target] = _referable_ids(registry.get(target), self.actor)
        if self._ids[target]:
            yield item.name, _dice.choice(self._ids[target])
        elif item.required:
            raise NoRandomValue(f"There is no '{target}' that '{item.name}' could refer to.")

    def _value(self, item: Field) -> Any:
        if item.column_type.name.partition(".")[0] in FILE_TYPES:
            raise NoRandomValue(f"No file is made up for '{item.name}'.")
        must_differ = item.column in self._unique
        given = self._given.setdefault(item.name, set()) if must_differ else set()
        for _ in range(ATTEMPTS):
            value = random_value(item.column_type, unique=must_differ)
            if repr(value) not in given and _passes(item, value):
                given.add(repr(value))
                return value
        raise NoRandomValue(f"No value can be made up for '{item.name}' of '{self.entity.name}'.")


def _passes(item: Field, value: Any) -> bool:
    """Say whether the validators of the model's field take the value."""
    try:
        for validate in item.validators:
            validate(item.column_type.coerce(value))
    except ValidationError:
        return False
    return True


def _unique_columns(model: type[models.Model]) -> Iterator[str]:
    yield from (item.attname for item in model._meta.concrete_fields if item.unique)
    for names in model._meta.unique_together:
        yield from (str(model._meta.get_field(name).attname) for name in names)  # type: ignore[union-attr]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            named = [*constraint.fields, *_within(constraint.expressions)]
            yield from (str(model._meta.get_field(name).attname) for name in named)  # type: ignore[union-attr]


def _within(expressions: Any) -> Iterator[str]:
    """Yield the names of the columns that expressions such as ``Lower("email")`` read."""
    for expression in expressions:
        if isinstance(expression, models.F):
            yield str(expression.name)  # type: ignore[attr-defined]
        yield from _within(getattr(expression, "get_source_expressions", list)())


def _referable_ids(entity: Entity, actor: Actor) -> list[str]:
    rows = entity.model._base_manager.all()
    condition = referable(entity, actor)
    found = rows if condition is None else rows.filter(condition)
    keys = found.order_by("-pk").values_list("pk", flat=True)[:MAX_REFERRED]
    return [entity.public_id(key) for key in keys]
