"""The checks that a column type brings: a coerced value in, what is wrong with it out."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from entities.errors import FieldProblem
from entities.fields.base import ColumnType
from entities.tags.validations import Validation, compile_validation


def type_problems(column_type: ColumnType, name: str, value: Any) -> list[FieldProblem]:
    """Return every failure of a coerced value against the tags of its type, as problems of the field ``name``."""
    return type_validation(column_type).problems(name, value) if column_type.tags else []


def type_validation(column_type: ColumnType) -> Validation:
    """Return the compiled tags of a type; whether a value may be null is not the type's business.

    An empty text needs no format, unless the type must not be empty.
    """
    omits = column_type.is_text and not column_type.tags.startswith("required")
    return _compiled(f"omitempty,{column_type.tags}" if omits else column_type.tags)


@lru_cache(maxsize=1024)
def _compiled(tags: str) -> Validation:
    return replace(compile_validation(tags), for_values=True)
