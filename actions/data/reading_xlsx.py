"""XLSX: the first sheet of a workbook, one row in memory. A formula is what it last gave; nothing is computed.

Our own reader, because the files are anybody's: the known libraries build a tree of every row before they say how
long it is, or a table of the whole rectangle (two cells in opposite corners then end the process).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from actions.data.archives import Archive
from actions.data.bounds import MAX_COLUMNS, MAX_ROWS
from actions.data.errors import FileRefused
from actions.data.markup import Attributes, feed
from actions.data.sources import Record, Source, empty, header_of, row_of
from actions.data.workbooks import TextHandler, Workbook, decoded, open_workbook
from entities.entity import Field

_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_TIMES = frozenset({"date", "datetime", "timestamp", "time"})
_DAY = 86_400
_LAST_COLUMN = 16_383  # XFD
_LAST_DAY = 2_958_466  # 10000-01-01


def read_xlsx(content: bytes) -> Source:
    """Return the rows; their numbers are the sheet's, and the first row has the names.

    Raises:
        FileRefused: also while the rows are read.
    """
    archive = Archive(content)
    book = open_workbook(archive)
    rows = _rows(archive, book)
    header = header_of(next(rows, (1, []))[1])
    return Source(header, _records(header, rows), partial(from_cell, from_1904=book.from_1904))


def from_cell(field: Field, value: Any, *, from_1904: bool = False) -> Any:
    """Return what a field is given for a cell: a number in a column for dates counts days, as spreadsheets do."""
    if value is None or value == "":
        return empty(field)
    kind = field.column_type.name
    if kind in _TIMES and isinstance(value, int | float) and not isinstance(value, bool):
        value = moment(value, from_1904=from_1904)
    if not isinstance(value, datetime):
        return value
    if kind == "time" or (kind not in _TIMES and value.year < 1904):
        return value.time().isoformat()
    if kind == "date" or (kind not in _TIMES and value.time() == time()):
        return value.date().isoformat()
    return value.isoformat()


def moment(days: float, *, from_1904: bool = False) -> datetime | float:
    """Return the date and time that a number of days stands for; the number, where it stands for none.

    The calendar of 1900 has a 29th of February that there never was: what is before it is one day off (18.17.4.1).
    """
    if not 0 <= days < _LAST_DAY - (1_462 if from_1904 else 0):
        return days
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
    shift = 1 if not from_1904 and 1 <= days < 60 else 0
    return start + timedelta(days=shift, seconds=round(days * _DAY, 3))


def _records(header: tuple[str, ...], rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Record]:
    return (row_of(number, header, cells) for number, cells in rows if any(cell not in ("", None) for cell in cells))


def _rows(archive: Archive, book: Workbook) -> Iterator[tuple[int, list[Any]]]:
    sheet = _Sheet(book)
    for _ in feed(archive.pieces(book.sheet), sheet):
        yield from sheet.take()


class _Sheet(TextHandler):
    """Rows as they end; a cell has its place, its kind, its style, and its value as text."""

    def __init__(self, book: Workbook) -> None:
        super().__init__()
        self._book = book
        self._ready: list[tuple[int, list[Any]]] = []
        self._number = self._count = 0
        self._cells: list[Any] = []
        self._position = -1
        self._kind = self._style = ""
        self._text: list[str] = []

    def take(self) -> list[tuple[int, list[Any]]]:
        """Return the rows that have ended since the last time."""
        ready, self._ready = self._ready, []
        return ready

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name in ("v", "t"):
            self.collect()
        elif name == "rPh":
            self.phonetic(1)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._text.append(self.collected())
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._ready.append((self._number, self._cells))
        elif name == "rPh":
            self.phonetic(-1)

    def _begin_row(self, attributes: Attributes) -> None:
        given = attributes.get("r", "")
        number = int(given) if given.isdecimal() and len(given) < 8 else self._number + 1
        if number <= self._number:
            raise FileRefused(f"Row {number} of the sheet stands in the wrong place.")
        self._count += 1
        if self._count > MAX_ROWS + 1:  # empty ones too: each costs time
            raise FileRefused(f"The file has more than {MAX_ROWS:,} rows.")
        self._number, self._cells, self._position = number, [], -1

    def _begin_cell(self, attributes: Attributes) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        position = _position(place[1]) if place else self._position + 1
        if position <= self._position:
            raise FileRefused(f"A cell in row {self._number} of the sheet stands in the wrong place.")
        if position > _LAST_COLUMN:
            raise FileRefused(f"The file has more than {MAX_COLUMNS} columns.")
        self._position = position
        self._kind, self._style, self._text = attributes.get("t", "n"), attributes.get("s", ""), []

    def _end_cell(self) -> None:
        text = "".join(self._text)
        if not text:
            return
        if self._position >= MAX_COLUMNS:
            raise FileRefused(f"The file has more than {MAX_COLUMNS} columns.")
        self._cells.extend([None] * (self._position - len(self._cells)))
        self._cells.append(self._value(text))

    def _value(self, text: str) -> Any:
        if self._kind == "s":
            return self._shared(text)
        if self._kind in ("inlineStr", "str"):
            return decoded(text)
        if self._kind == "b":
            return text.strip() in ("1", "true")
        if self._kind != "n":  # a date as text, or an error such as #N/A, which no column but one for texts takes
            return text
        return self._dated(_number(text, self._number))

    def _shared(self, text: str) -> str:
        if text.isdecimal() and len(text) < 10 and int(text) < len(self._book.texts):
            return self._book.texts[int(text)]
        raise FileRefused(f"A cell in row {self._number} refers to a text that is not there.")

    def _dated(self, number: float) -> Any:
        is_date = self._style.isdecimal() and len(self._style) < 10 and int(self._style) in self._book.dates
        return moment(number, from_1904=self._book.from_1904) if is_date else number


def _position(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found - 1


def _number(text: str, row: int) -> float:
    word = text.strip()
    if _WHOLE.fullmatch(word):
        return int(word)
    try:
        number = float(word) if len(word) < 100 and "_" not in word else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise FileRefused(f"A cell in row {row} holds a number that is none.")
    return number
