"""Spreadsheets: what other programs write, and what was made to hurt."""

from __future__ import annotations

import io
import struct
from datetime import date, datetime, time
from typing import Any
from zipfile import ZIP_BZIP2

import openpyxl
import pytest

from actions.data import archives, bounds, markup
from actions.data.errors import FileRefused
from actions.data.reading_xlsx import from_cell, read_xlsx
from entities import registry
from tests.actions.data.spreadsheets import BOOK, MAIN, PLACES, SHEET, archive, titled, workbook


def _relations(count: int = 1) -> str:
    """Return relations to so many sheets, of which there is one."""
    links = "".join(
        f'<Relationship Id="r{number + 1}" Type="{PLACES}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        for number in range(count)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
    )


def rows_of(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    """Return every row that is read, without the cells that are missing at its end."""
    rows = read_xlsx(content).rows
    return [(number, {name: value for name, value in values.items() if value != ""}) for number, values in rows]


def values_of(cells: str, **parts: str | bytes) -> list[Any]:
    """Return what the cells of one row below four names hold."""
    names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in "abcd")
    ((number, found),) = rows_of(workbook(f'<row r="1">{names}</row><row r="7">{cells}</row>', **parts))
    assert number == 7
    return [value for value in found.values() if value != ""]


def refusal(content: bytes) -> str:
    """Return why a file is refused."""
    with pytest.raises(FileRefused) as caught:
        rows_of(content)
    return caught.value.message


