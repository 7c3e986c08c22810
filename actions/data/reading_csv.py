"""CSV: commas, semicolons or tabs, in UTF-8 with or without a mark at its beginning; quotes as RFC 4180 has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from actions.data.bounds import MAX_CELL
from actions.data.cells import unescaped
from actions.data.errors import FileRefused
from actions.data.sources import Record, Source, empty, header_of, row_of
from entities.entity import Field

DELIMITERS = ",;\t"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 64 * 1024


def read_csv(content: bytes) -> Source:
    """Return the rows; the first of them is row 2, below the names.

    Raises:
        FileRefused: also while the rows are read.
    """
    _check_encoding(content)
    cells = _cells(content, delimiter_of(content))
    header = header_of(next(cells, []))
    return Source(header, _records(header, cells), from_cell)


def from_cell(field: Field, text: Any) -> Any:
    """Return what a field is given for the text of a cell."""
    return empty(field) if text == "" else unescaped(text)


def delimiter_of(content: bytes) -> str:
    """Return what divides the first row most often, a comma where nothing does; what is quoted does not count."""
    text = content[:_LOOKED_AT].decode("utf-8-sig", "ignore")
    counts, quoted = dict.fromkeys(DELIMITERS, 0), False
    for char in text:
        if char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char in "\r\n":
            break
        elif char in counts:
            counts[char] += 1
    return max(counts, key=lambda char: counts[char])


def _check_encoding(content: bytes) -> None:
    if content.startswith(_UTF16):
        raise FileRefused("The file is UTF-16.", hint="Save it as CSV in UTF-8.")
    if b"\0" in content:
        raise FileRefused("The file holds NUL bytes: it is no CSV in UTF-8.", hint="Save it as CSV in UTF-8.")


def _cells(content: bytes, delimiter: str) -> Iterator[list[str]]:
    lines = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except UnicodeDecodeError:
        message = f"The file is not UTF-8, first in line {_line_of_fault(content)}."
        raise FileRefused(message, hint="Save it as CSV in UTF-8.") from None
    except csv.Error as error:
        raise FileRefused(f"Line {reader.line_num}: {_sentence(str(error))}") from None


def _line_of_fault(content: bytes) -> int:
    """Return the line of the first byte that is not UTF-8; the reader is ahead of the lines that it gave."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return len(content[: error.start + 1].splitlines())
    return 1


def _sentence(reason: str) -> str:
    if "unexpected end of data" in reason:
        return "the file ends within quotes."
    if "field larger than field limit" in reason:
        return f"a cell is longer than {MAX_CELL:,} characters."
    return "a quote stands where none may stand; a quote within a cell is written twice."


def _records(header: tuple[str, ...], cells: Iterator[list[str]]) -> Iterator[Record]:
    for number, row in enumerate(cells, start=2):
        if any(row):
            yield row_of(number, header, row)
