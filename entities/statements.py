"""The compiled statements of a model: made once for each database vendor, run without building a query.

INSERT and UPDATE only for models whose key is made in the process and that nobody listens to: a model that overrides
``save``, keeps files or has ``pre_save`` / ``post_save`` receivers goes through Django's ``save``.
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
# Clients choose which columns they change, in any order: what is kept of that is bounded.
MAX_UPDATES = 4096
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
# What these do before a row is saved is known here: nothing, or the time.
_KNOWN_PRE_SAVES = frozenset(
    kind.pre_save for kind in (models.Field, models.DateField, models.DateTimeField, models.TimeField)
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


@dataclass(frozen=True, slots=True)
class LockingSelect:
    """The SELECT of a row by its key that locks it, as Django compiles it."""

    model: type[models.Model]
    sql: str
    key: models.Field[Any, Any]
    columns: tuple[str, ...]
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]

    def run(self, key: Any, connection: BaseDatabaseWrapper) -> models.Model | None:
        """Return the row, or ``None`` where there is none."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [self.key.get_db_prep_value(key, connection)])
            found = cursor.fetchone()
        if found is None:
            return None
        values = list(found)
        for position, conversions, expression in self.converters:
            for convert in conversions:
                values[position] = convert(values[position], expression, connection)
        return self.model.from_db(connection.alias, self.columns, values)


@dataclass(frozen=True, slots=True)
class Update:
    """One UPDATE of a row by its key: its text, and how the values of its columns and the key are prepared."""

    sql: str
    columns: tuple[tuple[str, Prepare | None], ...]
    key: tuple[str, Prepare | None]

    def parameters(self, record: Mapping[str, Any]) -> list[Any]:
        """Return the statement's parameters for a record by column."""
        return [prepare(record[column]) if prepare else record[column] for column, prepare in (*self.columns, self.key)]


def writes_directly(entity: Entity) -> bool:
    """Say whether rows of the entity may be inserted without Django's ``save``."""
    model = entity.model
    if not isinstance(model._meta.pk, models.UUIDField) or model._meta.parents or _customised(model):
        return False
    return not any(signal.receivers and signal.has_listeners(model) for signal in SIGNALS)


def insert(model: type[models.Model], connection: BaseDatabaseWrapper) -> Insert:
    """Return the compiled INSERT of the model for the connection's database."""
    return _insert(model, connection.vendor, connection)


def locked(model: type[models.Model], key: Any, connection: BaseDatabaseWrapper) -> models.Model | None:
    """Return the row of the key, locked until the transaction ends, in which this is called; ``None`` without one."""
    if not isinstance(model._meta.pk, models.UUIDField) or not _has_plain_rows(model):
        return _locking(model, key, connection).first()
    found = _selects.get((model, connection.vendor))
    if found is None:
        found = _selects[model, connection.vendor] = _compile_select(model, key, connection)
    return found.run(key, connection)


def update(model: type[models.Model], columns: tuple[str, ...], connection: BaseDatabaseWrapper) -> Update:
    """Return the compiled UPDATE of the columns, which are attributes of the model."""
    name = model, columns, connection.vendor
    found = _updates.get(name)
    if found is None:
        if len(_updates) >= MAX_UPDATES:
            _updates.clear()
        found = _updates[name] = _compile_update(model, columns, connection)
    return found


@lru_cache(maxsize=4096)
def set_at_update(model: type[models.Model], columns: tuple[str, ...]) -> tuple[tuple[str, Prepare], ...] | None:
    """Return how columns that follow the time are made, or ``None`` where only Django's ``save`` can tell."""
    fields = [field for field in model._meta.local_concrete_fields if field.attname in columns]
    updates_itself = model._do_update is not models.Model._do_update or not _has_plain_rows(model)
    computes = any(type(field).pre_save not in _KNOWN_PRE_SAVES for field in fields)
    if updates_itself or computes or len(fields) != len(columns):
        return None
    return tuple((field.attname, _made(field)) for field in fields if getattr(field, "auto_now", False))


@lru_cache(maxsize=4096)
def _customised(model: type[models.Model]) -> bool:
    base = models.Model
    inherited = [item for item in model.__mro__ if "save" in vars(item) and item is not base]
    ours = [item for item in inherited if item.__module__ != "django.contrib.auth.base_user"]
    keeps_files = any(isinstance(field, models.FileField) for field in model._meta.concrete_fields)
    return bool(ours) or keeps_files or model.save_base is not base.save_base


def _has_plain_rows(model: type[models.Model]) -> bool:
    return type(model._base_manager) is models.Manager


_inserts: dict[tuple[type[models.Model], str], Insert] = {}
_selects: dict[tuple[type[models.Model], str], LockingSelect] = {}
_updates: dict[tuple[type[models.Model], tuple[str, ...], str], Update] = {}


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


def _locking(model: type[models.Model], key: Any, connection: BaseDatabaseWrapper) -> models.QuerySet[Any]:
    # Writers wait for one another; rows that merely refer to this one do not.
    rows = model._base_manager.using(connection.alias).filter(pk=key)
    return rows.select_for_update(no_key=connection.vendor == "postgresql")


def _compile_select(model: type[models.Model], key: Any, connection: BaseDatabaseWrapper) -> LockingSelect:
    compiler = _locking(model, key, connection).query.get_compiler(connection=connection)
    sql, _ = compiler.as_sql()
    converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
    return LockingSelect(
        model,
        sql,
        model._meta.pk,
        tuple(field.attname for field in model._meta.concrete_fields),
        tuple((position, tuple(conversions), of) for position, (conversions, of) in converters.items()),
    )


def _compile_update(model: type[models.Model], columns: tuple[str, ...], connection: BaseDatabaseWrapper) -> Update:
    quote = connection.ops.quote_name
    by_column = {field.attname: field for field in model._meta.local_concrete_fields}
    fields, key = [by_column[column] for column in columns], model._meta.pk
    sets = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    where = f"{quote(str(key.column))} = %s"
    sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {where}"  # noqa: S608 - our own names
    prepared = tuple((field.attname, _preparer(field, connection)) for field in fields)
    return Update(sql, prepared, (key.attname, _preparer(key, connection)))


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
