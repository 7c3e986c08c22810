"""A Django model in, a frozen description of an entity out: its fields, relations and public names.

Derived once, after the apps are loaded. Nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db import models

from entities.actors import Actor
from entities.errors import UnknownField
from entities.fields import ColumnType
from entities.identifiers import parse_uuid, seal, unseal

# A right and an actor in, the condition for the rows that grant it out; ``None`` where every row does.
RowRule: TypeAlias = Callable[[int, Actor], models.Q | None]


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of an entity.

    ``name`` is the key on the wire (``title``; ``project_id`` for a foreign key, whose relationship is ``project``),
    ``aliases`` are accepted too when writing. ``guarded`` fields are set by the system alone. ``to_row`` turns a
    database value (never ``None``) into the row's value. ``column`` is the attribute of the model that holds it.
    """

    name: str
    column_type: ColumnType
    model_field: models.Field[Any, Any]
    aliases: tuple[str, ...] = ()
    nullable: bool = False
    required: bool = False
    readable: bool = True
    writable: bool = True
    guarded: bool = False
    target: str | None = None
    to_row: Callable[[Any], Any] | None = None
    validators: tuple[Callable[[Any], None], ...] = ()
    column: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A way from a row to other rows: forward (a foreign key here) or backward and to many.

    A ``quiet`` one stands beside the relationships of a row only where somebody asks for it.
    """

    name: str
    target: str
    many: bool
    field: Field | None
    accessor: str
    query_name: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """A model exposed as a CRUD resource. Rows are dicts in the order of ``fields``, readable fields only.

    ``row_rule`` stands for the rows' own bits, where they have none. ``read_only``: nobody writes rows through the
    store, not even the system. ``computed`` are attributes that the entity's own views add to a row.
    """

    name: str
    model: type[models.Model]
    fields: Mapping[str, Field]
    relations: Mapping[str, Relation]
    aliases: tuple[str, ...] = ()
    permission: int = 0
    access_groups: tuple[tuple[str, int | None], ...] = ()
    has_row_permissions: bool = False
    row_rule: RowRule | None = None
    read_only: bool = False
    computed: Mapping[str, ColumnType] = field(default_factory=dict)
    owner_column: str = ""
    label: str = ""
    by_any_name: Mapping[str, Field] = field(default_factory=dict)
    required: tuple[Field, ...] = ()
    references: tuple[Field, ...] = ()
    columns: tuple[tuple[str, str, Callable[[Any], Any] | None], ...] = ()

    def field(self, name: str) -> Field:
        """Return the field with that name or alias.

        Raises:
            UnknownField: with a suggestion.
        """
        found = self.by_any_name.get(name)
        if found is None:
            raise UnknownField(self.name, name, known=self.readable_names())
        return found

    def readable_names(self) -> Iterable[str]:
        """Names that may be shown to anybody who may read the entity."""
        return [name for name, item in self.fields.items() if item.readable or item.writable]

    @property
    def owns_itself(self) -> bool:
        """The row is an account: it is its own owner."""
        owner = self.fields.get(self.owner_column)
        return owner is not None and owner.target == self.name

    @property
    def key_column(self) -> str:
        """The attribute of the model that holds the primary key."""
        return str(self.model._meta.pk.attname)

    @property
    def is_sealed(self) -> bool:
        """The key is an integer that the database counts up, so clients see it sealed into a UUID."""
        return isinstance(self.model._meta.pk, models.AutoField)

    def public_id(self, key: Any) -> str:
        """Return the id shown to clients for the row with primary key ``key``."""
        return str(seal(self.model._meta.db_table, key)) if self.is_sealed else str(key)

    def key(self, public_id: object) -> Any | None:
        """Return the primary key that ``public_id`` stands for, or ``None`` when it can stand for none."""
        pk = self.model._meta.pk
        if self.is_sealed or isinstance(pk, models.UUIDField):
            found = parse_uuid(public_id)
            if found is None or not self.is_sealed:
                return found
            return unseal(self.model._meta.db_table, found)
        try:
            return pk.to_python(public_id)
        except ValidationError:
            return None

    def to_row(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row for database values by column: type, public id, then every readable field."""
        row: dict[str, Any] = {"__type": self.name, "reference_id": self.public_id(values[self.key_column])}
        for name, column, convert in self.columns:
            value = values[column]
            row[name] = value if value is None or convert is None else convert(value)
        return row
