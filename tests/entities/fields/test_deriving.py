"""Any Django field has a column type: its kind, bounds and choices become the type's."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import models

from entities.fields import ColumnType, ValueRefused, all_column_types, column_type_of, type_problems
from entities.models import Membership, UserAccount

ID = UUID("018f4e9c-1111-7000-8000-000000000001")


class Even(models.IntegerField):
    """A field of somebody's own."""


class Point(models.Field):
    """A field that is nothing that Django knows."""

    def to_python(self, value: Any) -> Any:
        return tuple(map(int, value.split(",")))


@pytest.mark.parametrize(
    ("field", "name", "tags", "kind"),
    [
        (models.CharField(max_length=7), "label", "max=7", "string"),
        (models.CharField(), "label", "", "string"),
        (models.CharField(max_length=7, validators=[MinLengthValidator(2)]), "label", "min=2,max=7", "string"),
        (models.SlugField(), "label", "max=50", "string"),
        (models.TextField(), "content", "", "string"),
        (models.EmailField(), "email", "email,max=254", "string"),
        (models.URLField(), "url", "url,max=200", "string"),
        (models.GenericIPAddressField(), "ipaddress", "ip,max=39", "string"),
        (models.IntegerField(), "integer", "min=-2147483648,max=2147483647", "integer"),
        (models.PositiveSmallIntegerField(), "integer", "min=0,max=32767", "integer"),
        (
            models.IntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)]),
            "integer",
            "min=1,max=5",
            "integer",
        ),
        (Even(), "integer", "min=-2147483648,max=2147483647", "integer"),
        (
            models.BigAutoField(primary_key=True),
            "integer",
            "min=-9223372036854775807,max=9223372036854775807",
            "integer",
        ),
        (models.DecimalField(max_digits=5, decimal_places=2), "decimal", "", ["string", "number"]),
        (models.FloatField(), "float", "", "number"),
        (models.BooleanField(), "truefalse", "", "boolean"),
        (models.DateField(), "date", "", "string"),
        (models.DateTimeField(), "datetime", "", "string"),
        (models.TimeField(), "time", "", "string"),
        (models.DurationField(), "duration", "", "string"),
        (models.UUIDField(), "uuid", "", "string"),
        (models.BinaryField(), "bytes", "", "string"),
        (models.JSONField(), "json", "", None),
        (models.FileField(), "file", "", "array"),
        (models.ImageField(), "file", "", "array"),
        (Membership._meta.get_field("user"), "reference", "", "string"),
        (UserAccount._meta.get_field("password"), "password", "required,max=200", "string"),
        (Point(), "point", "", None),
    ],
)
def test_a_field_has_a_type(field: Any, name: str, tags: str, kind: Any) -> None:
    """Class, length, range and validators of the field decide."""
    found = column_type_of(field)
    assert (found.name, found.tags, found.json_schema.get("type")) == (name, tags, kind)


@pytest.mark.parametrize(
    ("field", "value", "result", "json"),
    [
        (models.DecimalField(max_digits=5, decimal_places=2), "19.9", Decimal("19.90"), Decimal("19.90")),
        (models.DecimalField(max_digits=5, decimal_places=2), 19.99, Decimal("19.99"), Decimal("19.99")),
        (models.DecimalField(max_digits=5, decimal_places=2), 0, Decimal("0.00"), Decimal("0.00")),
        (models.UUIDField(), str(ID), ID, str(ID)),
        (models.DurationField(), "PT2H", timedelta(hours=2), "P0DT02H00M00S"),
        (models.DurationField(), 90, timedelta(seconds=90), "P0DT00H01M30S"),
        (models.BinaryField(), "aGk=", b"hi", "aGk="),
        (models.GenericIPAddressField(), "::1", "::1", "::1"),
        (Membership._meta.get_field("user"), str(ID), str(ID), str(ID)),
        (Membership._meta.get_field("user"), ID, str(ID), str(ID)),
        (Point(), "1,2", (1, 2), (1, 2)),
    ],
)
def test_a_value_is_coerced_as_the_column_needs_it(field: Any, value: Any, result: Any, json: Any) -> None:
    """Values come out as the database will return them."""
    kind = column_type_of(field)
    assert repr(kind.coerce(value)) == repr(result)
    assert kind.to_json(kind.coerce(value)) == json
    assert type_problems(kind, "x", kind.coerce(value)) == []


@pytest.mark.parametrize(
    ("field", "value", "predicate"),
    [
        (
            models.DecimalField(max_digits=5, decimal_places=2),
            "19.999",
            "must have at most 2 decimal places",
        ),
        (models.DecimalField(max_digits=5, decimal_places=2), 1000, "must have at most 3 digits before the point"),
        (models.UUIDField(), "no", "must be a value of the kind 'uuid'"),
        (models.UUIDField(), [1], "must be a value of the kind 'uuid'"),
        (models.DurationField(), "soon", "must be a duration such as PT2H30M"),
        (models.DurationField(), 10**30, "must be a duration such as PT2H30M"),
        (models.BinaryField(), "%", "must be base64 text"),
        (models.BinaryField(), 5, "must be base64 text, not a number"),
        (Membership._meta.get_field("user"), 5, "must be the id of a row, as text, not a number"),
        (Membership._meta.get_field("user"), "", "must be the id of a row"),
        (Membership._meta.get_field("user"), "x" * 300, "must be the id of a row"),
        (Point(), "1,x", "must be a value of the kind 'point'"),
        (Point(), "\0", "must not contain the NUL character"),
    ],
)
def test_a_value_that_the_column_cannot_hold(field: Any, value: Any, predicate: str) -> None:
    """It is refused here and not by the database."""
    with pytest.raises(ValueRefused) as caught:
        column_type_of(field).coerce(value)
    assert caught.value.predicate == predicate


@pytest.mark.parametrize("kind", all_column_types(), ids=lambda kind: kind.name)
def test_the_field_of_a_type_has_such_a_type(kind: ColumnType) -> None:
    """A column made for a type is read like the type; only files are kept as JSON."""
    field = kind.django_field()
    field.set_attributes_from_name("x")
    found = column_type_of(field)
    if kind.control == "file":
        assert found.name == "json"
    else:
        assert found.json_schema.get("type") == kind.json_schema.get("type")
        assert found.is_secret == kind.is_secret


def test_choices_are_options() -> None:
    """Choices become an enum with labels; in any case, the model's spelling; blank allows the empty text."""
    kind = column_type_of(models.CharField(max_length=9, choices={"open": "Open", "closed": "Closed"}, blank=True))
    assert (kind.name, kind.options) == ("enum", {"open": "Open", "closed": "Closed", "": ""})
    assert kind.coerce("OPEN") == "open"
    assert kind.coerce("") == ""
    with pytest.raises(ValueRefused, match="Must be one of 'open', 'closed', ''"):
        kind.coerce("ajar")


def test_number_choices_stay_numbers() -> None:
    """A choice of numbers takes numbers, and text only from forms."""
    kind = column_type_of(models.IntegerField(choices=[(1, "one"), (2, "two")]))
    assert (kind.coerce(2), kind.from_text("2"), kind.json_schema) == (2, 2, {"type": "integer", "enum": [1, 2]})
    with pytest.raises(ValueRefused, match="Must be a number, not a text"):
        kind.coerce("2")
