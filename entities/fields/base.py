"""What a column type is, and how a value that it refuses is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models

from entities.errors import FieldProblem, did_you_mean


def same(value: Any) -> Any:
    """Return the value itself."""
    return value


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What one column type means everywhere.

    ``coerce(value)`` takes a JSON value and returns the Python value, or raises ``ValueRefused`` (a ``ValueError``);
    it never turns one JSON kind into another. ``from_text(text)`` reads the same type from a form's text.
    ``to_json(value)`` turns what ``coerce`` returned into its JSON form, ``stored(value)`` into what the model's
    field is given: a password hashed, a file unpacked. ``tags`` are validation tags that every value of the type must
    pass, e.g. ``"min=1,max=12"``. ``options`` maps each allowed value to its label. ``control`` names the form control.
    ``is_text``: an empty text is a value, not a missing one. ``takes_list``: a repeated form key is a list.
    ``takes_anything``: any JSON value is a value of the type. ``is_secret``: never readable.
    """

    name: str
    json_schema: Mapping[str, Any]
    coerce: Callable[[Any], Any]
    from_text: Callable[[str], Any]
    django_field: Callable[..., models.Field[Any, Any]]
    tags: str = ""
    control: str = "text"
    is_text: bool = True
    takes_list: bool = False
    takes_anything: bool = False
    is_secret: bool = False
    options: Mapping[Any, str] = field(default_factory=dict)
    to_json: Callable[[Any], Any] = same
    stored: Callable[[Any], Any] = same


class ValueRefused(ValueError):
    """A value that its type refuses; ``predicate`` goes on after the field's name: ``must be a number, not a text``."""

    def __init__(self, predicate: str, code: str = "type") -> None:
        super().__init__(f"{predicate[0].upper()}{predicate[1:]}.")
        self.predicate = predicate
        self.code = code

    def problem(self, name: str) -> FieldProblem:
        """Return the problem as reported for the field ``name``."""
        return FieldProblem(name, self.code, f"'{name}' {self.predicate}.")


class UnknownColumnType(LookupError):
    """A column type that is not in the table: a mistake of an author or a developer, never of a client."""

    def __init__(self, column_type: str, known: Iterable[str]) -> None:
        self.message = f"Unknown column type '{column_type}'."
        self.hint = did_you_mean(column_type, known)
        super().__init__(f"{self.message} {self.hint}".strip())


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (type(None), "null"),
    (bool, "true or false"),
    ((int, float, Decimal), "a number"),
    (str, "a text"),
    ((list, tuple), "a list"),
    (Mapping, "an object"),
)


def kind_of(value: Any) -> str:
    """Return the JSON kind of a value, for people: ``a number``, ``a text``."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "something else")


def expected(wanted: str, value: Any) -> ValueRefused:
    """Return the refusal of a value whose JSON kind is not the wanted one."""
    return ValueRefused(f"must be {wanted}, not {kind_of(value)}")
