"""The parts of a workbook that are read before its rows: which sheet, its texts, and which styles are dates.

Names and meanings are ECMA-376's (part 1, 18.2, 18.4 and 18.8).
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from actions.data.archives import Archive
from actions.data.bounds import MAX_CELL, MAX_CELLS, MAX_PARTS, MAX_STYLES
from actions.data.errors import FileRefused
from actions.data.markup import Attributes, Handler, read

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
# The formats of dates and times that every spreadsheet knows by number (18.8.30).
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_CODE = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_HEX = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Workbook:
    """What the cells of the first sheet refer to."""

    sheet: str
    texts: list[str]
    dates: frozenset[int]
    from_1904: bool


def open_workbook(archive: Archive) -> Workbook:
    """Return what is known before the rows.

    Raises:
        FileRefused: not a workbook.
    """
    book, relations = _Book(), _Relations()
    read(archive.pieces(WORKBOOK), book)
    read(archive.pieces(RELATIONS), relations)
    target = relations.targets.get(book.first, "")
    sheet = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
    if not target or sheet not in archive:
        raise FileRefused("The file has no sheet.")
    texts, styles = Texts(), _Styles()
    if STRINGS in archive:
        read(archive.pieces(STRINGS), texts)
    if STYLES in archive:
        read(archive.pieces(STYLES), styles)
    return Workbook(sheet, texts.found, styles.dates(), book.from_1904)


def decoded(text: str) -> str:
    """Return a text with each ``_x000D_`` as the character that it stands for (22.9.2.19)."""
    return _HEX.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _Book(Handler):
    """The first sheet that is shown, and where the calendar begins."""

    def __init__(self) -> None:
        super().__init__()
        self.first = ""
        self.from_1904 = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "") in ("1", "true")
        if name == "sheet" and not self.first and attributes.get("state", "visible") == "visible":
            self.first = attributes.get("id", "")


class _Relations(Handler):
    """Which part each relation leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            if len(self.targets) >= MAX_PARTS:
                raise FileRefused(f"The file has more than {MAX_PARTS:,} sheets.")
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


class TextHandler(Handler):
    """Collects the text of elements; what a phonetic run says is no part of it."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[str] | None = None
        self._length = 0
        self._phonetic = 0

    def collect(self) -> None:
        """Collect from here on."""
        self._pieces, self._length = [], 0

    def collected(self) -> str:
        """Return what was collected, and stop."""
        pieces, self._pieces = self._pieces or [], None
        return "".join(pieces)

    def phonetic(self, step: int) -> None:
        """Note that a phonetic run begins (1) or ends (-1)."""
        self._phonetic += step

    def characters(self, content: str) -> None:
        super().characters(content)
        if self._pieces is None or self._phonetic:
            return
        self._length += len(content)
        if self._length > MAX_CELL:
            raise FileRefused(f"A cell is longer than {MAX_CELL:,} characters.")
        self._pieces.append(content)


class Texts(TextHandler):
    """The texts that cells share, by number."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._parts: list[str] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self.phonetic(1)
        elif name == "t":
            self.collect()

    def end(self, name: str) -> None:
        if name == "rPh":
            self.phonetic(-1)
        elif name == "t":
            self._parts.append(self.collected())
        elif name == "si":
            if len(self.found) >= MAX_CELLS:
                raise FileRefused(f"The file has more than {MAX_CELLS:,} texts.")
            self.found.append(decoded("".join(self._parts)))


class _Styles(Handler):
    """The number format of each style of a cell."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[str, str] = {}
        self._formats: list[str] = []
        self._within = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            _check_styles(len(self._codes))
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._within = True
        elif name == "xf" and self._within:
            _check_styles(len(self._formats))
            self._formats.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._within = False

    def dates(self) -> frozenset[int]:
        """Return the styles that show a number as a date or a time."""
        return frozenset(index for index, number in enumerate(self._formats) if self._is_date(number))

    def _is_date(self, number: str) -> bool:
        if number in self._codes:
            code = _NOT_CODE.sub("", self._codes[number].partition(";")[0]).lower()
            return code != "general" and any(letter in code for letter in "dmyhs")
        return number.isdecimal() and int(number[:9]) in _DATES


def _check_styles(known: int) -> None:
    if known >= MAX_STYLES:
        raise FileRefused(f"The file has more than {MAX_STYLES:,} styles of cells.")
