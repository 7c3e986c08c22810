"""An entity and what is asked of its rows in, a file out: the rows and columns that the actor may read, and no others.

All rows come from one statement, so that a file shows one moment; they are read a page at a time.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from actions.data.bounds import DEFAULT_PAGE, MAX_ROWS
from actions.data.writing import WRITERS, Column, too_large
from entities import rows
from entities.actors import Actor
from entities.entity import Entity
from entities.filters import parse_query
from entities.filters.names import column as readable_column

FORMATS = tuple(WRITERS)
KEY = "reference_id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. No ``names`` are all columns; ``query`` is what a list takes; ``page`` is rows in memory."""

    format: str = "json"
    names: tuple[str, ...] = ()
    query: Any = None
    headed: bool = True
    page: int = DEFAULT_PAGE


@dataclass(frozen=True, slots=True)
class File:
    """A file that was made."""

    name: str
    media_type: str
    content: bytes


def export(entity: Entity, wanted: Wanted, actor: Actor) -> File:
    """Return the file. The caller has the right to read the entity, and is inside a transaction.

    Raises:
        BadParameter: an unknown column or condition. ExportTooLarge.
    """
    write, media_type = WRITERS[wanted.format]
    columns = columns_of(entity, wanted.names)
    with closing(_rows(entity, wanted, columns, actor)) as found:  # also where the export is refused half-way
        content = write(entity.name, columns, _bounded(found), headed=wanted.headed)
    return File(f"export_{entity.name}.{wanted.format}", media_type, content)


def columns_of(entity: Entity, names: Sequence[str] = ()) -> tuple[Column, ...]:
    """Return the columns with these names, each once and in this order; without names all that may be read.

    Raises:
        BadParameter: with a suggestion.
    """
    shown = names or (KEY, *(name for name, _, _ in entity.columns if name != "id"))
    found = dict.fromkeys(readable_column(entity, name, "columns").name for name in shown)
    return tuple(Column(name, entity.fields.get(name)) for name in found)


def _rows(entity: Entity, wanted: Wanted, columns: Sequence[Column], actor: Actor) -> Generator[Mapping[str, Any]]:
    fields = [column.name for column in columns]
    query = parse_query(entity, {"query": wanted.query, "fields": fields, "sort": KEY}, actor)
    return rows.stream(entity, query, actor, size=wanted.page, most=MAX_ROWS + 1)


def _bounded(found: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for count, row in enumerate(found):
        if count == MAX_ROWS:
            raise too_large(f"There are more than {MAX_ROWS:,} rows.")
        yield row
