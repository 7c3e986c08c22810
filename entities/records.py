"""Values by wire name in, checked Python values by column out; or every refused value at once.

Used for each write, whoever asks. Names are fields of the entity or their aliases, values are coerced by the field's
column type and checked by its tags and by the validators of the model's field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from entities.actors import Actor
from entities.entity import Entity, Field
from entities.errors import FieldProblem, InvalidValues, did_you_mean
from entities.fields import ValueRefused, type_problems
from entities.values import ABSENT

NOT_WRITABLE = "This field cannot be written."


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who writes, and how their values are read.

    ``reads_text`` accepts text for a column of another kind, and numbers for a text column, as outcomes of actions
    need it (``confirmed: '0'``). ``partial`` is an update: fields that are not named keep their value.
    """

    actor: Actor
    reads_text: bool = False
    partial: bool = False

    def accept(self, entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return Python values by column for the named fields.

        Raises:
            InvalidValues: with one problem for each refused or missing value.
        """
        problems: list[FieldProblem] = []
        accepted: dict[str, Any] = {}
        for name, value in values.items():
            if value is ABSENT:
                continue
            field = entity.by_any_name.get(name)
            problem = self._refusal(entity, field, name)
            if problem or field is None:
                problems.append(problem or _unknown(entity, name))
                continue
            try:
                accepted[field.column] = self._value(field, name, value)
            except ValueRefused as refused:
                problems.append(refused.problem(name))
            except InvalidValues as refused:
                problems.extend(refused.errors)
        if not self.partial:
            problems.extend(_missing(entity, accepted, problems))
        if problems:
            raise InvalidValues(problems)
        return accepted

    def _refusal(self, entity: Entity, field: Field | None, name: str) -> FieldProblem | None:
        if field is None:
            return _unknown(entity, name)
        if self.actor.is_system and field.name == "reference_id" and not self.partial:
            return None
        if not field.writable or (field.guarded and not self.actor.is_unrestricted):
            return FieldProblem(name, "readonly", NOT_WRITABLE)
        return None

    def _value(self, field: Field, name: str, value: Any) -> Any:
        if value is None:
            if not field.nullable:
                raise ValueRefused("may not be null", "required")
            return None
        kind = field.column_type
        coerced = kind.coerce(self._kind(field, value))
        if coerced == "":
            if not field.model_field.blank:
                raise ValueRefused("may not be empty", "required")
            return coerced
        _check(field, name, coerced)
        return kind.stored(coerced)

    def _kind(self, field: Field, value: Any) -> Any:
        if not self.reads_text:
            return value
        kind = field.column_type
        if isinstance(value, str) and not kind.is_text:
            return kind.from_text(value)
        if kind.is_text and not field.target and isinstance(value, int | float | Decimal) and value is not True:
            return format(value, "f") if isinstance(value, Decimal) else str(value)
        return value


def _check(field: Field, name: str, value: Any) -> None:
    """Refuse what the tags of the column type or the validators of the model's field refuse."""
    problems = type_problems(field.column_type, name, value)
    if problems:
        raise InvalidValues(problems)
    try:
        for validate in field.validators:
            validate(value)
    except ValidationError as error:
        raise ValueRefused(_predicate(error), error.error_list[0].code or "invalid") from None


def _predicate(error: ValidationError) -> str:
    message = error.messages[0].rstrip(".")
    return f"is refused: {message[0].lower()}{message[1:]}"


def _unknown(entity: Entity, name: str) -> FieldProblem:
    hint = did_you_mean(name, entity.readable_names())
    return FieldProblem(name, "unknown", f"Unknown field '{name}' on '{entity.name}'. {hint}".strip())


def _missing(entity: Entity, accepted: Mapping[str, Any], problems: list[FieldProblem]) -> Iterator[FieldProblem]:
    refused = {problem.field for problem in problems}
    for field in entity.required:
        if field.column not in accepted and refused.isdisjoint((field.name, *field.aliases)):
            yield FieldProblem(field.name, "required", "This field is required.")