def test_what_another_program_writes_is_read() -> None:
    """Texts, numbers, dates, formulas' texts and gaps, by the places of the cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["title", "n", "on", "due", "at", "then"])
    sheet.append(["milk", 1.5, True, date(2024, 2, 29), time(15, 4, 5), datetime(2024, 2, 29, 15, 4, 5)])
    sheet.append([None, 7])
    sheet["A5"] = "late"
    made = io.BytesIO()
    book.save(made)
    rows = rows_of(made.getvalue())
    assert rows[0] == (
        2,
        {
            "title": "milk",
            "n": 1.5,
            "on": True,
            "due": datetime(2024, 2, 29),
            "at": datetime(1899, 12, 30, 15, 4, 5),
            "then": datetime(2024, 2, 29, 15, 4, 5),
        },
    )
    assert rows[1:] == [(3, {"title": None, "n": 7}), (5, {"title": "late"})]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        pytest.param('<c t="str"><f>1+1</f><v>=x</v></c>', ["=x"], id="formula-text"),
        pytest.param("<c><f>1+1</f><v>2</v></c>", [2], id="formula-number"),
        pytest.param('<c><f>1+1</f></c><c t="b"><v>0</v></c>', [None, False], id="formula-never-computed"),
        pytest.param('<c t="s"><v>1</v></c>', ["rich text"], id="shared-rich"),
        pytest.param('<c t="s"><v>0</v></c>', ["a\r_x000D_"], id="escaped"),
        pytest.param('<c r="D7"><v>1e3</v></c>', [None, None, None, 1000.0], id="gap"),
        pytest.param('<c t="e"><v>#N/A</v></c>', ["#N/A"], id="error"),
        pytest.param("<c><v>1</v></c><c/><c><v>-2</v></c>", [1, None, -2], id="no-places"),
    ],
)
def test_cells_are_what_they_show(cells: str, values: list[Any]) -> None:
    """Of a formula its last value; of a shared text its runs without the phonetic ones; escapes are undone once."""
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>a_x000D__x005F_x000D_</t></si>'
        "<si><r><t>rich </t></r><r><t>text</t></r><rPh><t>phonetic</t></rPh></si></sst>"
    )
    assert values_of(cells, strings=strings) == values


@pytest.mark.parametrize(
    ("style", "is_date"),
    [(0, False), (1, True), (2, True), (3, False), (4, True), (5, False), (6, False)],
    ids=["general", "built-in", "own", "colour-and-text", "elapsed", "unknown", "decimal"],
)
def test_a_style_says_what_is_a_date(style: int, is_date: bool) -> None:
    """By the number or by the code of its format; letters in quotes and brackets are no code."""
    codes = ["yyyy-mm-dd", '[Red]0 "days"', "[hh]:mm", "0.00"]
    formats = "".join(f"<numFmt numFmtId='{170 + i}' formatCode='{code}'/>" for i, code in enumerate(codes))
    numbers = (0, 14, 170, 171, 172, 999, 173)
    styles = "".join(f'<xf numFmtId="{number}"/>' for number in numbers)
    part = f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>'
    (found,) = values_of(f'<c s="{style}"><v>45351</v></c>', styles=part)
    assert found == (datetime(2024, 2, 29) if is_date else 45351)


@pytest.mark.parametrize(
    ("column", "value", "given"),
    [
        ("due", 45351, "2024-02-29"),
        ("due", datetime(2024, 2, 29, 1), "2024-02-29"),
        ("due", 59, "1900-02-28"),
        ("due", 61, "1900-03-01"),
        ("due", 10**9, 10**9),
        ("due", "2024-02-29", "2024-02-29"),
        ("title", datetime(2024, 2, 29), "2024-02-29"),
        ("title", datetime(2024, 2, 29, 1), "2024-02-29T01:00:00"),
        ("title", datetime(1899, 12, 30, 1), "01:00:00"),
        ("title", 45351, 45351),
        ("created_at", 45351.5, "2024-02-29T12:00:00"),
    ],
)
def test_numbers_in_columns_for_dates_are_days(column: str, value: Any, given: Any) -> None:
    """Whatever the style; in any other column a date is its ISO text."""
    field = registry.get("todo").fields[column]
    assert from_cell(field, value) == given


def test_a_calendar_may_begin_in_1904() -> None:
    """The workbook says so."""
    book = BOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    source = read_xlsx(titled("<row><c><v>43889</v></c></row>", book=book))
    ((_, values),) = source.rows
    assert source.convert(registry.get("todo").fields["due"], values["title"]) == "2024-02-29"


def test_the_first_sheet_that_is_shown_is_read() -> None:
    """A hidden one before it is passed over."""
    book = BOOK.replace("<sheets>", '<sheets><sheet name="h" state="hidden" r:id="r9"/>')
    assert rows_of(titled("<row><c><v>1</v></c></row>", book=book)) == [(2, {"title": 1})]


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("part", ["book", "strings", "styles", "sheet"])
@pytest.mark.parametrize(
    "evil",
    [ENTITIES, '<!DOCTYPE x SYSTEM "file:///etc/passwd">', '<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1/">]>'],
    ids=["entities", "external-type", "external-entity"],
)
def test_no_part_may_declare_anything(part: str, evil: str) -> None:
    """Neither entities that grow nor anything that would be fetched: a document type is refused wherever it stands."""
    parts = {"book": BOOK, "strings": f'<sst xmlns="{MAIN}"/>', "styles": f'<styleSheet xmlns="{MAIN}"/>'}
    content = titled("", **{name: (evil if name == part else "") + text for name, text in parts.items()})
    if part == "sheet":
        content = archive(
            {
                "xl/workbook.xml": BOOK,
                "xl/_rels/workbook.xml.rels": _relations(),
                "xl/worksheets/sheet1.xml": evil + SHEET % "<row><c><v>&b;</v></c></row>",
            }
        )
    assert refusal(content) == "The file holds XML with a document type or entities."


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a ZIP says of itself is enough: 101 MB of blanks in 100 KB are never read."""
    bomb = titled("", strings=b" " * (bounds.MAX_UNPACKED + 1))
    assert len(bomb) < 200_000
    monkeypatch.setattr(archives.Archive, "pieces", lambda *args: pytest.fail("It is read."))
    assert refusal(bomb) == "The file is larger than 100 MB when it is unpacked."


