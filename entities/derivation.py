"""A registration and its Django model in, an ``Entity`` out."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.core.validators import EmailValidator
from django.db import models
from django.utils.duration import duration_iso_string

from entities.entity import Entity, Field, Relation, RowRule
from entities.fields import column_type, column_type_of
from entities.identifiers import seal
from entities.permissions import SIGNED_IN

NameOf = Callable[[type[models.Model]], str | None]

# Set by the store, or by the system alone: what a client sends for them is refused.
STAMPED = frozenset({"reference_id", "created_at", "updated_at", "version"})
GUARDED = frozenset({"permission", "user_account_id"})
# The relation to the groups that a row is shared with; the name is the original's.
SHARING = "usergroup_id"


@dataclass(frozen=True, slots=True)
class Registration:
    """How one model is exposed; see ``entities.registry.register``."""

    model: type[models.Model]
    name: str
    aliases: tuple[str, ...] = ()
    permission: int | None = None
    access_groups: tuple[tuple[str, int | None], ...] = ()
    hidden: frozenset[str] = frozenset()
    readonly: frozenset[str] = frozenset()
    column_types: Mapping[str, str] = field(default_factory=dict)
    column_aliases: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    row_rule: RowRule | None = None
    read_only: bool = False
    computed: Mapping[str, str] = field(default_factory=dict)
    validators: Mapping[str, tuple[Callable[[Any], None], ...]] = field(default_factory=dict)


def derive(registration: Registration, name_of: NameOf) -> Entity:
    """Return the entity for a registration; ``name_of`` tells under which name another model is exposed."""
    fields = {item.name: item for item in _fields(registration, name_of)}
    has_rows = _has_base(registration)
    return Entity(
        name=registration.name,
        aliases=registration.aliases,
        model=registration.model,
        fields=fields,
        relations={item.name: item for item in _relations(registration, fields, name_of)},
        permission=SIGNED_IN if registration.permission is None else registration.permission,
        access_groups=registration.access_groups,
        has_row_permissions=has_rows,
        row_rule=registration.row_rule,
        read_only=registration.read_only,
        computed={name: column_type(kind) for name, kind in registration.computed.items()},
        owner_column=getattr(registration.model, "owner_column", ""),
        label=str(registration.model._meta.verbose_name),
        by_any_name={name: item for item in fields.values() for name in (item.name, *item.aliases)},
        required=tuple(item for item in fields.values() if item.required and item.writable),
        references=tuple(item for item in fields.values() if item.target),
        columns=tuple(
            (item.name, item.column, item.to_row)
            for item in fields.values()
            if item.readable and item.name != "reference_id"
        ),
    )


def _has_base(registration: Registration) -> bool:
    # By its mark and not by its class, so that models may be registered while they are being loaded.
    return bool(getattr(registration.model, "carries_permission", False))


def _fields(registration: Registration, name_of: NameOf) -> Iterator[Field]:
    for item in registration.model._meta.concrete_fields:
        if item.name in registration.hidden or (item.primary_key and isinstance(item, models.AutoField)):
            continue
        if item.is_relation and not (item.related_model and name_of(item.related_model)):
            continue
        yield _field(registration, item, name_of)


def _field(registration: Registration, item: models.Field[Any, Any], name_of: NameOf) -> Field:
    kind = registration.column_types.get(item.name)
    found = column_type(kind) if kind else column_type_of(item)
    stamped = _has_base(registration) and item.attname in STAMPED
    auto = getattr(item, "auto_now", False) or getattr(item, "auto_now_add", False)
    aliases = tuple(alias for alias, name in registration.column_aliases.items() if name in (item.name, item.attname))
    # The tags of the column type say the same of an address, and say it to both apps.
    checks = (check for check in item.validators if not isinstance(check, EmailValidator))
    return Field(
        name=registration.names.get(item.name, item.attname),
        column_type=found,
        model_field=item,
        aliases=((item.name,) if item.attname != item.name else ()) + aliases,
        nullable=item.null,
        required=not (item.null or item.has_default() or auto or (item.blank and item.empty_strings_allowed)),
        readable=not found.is_secret,
        writable=not (stamped or auto or registration.read_only or item.name in registration.readonly),
        guarded=_has_base(registration) and item.attname in GUARDED,
        target=name_of(item.related_model) if item.is_relation else None,  # type: ignore[arg-type]
        to_row=_to_row(item),
        validators=(*checks, *registration.validators.get(item.name, ())),
        column=item.attname,
    )


def _relations(registration: Registration, fields: Mapping[str, Field], name_of: NameOf) -> Iterator[Relation]:
    groups = name_of(apps.get_model("entities", "UserGroup"))
    if groups and _is_shared(registration, fields):
        yield Relation(SHARING, groups, many=True, field=None, accessor=SHARING, query_name=SHARING, quiet=True)
    for item in fields.values():
        if item.target:
            name = item.model_field.name
            yield Relation(name, item.target, many=False, field=item, accessor=name, query_name=name)
    for reverse in registration.model._meta.related_objects:
        target = name_of(reverse.related_model)
        accessor = reverse.get_accessor_name()
        if target and accessor and not accessor.endswith("+") and not reverse.hidden:
            many = not reverse.one_to_one
            yield Relation(accessor, target, many=many, field=None, accessor=accessor, query_name=reverse.name)
    for forward in registration.model._meta.many_to_many:
        target = name_of(forward.related_model)
        if target and forward.name not in registration.hidden:
            yield Relation(forward.name, target, many=True, field=None, accessor=forward.name, query_name=forward.name)


def _is_shared(registration: Registration, fields: Mapping[str, Field]) -> bool:
    """Rows of the base can be shared with groups; an account belongs to groups instead."""
    owner = fields.get(getattr(registration.model, "owner_column", ""))
    is_account = owner is not None and owner.target == registration.name
    return _has_base(registration) and not is_account and SHARING not in fields


def iso_datetime(value: datetime) -> str:
    """Return ISO 8601 in UTC with ``Z``; a naive value is taken as UTC."""
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value.isoformat()[:-6] + "Z"


def _iso(value: Any) -> str:
    return str(value.isoformat())


def _base64(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode()


def _duration(value: timedelta) -> str:
    return duration_iso_string(value)


def _file_name(value: Any) -> str:
    return str(value or "")


_TO_ROW: Mapping[str, Callable[[Any], Any]] = {
    "UUIDField": str,
    "DateTimeField": iso_datetime,
    "DateField": _iso,
    "TimeField": _iso,
    "DurationField": _duration,
    "BinaryField": _base64,
    "FileField": _file_name,
    "ImageField": _file_name,
    "GenericIPAddressField": str,
}


def _sealed(table: str, key: int) -> str:
    return str(seal(table, key))


def _to_row(item: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    target = item.target_field if item.is_relation else item  # type: ignore[attr-defined]
    if isinstance(target, models.AutoField):
        return partial(_sealed, target.model._meta.db_table)
    return _TO_ROW.get(target.get_internal_type())
