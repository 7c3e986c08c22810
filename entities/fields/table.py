"""The table of column types and the look-up by name.

Names, kinds and checks come from Daptin's list. Ours are ``decimal`` and ``money`` (exact), ``integer``
and the kinds that only Django's fields have. Texts are bounded by the largest SQL type that the original offers, but
for ``id``, which must hold a public id, and ``email`` (RFC 5321). ``hour`` has no bounds in the original either.

Secrets: ``password`` and ``bcrypt`` are hashed with Django's configured hasher, ``md5-bcrypt`` likewise over the MD5;
``md5`` stays the plain MD5 in hexadecimal that its readers compare with. ``encrypted`` is readable in the process only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Any

from django.db import models

from entities.fields import files, numbers, texts, times
from entities.fields.base import ColumnType, UnknownColumnType
from entities.fields.models import (
    EncryptedField,
    HashedField,
    Md5Field,
    Md5HashedField,
    hash_md5,
    hash_md5_secret,
    hash_secret,
)

FILE_TYPES = ("file", "image", "gzip", "video")
_EXTENSIONS = re.compile(r"\*|[a-z0-9]+(?:\.[a-z0-9]+)*(?:\|[a-z0-9]+(?:\.[a-z0-9]+)*)*")


def column_type(name: str) -> ColumnType:
    """Return the column type of that name, in any case; ``file.json|yaml`` and the like limit the extensions.

    Raises:
        UnknownColumnType: with a suggestion.
    """
    found = _column_type(name.strip().lower())
    if found is None:
        raise UnknownColumnType(name, _TABLE)
    return found


def all_column_types() -> tuple[ColumnType, ...]:
    """Return every column type, in the order of the reference."""
    return tuple(_TABLE.values())


@lru_cache(maxsize=1024)
def _column_type(name: str) -> ColumnType | None:
    if name in _TABLE:
        return _TABLE[name]
    base, dot, hint = name.partition(".")
    if base in FILE_TYPES and dot and _EXTENSIONS.fullmatch(hint):
        return file_type(name, () if hint == "*" else tuple(hint.split("|")))
    return None


def text_type(name: str, size: int = 0, *, tags: str = "", control: str = "text", json_format: str = "") -> ColumnType:
    """Return a text type of at most ``size`` characters, 0: as long as a request may be."""
    bound = f"max={size}" if size else ""
    schema: dict[str, Any] = {"type": "string"} | ({"maxLength": size} if size else {})
    return ColumnType(
        name=name,
        json_schema=schema | ({"format": json_format} if json_format else {}),
        coerce=texts.coerce_text,
        from_text=texts.coerce_text,
        django_field=partial(models.CharField, max_length=size) if size else models.TextField,
        tags=",".join(part for part in (tags, bound) if part),
        control=control,
    )


def secret_type(name: str, field: Callable[..., Any], stored: Callable[[Any], Any]) -> ColumnType:
    """Return a text type whose values never come back."""
    return ColumnType(
        name=name,
        json_schema={"type": "string", "format": "password", "writeOnly": True, "minLength": 1, "maxLength": 200},
        coerce=texts.coerce_text,
        from_text=texts.coerce_text,
        django_field=field,
        tags="required,max=200",
        control="password",
        is_secret=True,
        stored=stored,
    )


def integer_type(name: str, low: int | None = None, high: int | None = None, control: str = "number") -> ColumnType:
    """Return a type of whole numbers."""
    tags = [f"{tag}={bound}" for tag, bound in (("min", low), ("max", high)) if bound is not None]
    bounds = {key: bound for key, bound in (("minimum", low), ("maximum", high)) if bound is not None}
    return ColumnType(
        name=name,
        json_schema={"type": "integer", **bounds},
        coerce=numbers.coerce_integer,
        from_text=numbers.integer_from_text,
        django_field=models.IntegerField if high is not None else models.BigIntegerField,
        tags=",".join(tags),
        control=control,
        is_text=False,
    )


def number_type(name: str, tags: str = "", **schema: Any) -> ColumnType:
    """Return a type of finite numbers."""
    return ColumnType(
        name=name,
        json_schema={"type": "number", **schema},
        coerce=numbers.plain_number,
        from_text=numbers.number_from_text,
        django_field=models.FloatField,
        tags=tags,
        control="number",
        is_text=False,
    )


def decimal_type(name: str, max_digits: int, places: int, *, pad: bool = False) -> ColumnType:
    """Return a type of exact decimals: numbers or text in, ``Decimal`` out."""
    coerce = numbers.decimal_coercer(max_digits, places, pad=pad)
    return ColumnType(
        name=name,
        json_schema={"type": ["string", "number"], "format": "decimal", "pattern": r"^[+-]?[0-9]*\.?[0-9]*$"},
        coerce=coerce,
        from_text=coerce,
        django_field=partial(models.DecimalField, max_digits=max_digits, decimal_places=places),
        control="number",
        is_text=False,
    )


def file_type(name: str, extensions: tuple[str, ...] = ()) -> ColumnType:
    """Return a type of lists of files; see ``entities.fields.files``."""
    coerce = files.files_coercer(extensions)
    return ColumnType(
        name=name,
        json_schema=_FILES_SCHEMA,
        coerce=coerce,
        from_text=files.files_from_text(coerce),
        django_field=models.JSONField,
        control="file",
        is_text=False,
        takes_list=True,
    )


_FILES_SCHEMA = {
    "type": "array",
    "maxItems": files.MAX_FILES,
    "items": {
        "type": "object",
        "required": ["name"],
        "oneOf": [{"required": ["file"]}, {"required": ["contents"]}],
        "properties": {
            "name": {"type": "string"},
            "file": {"type": "string", "description": "base64 or a data URL"},
            "contents": {"type": "string", "description": "base64 or a data URL"},
            "type": {"type": "string", "description": "media type"},
        },
        "additionalProperties": False,
    },
}

TRUEFALSE = ColumnType(
    "truefalse", {"type": "boolean"}, numbers.coerce_boolean, numbers.boolean_from_text, models.BooleanField,
    control="checkbox", is_text=False,
)  # fmt: skip
DATE = ColumnType(
    "date", {"type": "string", "format": "date"}, times.coerce_date, times.date_from_text, models.DateField,
    control="date", is_text=False, to_json=times.iso,
)  # fmt: skip
TIME = ColumnType(
    "time", {"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$"}, times.coerce_time,
    times.coerce_time, models.TimeField, control="time", is_text=False, to_json=times.iso,
)  # fmt: skip
DATETIME = ColumnType(
    "datetime", {"type": "string", "format": "date-time"}, times.coerce_datetime, times.datetime_from_text,
    models.DateTimeField, control="datetime-local", is_text=False, to_json=times.datetime_to_json,
)  # fmt: skip
TIMESTAMP = ColumnType(
    "timestamp", {"type": "string", "format": "date-time"}, times.coerce_datetime, times.datetime_from_text,
    models.DateTimeField, control="datetime-local", is_text=False, to_json=times.datetime_to_json,
)  # fmt: skip
JSON = ColumnType(
    "json", {}, texts.coerce_json, texts.json_from_text, models.JSONField, control="textarea", is_text=False,
    takes_list=True, takes_anything=True, stored=texts.storable_json,
)  # fmt: skip
ENCRYPTED = ColumnType(
    "encrypted", {"type": "string", "writeOnly": True}, texts.coerce_text, texts.coerce_text, EncryptedField,
    control="password", is_secret=True,
)  # fmt: skip


def _by_name(types: Iterable[ColumnType]) -> dict[str, ColumnType]:
    return {item.name: item for item in types}


_TABLE = _by_name(
    (
        text_type("id", 100),
        text_type("alias", 100),
        text_type("enum", 50, control="select"),
        DATE,
        TIME,
        DATETIME,
        TIMESTAMP,
        text_type("day", 10),
        integer_type("month", 1, 12),
        integer_type("year", 100, 2100),
        integer_type("minute", 0, 59),
        integer_type("hour"),
        text_type("email", 254, tags="email", control="email", json_format="email"),
        text_type("namespace", 200),
        text_type("name", 100, tags="required"),
        ENCRYPTED,
        JSON,
        secret_type("password", HashedField, hash_secret),
        secret_type("bcrypt", HashedField, hash_secret),
        secret_type("md5", Md5Field, hash_md5),
        secret_type("md5-bcrypt", Md5HashedField, hash_md5_secret),
        text_type("value", 100),
        TRUEFALSE,
        text_type("location", 50),
        number_type("location.latitude", "latitude", minimum=-90, maximum=90),
        number_type("location.longitude", "longitude", minimum=-180, maximum=180),
        number_type("location.altitude"),
        text_type("color", 50, tags="iscolor", control="color"),
        integer_type("rating", 0, 10, control="range"),
        number_type("measurement"),
        number_type("float"),
        text_type("label", 100),
        text_type("hidden", 100, control="hidden"),
        text_type("content", control="textarea"),
        text_type("html", control="textarea"),
        text_type("markdown", control="textarea"),
        *map(file_type, FILE_TYPES),
        text_type("url", 500, tags="url", control="url", json_format="uri"),
        integer_type("integer"),
        decimal_type("decimal", 30, 10),
        decimal_type("money", 19, 4),
    )
)