def test_a_bomb_that_lies_is_cut_at_what_it_said() -> None:
    """A size that was forged in the directory: nothing beyond it is unpacked, and the checksum gives it away."""
    content = b"<row>" + b" " * 1_000_000 + b"</row>"
    bomb = titled("", strings=content)
    size, forged = struct.pack("<L", len(content)), struct.pack("<L", 50)
    assert bomb.count(size) == 2
    assert refusal(bomb.replace(size, forged)) == "The file is damaged."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"PK\x03\x04nothing", "The file is no spreadsheet in the format xlsx.", id="no-archive"),
        pytest.param(archive({"a": "b"}), "The file is no spreadsheet: 'xl/workbook.xml' is missing.", id="a-zip"),
        pytest.param(
            archive({f"part{number}": "" for number in range(1_001)}),
            "The file has more than 1,000 parts.",
            id="parts",
        ),
        pytest.param(archive({"a": "b"}, ZIP_BZIP2), "The file is packed in an unusual way.", id="bzip2"),
        pytest.param(titled("", book="<workbook"), "The file is damaged.", id="broken-xml"),
        pytest.param(titled("", book=BOOK.replace("r1", "r2")), "The file has no sheet.", id="no-sheet"),
        pytest.param(workbook(""), "The first row is empty.", id="no-rows"),
        pytest.param(
            titled('<row r="2"/><row r="2"/>'), "Row 2 of the sheet stands in the wrong place.", id="row-twice"
        ),
        pytest.param(
            titled('<row><c r="B2"/><c r="A2"/></row>'),
            "A cell in row 2 of the sheet stands in the wrong place.",
            id="cells-backwards",
        ),
        pytest.param(
            titled('<row><c t="s"><v>5</v></c></row>'),
            "A cell in row 2 refers to a text that is not there.",
            id="no-text",
        ),
        pytest.param(titled("<row><c><v>1_0</v></c></row>"), "A cell in row 2 holds a number that is none.", id="_"),
        pytest.param(
            titled("<row><c><v>1e999</v></c></row>"), "A cell in row 2 holds a number that is none.", id="inf"
        ),
        pytest.param(
            titled('<row><c r="XFD1048576"><v>1</v></c></row>'), "The file has more than 500 columns.", id="corner"
        ),
        pytest.param(
            titled(f'<row><c t="str"><v>{"x" * 100_001}</v></c></row>'),
            "A cell is longer than 100,000 characters.",
            id="long-cell",
        ),
        pytest.param(titled('<row><c r="B2"><v>1</v></c></row>'), "Row 2 has more cells than the first row.", id="b"),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, message: str) -> None:
    """In words, before anything is stored."""
    assert refusal(content) == message


def test_a_file_that_is_encrypted_says_so() -> None:
    """The flag of one part is enough."""
    content = bytearray(archive({"a": "b"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(bytes(content)) == "The file is encrypted."


def test_two_parts_with_one_name_are_refused() -> None:
    """Programs do not agree which of them counts."""
    content = archive({"part1": "b", "part2": "d"}).replace(b"part2", b"part1")
    assert refusal(content) == "The file has two parts with one name."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(titled(f'<row r="{"1" * 2_000_000}"/>'), "The file is damaged.", id="attribute"),
        pytest.param(titled(f"<{'x' * 2_000_000}/>"), "The file is damaged.", id="name"),
        pytest.param(titled("<a>" * 101), "The file holds elements in more than 100 others.", id="depth"),
        pytest.param(titled(f"<row>{'<c/>' * 16_385}</row>"), "The file has more than 500 columns.", id="cells"),
        pytest.param(titled("<row/>" * 100_001), "The file has more than 100,000 rows.", id="rows"),
        pytest.param(
            titled("", styles=f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 100_001}</cellXfs></styleSheet>'),
            "The file has more than 100,000 styles of cells.",
            id="styles",
        ),
        pytest.param(
            titled(
                "",
                styles=f'<styleSheet xmlns="{MAIN}">'
                + "".join(f'<numFmt numFmtId="{number}"/>' for number in range(100_001)),
            ),
            "The file has more than 100,000 styles of cells.",
            id="formats",
        ),
        pytest.param(
            archive({"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": _relations(1_001)}),
            "The file has more than 1,000 sheets.",
            id="sheets",
        ),
    ],
)
def test_a_small_file_cannot_keep_a_process_busy(content: bytes, message: str) -> None:
    """What unpacks to much of nothing is refused before it has cost seconds, or hundreds of megabytes."""
    assert len(content) < 300_000
    assert refusal(content) == message


def test_what_is_just_allowed_is_read() -> None:
    """As many empty rows, empty cells and blanks as a file may have."""
    assert rows_of(titled("<row/>" * 100_000)) == []
    assert rows_of(titled(f"<row>{'<c/>' * 16_384}</row>")) == []
    assert rows_of(titled(f"<row><c><v>1</v>{' ' * 1_000_000}</c></row>")) == [(2, {"title": 1})]


def test_elements_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty ones too, which would cost time and give nothing."""
    monkeypatch.setattr(markup, "MAX_ELEMENTS", 10)
    assert rows_of(titled("<row/>")) == []
    assert "elements" in refusal(titled("<row/>" * 10))
