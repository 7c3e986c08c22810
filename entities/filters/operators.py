"""The operators of ``query``: one table, from the client's word to a fixed look-up. Source: Daptin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Takes(Enum):
    """What an operator takes as ``value``."""

    NOTHING = auto()
    ONE = auto()
    ONE_OR_NULL = auto()
    TEXT = auto()
    LIST = auto()
    PAIR = auto()


@dataclass(frozen=True, slots=True)
class Operator:
    """A word of the client and the look-up it stands for."""

    name: str
    lookup: str
    takes: Takes
    negated: bool = False


_ROWS = (
    ("contains", "icontains", Takes.TEXT, False),
    ("not contains", "icontains", Takes.TEXT, True),
    ("begins with", "istartswith", Takes.TEXT, False),
    ("ends with", "iendswith", Takes.TEXT, False),
    ("like", "pattern", Takes.TEXT, False),
    ("not like", "pattern", Takes.TEXT, True),
    ("ilike", "ipattern", Takes.TEXT, False),
    ("not ilike", "ipattern", Takes.TEXT, True),
    ("is", "exact", Takes.ONE_OR_NULL, False),
    ("eq", "exact", Takes.ONE_OR_NULL, False),
    ("is not", "exact", Takes.ONE_OR_NULL, True),
    ("neq", "exact", Takes.ONE_OR_NULL, True),
    ("in", "in", Takes.LIST, False),
    ("any of", "in", Takes.LIST, False),
    ("none of", "in", Takes.LIST, True),
    ("before", "lt", Takes.ONE, False),
    ("less than", "lt", Takes.ONE, False),
    ("lt", "lt", Takes.ONE, False),
    ("lte", "lte", Takes.ONE, False),
    ("after", "gt", Takes.ONE, False),
    ("more than", "gt", Takes.ONE, False),
    ("gt", "gt", Takes.ONE, False),
    ("gte", "gte", Takes.ONE, False),
    ("between", "range", Takes.PAIR, False),
    ("is empty", "empty", Takes.NOTHING, False),
    ("is true", "true", Takes.NOTHING, False),
    ("is false", "false", Takes.NOTHING, False),
)

TABLE: Mapping[str, Operator] = {row[0]: Operator(*row) for row in _ROWS}
OPERATORS: frozenset[str] = frozenset(TABLE)
NOT_OFFERED: frozenset[str] = frozenset({"fuzzy", "fuzzy_any", "fuzzy_all"})
EQUALS = TABLE["eq"]
ANY_OF = TABLE["any of"]

TEXT_TYPES = frozenset(
    {"CharField", "TextField", "EmailField", "SlugField", "URLField", "FilePathField", "FileField", "ImageField"}
)
_UNORDERED = frozenset({"BooleanField", "JSONField", "BinaryField", "ForeignKey", "OneToOneField"})
_ORDERING = frozenset({"lt", "lte", "gt", "gte", "range"})
_FLAGS = frozenset({"true", "false"})


def applies(operator: Operator, internal_type: str) -> bool:
    """Say whether an operator makes sense for a column with that ``get_internal_type()`` of Django."""
    if operator.lookup == "empty":
        return True
    if operator.takes is Takes.TEXT:
        return internal_type in TEXT_TYPES
    if operator.lookup in _FLAGS:
        return internal_type == "BooleanField"
    if operator.lookup in _ORDERING:
        return internal_type not in _UNORDERED
    return internal_type not in {"JSONField", "BinaryField"}
