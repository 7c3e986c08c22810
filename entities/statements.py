"""The compiled INSERT of a model: made once for each database vendor, run without building a query.

Only for models whose key is made in the process and that nobody listens to: a model that overrides ``save``, keeps
files or has ``pre_save`` / ``post_save`` receivers goes through Django's ``save``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_init, post_save, pre_init, pre_save

from entities.entity import Entity

Prepare = Callable[[Any], Any]
SIGNALS = (pre_save, post_save, pre_init, post_init)
# Values of these fields go to the driver as they are: it knows their types. Exact classes, for a subclass may differ.
_PLAIN: frozenset[type] = frozenset(
    {
        models.BooleanField,
        models.CharField,
        models.EmailField,
        models.IntegerField,
        models.PositiveIntegerField,
        models.SlugField,
        models.TextField,
        models.URLField,
    }
)
_TYPED: frozenset[type] = frozenset(
    {
        models.DateField,
        models.DateTimeField,
        models.DecimalField,
        models.ForeignKey,
        models.TimeField,
        models.UUIDField,
    }
)
_NATIVE: Mapping[str, frozenset[type]] = {"postgresql": _PLAIN | _TYPED, "sqlite": _PLAIN}


@dataclass(frozen=True, slots=True)
class Insert:
    """One INSERT statement: its text, and for each placeholder the column and how its value is prepared."""

    sql: str
    columns: tuple[tuple[str, Prepare | None], ...]

    def parameters(self, record: Mapping[str, Any]) -> list[Any]:
        """Return the statement's parameters for a record by column."""
        return [prepare(record[column]) if prepare else record[column] for column, prepare in self.columns]


def writes_directly(entity: Entity) -> bool:
    """Say whether rows of the entity may be inserted without Django's ``save``."""
    model = entity.model
    if not isinstance(model._meta.pk, models.UUIDField) or model._meta.parents or _customised(model):
        return False
    return not any(signal.receivers and signal.has_listeners(model) for signal in SIGNALS)


def insert(model: type[models.Model], connection: BaseDatabaseWrapper) -> Insert:
    """Return the compiled INSERT of the model for the connection's database."""
    return _insert(model, connection.vendor, connection)


@lru_cache(maxsize=4096)
def _customised(model: type[models.Model]) -> bool:
    base = models.Model
    inherited = [item for item in model.__mro__ if "save" in vars(item) and item is not base]
    ours = [item for item in inherited if item.__module__ != "django.contrib.auth.base_user"]
    keeps_files = any(isinstance(field, models.FileField) for field in model._meta.concrete_fields)
    return bool(ours) or keeps_files or model.save_base is not base.save_base


_inserts: dict[tuple[type[models.Model], str], Insert] = {}


def _insert(model: type[models.Model], vendor: str, connection: BaseDatabaseWrapper) -> Insert:
    found = _inserts.get((model, vendor))
    if found is None:
        found = _inserts[(model, vendor)] = _compile(model, connection)
    return found


def _compile(model: type[models.Model], connection: BaseDatabaseWrapper) -> Insert:
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
    return Insert(sql, tuple((field.attname, _preparer(field, connection)) for field in fields))


def _preparer(field: models.Field[Any, Any], connection: BaseDatabaseWrapper) -> Prepare | None:
    if _is_native(field, _NATIVE.get(connection.vendor, frozenset())):
        return None

    def prepare(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    return prepare


def _is_native(field: models.Field[Any, Any], native: frozenset[type]) -> bool:
    keys = field.target_field if field.is_relation else field  # type: ignore[attr-defined]
    return type(field) in native and type(keys) in native


@lru_cache(maxsize=4096)
def defaults(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Prepare], ...]]:
    """Return the values of columns that the writer does not give: constants, and what is made from the time."""
    fields = model._meta.local_concrete_fields
    made = tuple((field.attname, _made(field)) for field in fields if _is_made(field))
    return {field.attname: None if _is_made(field) else field.get_default() for field in fields}, made


def _is_now(field: models.Field[Any, Any]) -> bool:
    return bool(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))


def _is_made(field: models.Field[Any, Any]) -> bool:
    return _is_now(field) or callable(field.default)


def _made(field: models.Field[Any, Any]) -> Prepare:
    if not _is_now(field):
        return lambda now: field.get_default()
    if isinstance(field, models.DateTimeField):
        return lambda now: now
    return lambda now: now.date() if isinstance(field, models.DateField) else now.time()
