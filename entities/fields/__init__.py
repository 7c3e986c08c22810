"""Column types: one table that says, for each type, how a value is kept, coerced, checked and shown.

Entities and the InFields of actions read the same table, so an ``email`` means the same in both.
"""

from entities.fields.base import ColumnType, UnknownColumnType, ValueRefused
from entities.fields.checks import type_problems, type_validation
from entities.fields.choices import read_default, read_literal, with_options
from entities.fields.deriving import column_type_of
from entities.fields.table import all_column_types, column_type
from entities.fields.texts import coerce_json

__all__ = [
    "ColumnType",
    "UnknownColumnType",
    "ValueRefused",
    "all_column_types",
    "coerce_json",
    "column_type",
    "column_type_of",
    "read_default",
    "read_literal",
    "type_problems",
    "type_validation",
    "with_options",
]
