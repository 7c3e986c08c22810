"""Rows in, a file out: CSV, JSON or XLSX, one row after the other and never more than ``MAX_FILE`` bytes.

XLSX is written by XlsxWriter, which keeps one row in memory and the rest in a file below a folder of ours, so that
nothing is left behind when an export is refused half-way. Every text is a cell of the kind text: never a formula, a
link or a number. A number that a spreadsheet would round is a text, too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from actions.data.bounds import MAX_FILE, MAX_SHEET_TEXT
from actions.data.cells import csv_text, plain
from actions.data.errors import ExportTooLarge
from entities.encoding import to_json
from entities.entity import Field

_EXACT = 10**15  # a spreadsheet keeps 15 digits


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its name, and the field that it shows; a row's id may be of no field."""

    name: str
    field: Field | None


Columns = Sequence[Column]
Rows = Iterable[Mapping[str, Any]]


class Write(Protocol):
    """Write rows with these columns; ``title`` names what they are, ``headed`` asks for a line of names."""

    def __call__(self, title: str, columns: Columns, rows: Rows, *, headed: bool) -> bytes: ...


class _Bounded:
    """Bytes that are collected until there are too many. What is not kept here may be counted here."""

    def __init__(self) -> None:
        self._parts = io.BytesIO()
        self._size = 0

    def count(self, size: int) -> None:
        """Count so many bytes.

        Raises:
            ExportTooLarge
        """
        self._size += size
        if self._size > MAX_FILE:
            raise too_large(f"The file would be larger than {MAX_FILE // 1024 // 1024} MB.")

    def add(self, data: bytes) -> None:
        """Keep these bytes."""
        self.count(len(data))
        self._parts.write(data)

    def write(self, text: str) -> None:
        """Keep a text; the name is what ``csv`` asks for."""
        self.add(text.encode())

    def content(self) -> bytes:
        """Return everything."""
        return self._parts.getvalue()


def too_large(message: str) -> ExportTooLarge:
    """Return the failure, with what helps."""
    return ExportTooLarge(message, hint="Choose fewer rows with 'query', or fewer columns with 'columns'.")


def write_csv(title: str, columns: Columns, rows: Rows, *, headed: bool) -> bytes:
    """Return CSV as RFC 4180 has it: UTF-8, commas, CRLF."""
    file = _Bounded()
    writer = csv.writer(file)
    if headed:
        writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([csv_text(column.field, row[column.name]) for column in columns])
    return file.content()


def write_json(title: str, columns: Columns, rows: Rows, *, headed: bool) -> bytes:
    """Return ``{title: [row, ...]}``, the original's shape. A row has its names anyway."""
    file = _Bounded()
    file.add(b"{" + to_json(title) + b":[")
    comma = b""
    for row in rows:
        file.add(comma + to_json({column.name: row[column.name] for column in columns}))
        comma = b","
    file.add(b"]}")
    return file.content()


def write_xlsx(title: str, columns: Columns, rows: Rows, *, headed: bool) -> bytes:
    """Return a workbook with one sheet."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - 50 ms, which no server's start should wait for

    result, read = io.BytesIO(), _Bounded()
    with TemporaryDirectory(prefix="export-") as folder:
        workbook = Workbook(result, {"constant_memory": True, "tmpdir": folder})
        try:
            sheet = workbook.add_worksheet()
            if headed:
                _write_row(sheet, 0, [column.name for column in columns], read)
            for number, row in enumerate(rows, start=int(headed)):
                _write_row(sheet, number, [_for_sheet(column.field, row[column.name]) for column in columns], read)
        finally:
            workbook.close()
    file = _Bounded()
    file.add(result.getvalue())
    return file.content()


def _for_sheet(field: Field | None, value: Any) -> Any:
    """Return a value as ``plain`` does, a decimal as the number that has its digits: people want to add prices up."""
    if isinstance(value, Decimal):
        number = float(value)
        return number if Decimal(repr(number)) == value and _is_kept(number) else plain(field, value)
    return plain(field, value)


def _write_row(sheet: Any, number: int, values: Sequence[Any], read: _Bounded) -> None:
    for position, value in enumerate(values):
        if isinstance(value, bool):
            sheet.write_boolean(number, position, value)
        elif isinstance(value, int | float) and _is_kept(value):
            sheet.write_number(number, position, value)
        elif value is not None:
            _write_text(sheet, (number, position), value if isinstance(value, str) else to_json(value).decode(), read)


def _write_text(sheet: Any, place: tuple[int, int], text: str, read: _Bounded) -> None:
    read.count(len(text.encode()))
    # Counted as spreadsheets count, in UTF-16.
    if len(text.encode("utf-16-le")) // 2 > MAX_SHEET_TEXT:
        raise ExportTooLarge(
            f"A text is longer than the {MAX_SHEET_TEXT:,} characters of a cell.", hint="Use the format csv or json."
        )
    sheet.write_string(*place, text)


def _is_kept(number: float) -> bool:
    """Say whether a spreadsheet gives back the very number."""
    return abs(number) < _EXACT if isinstance(number, int) else float(f"{number:.15G}") == number


WRITERS: Mapping[str, tuple[Write, str]] = {
    "json": (write_json, "application/json"),
    "csv": (write_csv, "text/csv"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
