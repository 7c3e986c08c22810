"""What is read of a file: the names of its columns, and its rows one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeAlias

from actions.data.bounds import MAX_COLUMNS
from actions.data.errors import FileRefused
from entities.entity import Field
from entities.errors import FieldProblem
from entities.values import ABSENT, Absent

# The number of a row, as people count it, and its values by name.
Record: TypeAlias = tuple[int, Mapping[str, Any]]
Convert: TypeAlias = Callable[[Field, Any], Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is being read. Rows of JSON have no ``header``: each brings its names.

    ``convert`` makes what a field is given of what was read for it, or ``ABSENT``; for a store that reads texts.
    """

    header: tuple[str, ...]
    rows: Iterator[Record]
    convert: Convert


def empty(field: Field) -> str | Absent | None:
    """Return what an empty cell means: an empty text where the column takes one, null for another text, or nothing.

    What is absent keeps its value in a row that is updated, and has the column's default in a new one.
    """
    if field.column_type.is_text and field.model_field.blank and not field.target:
        return ""
    return None if field.column_type.is_text and field.nullable else ABSENT


def header_of(cells: Sequence[Any]) -> tuple[str, ...]:
    """Return the names in the first row.

    Raises:
        FileRefused: none, too many, one twice, or one missing.
    """
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise FileRefused("The first row is empty.", hint="It has the names of the columns.")
    if len(names) > MAX_COLUMNS:
        raise FileRefused(f"The file has more than {MAX_COLUMNS} columns.")
    twice = next((name for position, name in enumerate(names) if name and name in names[:position]), None)
    if twice is not None:
        raise FileRefused(f"The column '{twice[:100]}' stands twice in the first row.")
    if "" in names:
        raise FileRefused(f"Column {names.index('') + 1} has no name in the first row.")
    return tuple(names)


def row_of(number: int, header: Sequence[str], cells: Sequence[Any]) -> Record:
    """Return one row; cells that are missing at its end are empty.

    Raises:
        FileRefused: more cells than there are names.
    """
    if any(cell not in ("", None) for cell in cells[len(header) :]):
        problem = FieldProblem(f"rows[{number}]", "columns", f"Row {number} has more cells than the first row.")
        raise FileRefused(problem.message, errors=(problem,))
    return number, dict(zip_longest(header, cells[: len(header)], fillvalue=""))
