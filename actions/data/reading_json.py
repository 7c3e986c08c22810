"""JSON: a list of rows, or an object whose one member is that list, as an export writes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from actions.data.bounds import MAX_CELLS, MAX_ROWS
from actions.data.errors import FileRefused
from actions.data.sources import Record, Source
from entities.encoding import to_json
from entities.entity import Field
from entities.errors import Unreadable
from entities.fields.files import MAX_BYTES
from entities.parsing import Bounds, read_json

MAX_DEPTH = 64


def read_rows(content: bytes) -> Source:
    """Return the rows; the first of them is row 1.

    Raises:
        FileRefused: no JSON, or of another shape.
    """
    try:
        found = read_json(content, Bounds(MAX_BYTES, MAX_DEPTH, MAX_CELLS + MAX_ROWS + 2))
    except Unreadable as error:
        where = f" at {error.pointer}" if error.pointer else ""
        raise FileRefused(f"The file cannot be read{where}: {error.message}", hint=error.hint) from None
    return Source((), _records(_list_in(found)), from_member)


def from_member(field: Field, value: Any) -> Any:
    """Return what a field is given: a text in a column for JSON as JSON, for a store that reads texts reads that."""
    return to_json(value).decode() if isinstance(value, str) and field.column_type.takes_anything else value


def _list_in(found: Any) -> list[Any]:
    if isinstance(found, dict) and len(found) == 1:
        (found,) = found.values()
    if not isinstance(found, list):
        raise FileRefused("The file is no list of rows.", hint='Write [{"column": value, ...}, ...].')
    return found


def _records(rows: list[Any]) -> Iterator[Record]:
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise FileRefused(f"Row {number} is no object.", hint='Write [{"column": value, ...}, ...].')
        yield number, row
