"""The rows of a file in, rows of an entity out: all of them, or none and a list of what is wrong with which.

Whoever sent the file chose its columns and the ids in it. So what only administrators set is left out of others' files,
a row that is there already is one that they may update, and what a row refers to is what they may refer to, whatever
the system itself could do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from actions.data.bounds import HASHED, MAX_BATCH, MAX_CELL, MAX_CELLS, MAX_COLUMNS, MAX_HASHED, MAX_PROBLEMS, MAX_ROWS
from actions.data.errors import FileRefused
from actions.data.sources import Record, Source
from entities.access import require
from entities.actors import Actor
from entities.entity import Entity, Field
from entities.errors import (
    Conflict,
    EntityError,
    FieldProblem,
    Forbidden,
    InvalidValues,
    NotFound,
    VersionConflict,
    did_you_mean,
)
from entities.permissions import Right
from entities.references import Caller
from entities.rows.conditions import permitted
from entities.store import Unit
from entities.values import ABSENT

KEY, VERSION = "reference_id", "version"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows were made and changed, and which columns of the file are not the sender's to set."""

    created: int
    updated: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """The row of the file that a write is for."""

    number: int


class _Anything(frozenset[str]):
    """The ids that a file holds, without looking: every one is taken as sent."""

    def __contains__(self, item: object) -> bool:
        return True


