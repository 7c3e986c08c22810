"""What the values of a column or of a function are: how they are compared, and how an answer shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import models

from entities.aggregates.exact import CONTEXT
from entities.entity import Entity
from entities.fields import ColumnType, column_type
from entities.fields.table import decimal_type
from entities.filters.operators import EQUALS, TEXT_TYPES, applies
from entities.filters.query import Column

INTEGERS = frozenset(
    {"SmallIntegerField", "IntegerField", "BigIntegerField"}
    | {"PositiveSmallIntegerField", "PositiveIntegerField", "PositiveBigIntegerField"}
)
DECIMALS = frozenset({"DecimalField"})
FLOATS = frozenset({"FloatField"})
NUMBERS = INTEGERS | DECIMALS | FLOATS
TEXTS = TEXT_TYPES
MOMENTS = frozenset({"DateTimeField"})
DATES = frozenset({"DateField"}) | MOMENTS
TIMES = frozenset({"TimeField"}) | MOMENTS
ORDERED = NUMBERS | TEXTS | DATES | TIMES | {"DurationField"}
_COMPARED_DIGITS, _COMPARED_PLACES = 60, 20


@dataclass(frozen=True, slots=True)
class Kind:
    """``internal_type`` is Django's name, ``field`` reads and writes such values for the database.

    ``places`` are those of a decimal; ``show`` makes a JSON value of a value.
    """

    internal_type: str
    field: models.Field[Any, Any]
    column_type: ColumnType | None = None
    refers_to: Entity | None = None
    places: int = 0
    show: Callable[[Any], Any] | None = None

    def shown(self, value: Any) -> Any:
        """Return a value of the database as an answer has it."""
        return value if value is None or self.show is None else self.show(value)

    def column(self, name: str, attribute: str = "") -> Column:
        """Return what conditions compare: these values, under a name."""
        return Column(name, attribute, self.internal_type, True, self.column_type, self.refers_to)

    @property
    def is_comparable(self) -> bool:
        """Say whether two values can be told to be equal."""
        return applies(EQUALS, self.internal_type)

    def is_one_of(self, internal_types: frozenset[str] | None) -> bool:
        """Say whether these are values of one of the types; ``None`` stands for any. An id is only an id."""
        return internal_types is None or (self.refers_to is None and self.internal_type in internal_types)


def kind_of(owner: Entity, column: Column) -> Kind:
    """Return the kind of a column of ``owner``, shown as its rows show it."""
    target = column.refers_to
    if target is not None:
        return Kind(column.internal_type, target.model._meta.pk, column.column_type, target, show=target.public_id)
    field = owner.fields[column.name]
    places = getattr(field.model_field, "decimal_places", 0) or 0
    show = partial(padded, places=places) if column.internal_type in DECIMALS else field.to_row
    return Kind(column.internal_type, field.model_field, column.column_type, places=places, show=show)


def exact_kind(places: int, show: Callable[[Any], Any] | None = None) -> Kind:
    """Return the kind of decimals with so many places."""
    compared = decimal_type("decimal", _COMPARED_DIGITS, _COMPARED_PLACES)
    field = models.DecimalField(max_digits=_COMPARED_DIGITS, decimal_places=places)
    return Kind("DecimalField", field, compared, places=places, show=show or partial(padded, places=places))


def padded(value: Any, places: int) -> Decimal:
    """Return a decimal with exactly so many places."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), context=CONTEXT)


def _iso(value: Any) -> str:
    return str(value.isoformat())


WHOLE = Kind("BigIntegerField", models.BigIntegerField(), column_type("integer"), show=int)
FLOAT = Kind("FloatField", models.FloatField(), column_type("float"))
TEXT = Kind("TextField", models.TextField(), column_type("content"))
DATE = Kind("DateField", models.DateField(), column_type("date"), show=_iso)
MOMENT = Kind("DateTimeField", models.DateTimeField(), column_type("datetime"), show=column_type("datetime").to_json)
