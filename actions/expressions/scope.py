"""Which names an expression may read at one point of a plan, and what is known about the value of each.

Built once for each outcome while a definition is checked; the values themselves are the run's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from actions.expressions.base import Read
from actions.expressions.javascript.vocabulary import HELPERS, STANDARD_GLOBALS, hint_for
from actions.expressions.references import INPUTS, SUBJECT, format_path
from actions.expressions.shapes import ANY, Shape
from entities.errors import did_you_mean

BUILT_IN: Final = frozenset({INPUTS, SUBJECT, "user", "request", "env"})
_OF_EVERY_ROW: Final = frozenset({"__type", "reference_id"})
_OF_EVERY_OBJECT: Final = frozenset({"hasOwnProperty", "toString", "valueOf"})


@dataclass(frozen=True, slots=True)
class Names:
    """The visible names and their shapes."""

    shapes: Mapping[str, Shape] = field(default_factory=lambda: dict.fromkeys(BUILT_IN, ANY))

    def __contains__(self, name: object) -> bool:
        return name in self.shapes

    def __iter__(self) -> Iterator[str]:
        return iter(self.shapes)

    def check(self, read: Read) -> tuple[str, str] | None:
        """Return message and hint when the name is unknown, or a member that its known shape does not have."""
        name = read.path[0]
        shape = self.shapes.get(str(name))
        if shape is None:
            return f"Unknown reference '{name}'.", _hint(read, self.shapes)
        return _check_members(read, shape)


def _hint(read: Read, known: Iterable[str]) -> str:
    name = str(read.path[0])
    if read.in_script:
        return did_you_mean(name, known) or hint_for(name) or did_you_mean(name, HELPERS | STANDARD_GLOBALS)
    return did_you_mean(name, known) or (rf"Write '\${name}' for the text itself." if read.embedded else "")


def _check_members(read: Read, shape: Shape) -> tuple[str, str] | None:
    for depth, segment in enumerate(read.path[1:], start=1):
        if shape.item is not None:
            if isinstance(segment, str):
                return None if read.in_script else _list_problem(read, depth)
            shape = shape.item
        elif shape.columns is not None:
            return _check_column(read, depth, shape)
        else:
            return None
    return None


def _check_column(read: Read, depth: int, shape: Shape) -> tuple[str, str] | None:
    """What is below a column or a relation is not known: judge the column itself only."""
    column = str(read.path[depth])
    known = {*(shape.columns or ()), *shape.relations}
    if column in known or column in _OF_EVERY_ROW or (read.in_script and column in _OF_EVERY_OBJECT):
        return None
    owner = format_path(read.path[:depth])
    kind = "input" if owner == INPUTS else "column"
    return f"'{owner}' has no {kind} '{column}'.", did_you_mean(column, known)


def _list_problem(read: Read, depth: int) -> tuple[str, str]:
    owner, member = format_path(read.path[:depth]), read.path[depth]
    return f"'{owner}' is a list.", f"Write '{owner}[0].{member}' for its first element."