@dataclass(slots=True)
class Import:
    """One file on its way into the store; used once."""

    entity: Entity
    unit: Unit
    batch: int
    _created: int = 0
    _updated: int = 0
    _rows: int = 0
    _cells: int = 0
    _hashed: int = 0
    _problems: list[FieldProblem] = field(default_factory=list)
    _left_out: dict[str, None] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)
    _fields: dict[str, Field] = field(default_factory=dict)
    _granted: set[Right] = field(default_factory=set)

    def run(self, source: Source) -> Counts:
        """Store every row.

        Raises:
            FileRefused: what is wrong, row by row. EntityError: without the right to create or update rows.
        """
        self._check_header(source.header)
        with self._as_sent():
            for chunk in _chunks(source.rows, self.batch):
                self._store(chunk, source)
        if self._problems:
            raise self._refusal()
        return Counts(self._created, self._updated, tuple(self._left_out))

    @property
    def _sender(self) -> Actor:
        """Whose rights count beside the unit's; an event has no sender that rows know of."""
        return self.unit.actor if self.unit.caller is None else self.unit.caller.actor

    @contextmanager
    def _as_sent(self) -> Iterator[None]:
        """Have the store take every id in the file as one that was sent."""
        caller = self.unit.caller
        if caller is not None:
            self.unit.caller = Caller(caller.actor, _Anything)
        try:
            yield
        finally:
            self.unit.caller = caller

    # The names of columns

    def _check_header(self, header: tuple[str, ...]) -> None:
        self._problems.extend(problem for name in header if (problem := self._name_problem(name)))
        if self._problems:
            raise self._refusal()
        if header and header != (KEY,) and all(name in self._left_out or name == KEY for name in header):
            raise FileRefused("No column of the file can be set.")

    def _name_problem(self, name: str) -> FieldProblem | None:
        """Return what is wrong with a name; what is right is known from then on."""
        if name in self._fields or name == KEY:
            return None
        found = self.entity.by_any_name.get(name)
        if found is None or not (found.readable or found.writable):
            hint = did_you_mean(name, [*self.entity.readable_names(), KEY])
            message = f"Unknown column '{name[:100]}' of '{self.entity.name}'. {hint}".strip()
            return FieldProblem(name[:100], "unknown", message)
        first = next((other for other, item in self._fields.items() if item is found), None)
        if first is not None:
            return FieldProblem(name, "unknown", f"'{name}' and '{first}' are the same column.")
        if not found.writable or (found.guarded and not self._sender.is_unrestricted):
            self._left_out[name] = None
        self._fields[name] = found
        return None

    # Rows

    def _store(self, chunk: list[Record], source: Source) -> None:
        rows = [(number, self._values(number, record, source)) for number, record in chunk]
        existing = self._existing([str(values[KEY]) for _, values in rows if values and KEY in values])
        for number, values in rows:
            if values is not None:
                self._write(number, values, existing)
            if len(self._problems) >= MAX_PROBLEMS:
                raise self._refusal()
        self._attempt(self.unit.flush)

    def _values(self, number: int, record: Mapping[str, Any], source: Source) -> dict[str, Any] | None:
        """Return what a row is given, by name; ``None`` where something is wrong with it already."""
        self._count(record)
        problems = [problem for name, cell in record.items() if (problem := self._cell_problem(name, cell))]
        for problem in problems:
            self._add(number, problem)
        return None if problems else self._given(record, source)

    def _given(self, record: Mapping[str, Any], source: Source) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, cell in record.items():
            if name == KEY:
                found |= {KEY: cell} if cell not in ("", None) else {}
            elif name not in self._left_out or name == VERSION:
                value = source.convert(self._fields[name], cell)
                found |= {} if value is ABSENT else {name: value}
        return found

    def _cell_problem(self, name: str, cell: Any) -> FieldProblem | None:
        if isinstance(cell, str) and len(cell) > MAX_CELL:
            return FieldProblem(name[:100], "max", f"A cell has at most {MAX_CELL:,} characters.")
        return self._name_problem(name)

    def _count(self, record: Mapping[str, Any]) -> None:
        self._rows, self._cells = self._rows + 1, self._cells + len(record)
        if self._rows > MAX_ROWS:
            raise FileRefused(f"The file has more than {MAX_ROWS:,} rows.")
        if self._cells > MAX_CELLS:
            raise FileRefused(f"The file has more than {MAX_CELLS:,} cells.")
        if len(record) > MAX_COLUMNS:
            raise FileRefused(f"The file has more than {MAX_COLUMNS} columns.")
        hashed = (item for name in record if (item := self._fields.get(name)) and item.column_type.name in HASHED)
        self._hashed += any(hashed)
        if self._hashed > MAX_HASHED:
            raise FileRefused(f"A file with passwords has at most {MAX_HASHED} rows.")

    def _existing(self, ids: list[str]) -> frozenset[str]:
        """Return those ids, in small letters, whose rows are there for the unit's actor."""
        keys = [key for public_id in ids if (key := self.entity.key(public_id)) is not None]
        if not keys:
            return frozenset()
        found = permitted(self.entity, self.unit.actor).filter(pk__in=keys).values_list("pk", flat=True)
        return frozenset(self.entity.public_id(key).lower() for key in found)

    def _write(self, number: int, values: dict[str, Any], existing: frozenset[str]) -> None:
        if KEY not in values:
            self._create(number, values)
            return
        public_id = str(values.pop(KEY)).strip().lower()
        first = self._seen.setdefault(public_id, number)
        if first != number:
            self._add(number, FieldProblem(KEY, "unique", f"This id stands in row {first}, too."))
        elif public_id in existing:
            self._update(number, public_id, values)
        elif self.unit.actor.is_system and self._sender.is_unrestricted and KEY in self.entity.by_any_name:
            self._create(number, {**values, KEY: public_id})
        else:
            self._add(number, FieldProblem(KEY, "reference", f"No '{self.entity.name}' with id '{public_id[:100]}'."))

    def _create(self, number: int, values: dict[str, Any]) -> None:
        self._require(Right.CREATE)
        if VERSION in self._left_out:
            values.pop(VERSION, None)
        write = partial(self.unit.create, self.entity, values, tag=_Place(number))
        self._created += self._attempt(write, number)

    def _update(self, number: int, public_id: str, values: Mapping[str, Any]) -> None:
        self._require(Right.UPDATE)
        write = partial(self._change, public_id, values, _Place(number))
        self._updated += self._attempt(write, number)

    def _change(self, public_id: str, values: Mapping[str, Any], place: _Place) -> None:
        if not self._sender.is_unrestricted and self._sender != self.unit.actor:
            self.unit.lock(self.entity, public_id, Right.UPDATE, self._sender)
        self.unit.update(self.entity, public_id, values, tag=place)

    def _require(self, right: Right) -> None:
        if right not in self._granted:
            require(self.entity, right, self.unit.actor)
            self._granted.add(right)

    # What goes wrong

    def _attempt(self, work: Callable[[], object], number: int = 0) -> bool:
        """Write, and say whether it was taken: what the store refuses is one row's problem, and the next has its turn.

        Raises:
            FileRefused: the database refused, and nothing can be asked of it any more.
        """
        try:
            work()
            return True
        except (Conflict, InvalidValues, NotFound, Forbidden, VersionConflict) as error:
            place = error.tag.number if isinstance(error.tag, _Place) else number
            if not place:
                raise
            for problem in _problems_of(error):
                self._add(place, problem)
            if error.tag is not None:
                raise self._refusal() from error
            return False

    def _add(self, number: int, problem: FieldProblem) -> None:
        place = f"rows[{number}].{problem.field}" if problem.field else f"rows[{number}]"
        self._problems.append(FieldProblem(place, problem.code, problem.message))

    def _refusal(self) -> FileRefused:
        shown = self._problems[:MAX_PROBLEMS]
        first = f"{shown[0].field}: {shown[0].message}"
        others = f" And {len(shown) - 1} more." if len(shown) > 1 else ""
        return FileRefused(f"Nothing was imported. {first}{others}", errors=shown)


def truncate(entity: Entity, unit: Unit) -> int:
    """Delete every row that the unit's actor may delete, and return how many.

    Raises:
        EntityError: without the right; Conflict while rows that must stay refer to one of them.
    """
    require(entity, Right.DELETE, unit.actor)
    unit.begin()
    keys = list(permitted(entity, unit.actor, Right.DELETE).values_list("pk", flat=True)[: MAX_ROWS + 1])
    if len(keys) > MAX_ROWS:
        raise FileRefused(f"There are more than {MAX_ROWS:,} rows to delete.")
    return sum(unit.delete_all(entity, chunk) for chunk in _chunks(keys, MAX_BATCH))


def _problems_of(error: EntityError) -> tuple[FieldProblem, ...]:
    if error.errors:
        return error.errors
    field_name = KEY if isinstance(error, NotFound | Forbidden) else VERSION
    return (FieldProblem("" if isinstance(error, Conflict) else field_name, error.name, error.message),)


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
