"""What the database refuses, as errors of ours: taken values, broken references and bounds.

A serialisation failure, a deadlock or a locked database is left as it is: the caller may try the transaction again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.db import DataError, IntegrityError, models

from entities.entity import Entity
from entities.errors import Conflict, EntityError, FieldProblem, InvalidValues

_DETAIL = re.compile(r"Key \((?P<columns>.+?)\)=")
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


@contextmanager
def translated(entity: Entity | None, tag: object) -> Iterator[None]:
    """Turn integrity and data errors of the block into errors that carry ``tag``."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise refusal(entity, error, tag) from error


def refusal(entity: Entity | None, error: Exception, tag: object) -> EntityError:
    """Return the error for what the database said about a write to ``entity``."""
    made = _refusal(entity, error)
    made.tag = tag
    return made


def _refusal(entity: Entity | None, error: Exception) -> EntityError:
    state = getattr(error.__cause__, "sqlstate", None) or _sqlite_state(str(error))
    if state == "23505":
        return _taken(entity, error)
    if state == "23503":
        return Conflict("A row that this refers to, or that refers to this, is in the way.")
    if state == "23514":
        return InvalidValues([_out_of_bounds(entity, error)])
    return InvalidValues([FieldProblem("", "invalid", "The database refuses these values.")])


def _sqlite_state(message: str) -> str:
    states = {"UNIQUE": "23505", "FOREIGN KEY": "23503", "CHECK": "23514", "NOT NULL": "23502"}
    return next((state for word, state in states.items() if message.startswith(word)), "")


def _taken(entity: Entity | None, error: Exception) -> Conflict:
    fields = _fields(entity, error) if entity else ()
    names = " and ".join(f"'{name}'" for name in fields) or "value"
    message = f"This {names} is taken." if entity else "A unique value is taken."
    return Conflict(message, errors=tuple(FieldProblem(name, "unique", "This value is taken.") for name in fields))


def _fields(entity: Entity, error: Exception) -> tuple[str, ...]:
    constraint = _constraint(error)
    known = _constraint_fields(entity.model).get(constraint)
    if known is None:
        detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or ""
        found = _DETAIL.search(detail)
        known = tuple(_WORD.findall(found["columns"] if found else _sqlite_columns(str(error))))
    return tuple(name for name in known if name in entity.by_any_name)


def _constraint(error: Exception) -> str:
    diag = getattr(error.__cause__, "diag", None)
    if diag is not None:
        return str(diag.constraint_name or "")
    found = re.search(r"constraint failed: (?:index ')?([^'.]+)'?$", str(error))
    return found[1] if found else ""


def _sqlite_columns(message: str) -> str:
    return " ".join(part.partition(".")[2] for part in message.partition(": ")[2].split(", "))


@lru_cache(maxsize=1024)
def _constraint_fields(model: type[models.Model]) -> dict[str, tuple[str, ...]]:
    found = {}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            expressions = " ".join(str(expression) for expression in constraint.expressions)
            names = constraint.fields or tuple(re.findall(r"F\((\w+)\)", expressions))
            found[constraint.name] = tuple(str(model._meta.get_field(name).attname) for name in names)  # type: ignore[union-attr]
    return found


def _out_of_bounds(entity: Entity | None, error: Exception) -> FieldProblem:
    name = _constraint(error)
    constraints = entity.model._meta.constraints if entity else []
    declared = next((item for item in constraints if item.name == name), None)
    field = next((item for item in entity.fields if item in name), "") if entity else ""
    message = str(declared.violation_error_message) if declared else "The value is out of bounds."
    return FieldProblem(field, "check", message.replace("“", "'").replace("”", "'"))
