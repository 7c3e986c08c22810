"""Which columns of an entity are read, and the rows made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable

from entities.entity import Entity
from entities.filters.query import Include
from entities.rows.wire import WireColumn, wire_column

Row = dict[str, Any]
Convert = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class Selection:
    """The columns of one entity that are wanted, the key first: name on the wire, attribute, conversion."""

    entity: Entity
    columns: tuple[tuple[str, str, Convert], ...]

    def rows(self, records: Iterable[Iterable[Any]]) -> list[Row]:
        """Return the rows for records with the values of ``expressions``."""
        reading = self._reading()
        return [self._row(reading, record) for record in records]

    def stream(self, found: QuerySet[Any], size: int) -> Iterator[Row]:
        """Yield the rows of a query, ``size`` of them in memory."""
        reading = self._reading()
        records = found.values_list(*self.expressions()).iterator(chunk_size=size)
        return (self._row(reading, record) for record in records)

    def rows_by(self, found: QuerySet[Any], attribute: str, prefix: str = "") -> list[tuple[Any, Row]]:
        """Return each row with the value of one more attribute; ``prefix`` leads from what is queried to the rows."""
        reading = self._reading()
        records = found.values_list(attribute, *self.expressions(prefix))
        return [(record[0], self._row(reading, record[1:])) for record in records]

    def _row(self, reading: list[tuple[str, Convert]], values: Iterable[Any]) -> Row:
        row: Row = {"__type": self.entity.name}
        for (name, convert), value in zip(reading, values, strict=True):
            row[name] = value if value is None or convert is None else convert(value)
        return row

    def attributes(self) -> tuple[str, ...]:
        """Return the attributes of the model that hold the columns, in order."""
        return tuple(attribute for _, attribute, _ in self.columns)

    def expressions(self, prefix: str = "") -> list[str | Combinable]:
        """Return what is selected for the columns, in order."""
        return [
            wire.expression(f"{prefix}{attribute}") if wire else f"{prefix}{attribute}"
            for attribute, wire in self._wires()
        ]

    def _reading(self) -> list[tuple[str, Convert]]:
        return [
            (name, wire.convert if wire else convert)
            for (name, _, convert), (_, wire) in zip(self.columns, self._wires(), strict=True)
        ]

    def _wires(self) -> Iterator[tuple[str, WireColumn | None]]:
        return ((attribute, wire_column(self.entity.model, attribute)) for _, attribute, _ in self.columns)


def selection_of(entity: Entity, wanted: frozenset[str] | None, include: tuple[Include, ...] = ()) -> Selection:
    """Return the selection for the names wanted (``None``: all), with the foreign keys that relations need."""
    key = ("reference_id", entity.key_column, entity.public_id)
    if wanted is None:
        return Selection(entity, (key, *entity.columns))
    names = wanted | _foreign_keys(entity, wanted, include)
    return Selection(entity, (key, *(item for item in entity.columns if item[0] in names)))


def _foreign_keys(entity: Entity, wanted: frozenset[str], include: tuple[Include, ...]) -> frozenset[str]:
    relations = {*wanted, *(item.relation.name for item in include)}
    return frozenset(item.field.name for name, item in entity.relations.items() if item.field and name in relations)
