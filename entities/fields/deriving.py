"""A Django model field in, its column type out: how CRUD reads, checks and shows a column that nobody described.

Bounds that the model states (length, digits, smallest and largest value, choices) are the type's bounds. Validators of
the model field are not repeated here; whoever writes runs them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, cast

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import models

from entities.fields import texts, times
from entities.fields.base import ColumnType, ValueRefused, expected
from entities.fields.choices import with_choices
from entities.fields.files import first_file
from entities.fields.table import (
    DATE,
    DATETIME,
    JSON,
    TIME,
    TRUEFALSE,
    column_type,
    decimal_type,
    integer_type,
    number_type,
    text_type,
)

AnyField: TypeAlias = "models.Field[Any, Any]"

_INTEGER_RANGES: Mapping[str, tuple[int, int]] = {
    "SmallIntegerField": (-(2**15), 2**15 - 1),
    "IntegerField": (-(2**31), 2**31 - 1),
    "BigIntegerField": (-(2**63) + 1, 2**63 - 1),
    "PositiveSmallIntegerField": (0, 2**15 - 1),
    "PositiveIntegerField": (0, 2**31 - 1),
    "PositiveBigIntegerField": (0, 2**63 - 1),
}


def column_type_of(model_field: AnyField) -> ColumnType:
    """Return the column type of a model field; a field class may name one itself by ``column_type_name``."""
    found = _base_type(model_field)
    choices = {value: str(label) for value, label in model_field.flatchoices if value is not None}
    if choices and model_field.blank and found.is_text:
        choices.setdefault("", "")
    return replace(with_choices(found, choices), name="enum") if choices else found


def _base_type(model_field: AnyField) -> ColumnType:
    named = getattr(model_field, "column_type_name", None)
    if named:
        return column_type(named)
    if _is_account_password(model_field):
        return column_type("password")
    derive = next((_DERIVED[kind] for kind in type(model_field).__mro__ if kind in _DERIVED), _other)
    return derive(model_field)


def _is_account_password(model_field: AnyField) -> bool:
    # By what an account can do and not by its base class, which could not be imported before the apps are loaded.
    return model_field.name == "password" and hasattr(getattr(model_field, "model", None), "check_password")


def _text(model_field: AnyField) -> ColumnType:
    return text_type("label", model_field.max_length or 0, tags=_minimum_length(model_field))


def _long_text(model_field: AnyField) -> ColumnType:
    return text_type("content", model_field.max_length or 0, tags=_minimum_length(model_field), control="textarea")


def _email(model_field: AnyField) -> ColumnType:
    return text_type("email", model_field.max_length or 254, tags="email", control="email", json_format="email")


def _url(model_field: AnyField) -> ColumnType:
    return text_type("url", model_field.max_length or 200, tags="url", control="url", json_format="uri")


def _address(model_field: AnyField) -> ColumnType:
    return text_type("ipaddress", 39, tags="ip")


def _minimum_length(model_field: AnyField) -> str:
    limits = [item.limit_value for item in model_field.validators if type(item) is MinLengthValidator]
    return f"min={max(limits)}" if limits and not callable(limits[0]) else ""


def _integer(model_field: AnyField) -> ColumnType:
    low, high = _INTEGER_RANGES.get(model_field.get_internal_type(), _INTEGER_RANGES["BigIntegerField"])
    # Not ``validators``: that property asks the database backend for its own idea of the range.
    for validator in model_field._validators:  # type: ignore[attr-defined]
        if type(validator) is MinValueValidator and isinstance(validator.limit_value, int):
            low = max(low, validator.limit_value)
        if type(validator) is MaxValueValidator and isinstance(validator.limit_value, int):
            high = min(high, validator.limit_value)
    return integer_type("integer", low, high)


def _decimal(model_field: AnyField) -> ColumnType:
    field = cast("models.DecimalField[Any, Any]", model_field)
    return decimal_type("decimal", field.max_digits or 38, field.decimal_places or 0, pad=True)


def _reference(model_field: AnyField) -> ColumnType:
    return ColumnType(
        name="reference",
        json_schema={"type": "string"},
        coerce=texts.coerce_reference,
        from_text=texts.coerce_reference,
        django_field=models.UUIDField,
        control="reference",
        is_text=False,
    )


def _uuid(model_field: AnyField) -> ColumnType:
    return _by_model(model_field, "uuid", {"type": "string", "format": "uuid"}, to_json=str)


def _duration(model_field: AnyField) -> ColumnType:
    return ColumnType(
        name="duration",
        json_schema={"type": "string", "format": "duration"},
        coerce=times.coerce_duration,
        from_text=times.coerce_duration,
        django_field=models.DurationField,
        is_text=False,
        to_json=times.duration_to_json,
    )


def _binary(model_field: AnyField) -> ColumnType:
    return ColumnType(
        name="bytes",
        json_schema={"type": "string", "contentEncoding": "base64"},
        coerce=_bytes,
        from_text=_bytes,
        django_field=models.BinaryField,
        control="file",
        is_text=False,
        to_json=lambda value: base64.b64encode(value).decode(),
    )


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if not isinstance(value, str):
        raise expected("base64 text", value)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise ValueRefused("must be base64 text", "base64") from None


def _file(model_field: AnyField) -> ColumnType:
    return replace(column_type("file"), stored=first_file)


def _other(model_field: AnyField) -> ColumnType:
    return _by_model(model_field, type(model_field).__name__.lower(), {})


def _by_model(model_field: AnyField, name: str, schema: Mapping[str, Any], **options: Any) -> ColumnType:
    """Return a type that reads values as the model field does."""

    def coerce(value: Any) -> Any:
        texts.coerce_json(value) if isinstance(value, str | list | dict) else None
        try:
            return model_field.to_python(value)
        except (ValidationError, TypeError, ValueError, ArithmeticError):
            raise ValueRefused(f"must be a value of the kind '{name}'") from None

    return ColumnType(name, schema, coerce, coerce, type(model_field), is_text=False, **options)


_DERIVED: Mapping[type[Any], Callable[[AnyField], ColumnType]] = {
    models.CharField: _text,
    models.TextField: _long_text,
    models.EmailField: _email,
    models.URLField: _url,
    models.GenericIPAddressField: _address,
    models.IntegerField: _integer,
    models.AutoField: _integer,
    models.DecimalField: _decimal,
    models.FloatField: lambda _: number_type("float"),
    models.BooleanField: lambda _: TRUEFALSE,
    models.DateTimeField: lambda _: DATETIME,
    models.DateField: lambda _: DATE,
    models.TimeField: lambda _: TIME,
    models.DurationField: _duration,
    models.JSONField: lambda _: JSON,
    models.UUIDField: _uuid,
    models.BinaryField: _binary,
    models.FileField: _file,
    models.ForeignKey: _reference,
}
