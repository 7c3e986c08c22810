"""Files that are written: what stands in them, and how large they may be."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from actions.data import writing
from actions.data.errors import ExportTooLarge
from actions.data.writing import WRITERS, Column, write_csv, write_json, write_xlsx
from entities import registry


def columns(*names: str, entity: str = "todo") -> list[Column]:
    """Return columns of an entity."""
    return [Column(name, registry.get(entity).fields.get(name)) for name in names]


def sheet_of(content: bytes) -> Any:
    """Return the sheet as an independent program reads it."""
    return openpyxl.load_workbook(io.BytesIO(content)).active


ROWS: list[dict[str, Any]] = [
    {"title": "=1+1", "done": True, "due": None},
    {"title": 'a,"b"\r\nc', "done": False, "due": "2024-02-29"},
]


def test_csv_is_as_rfc_4180_has_it() -> None:
    """CRLF, quotes where they are needed, formulas made harmless; null is nothing."""
    written = write_csv("todo", columns("title", "done", "due"), ROWS, headed=True)
    assert written == b'title,done,due\r\n\'=1+1,true,\r\n"a,""b""\r\nc",false,2024-02-29\r\n'
    assert write_csv("todo", columns("done"), ROWS, headed=False) == b"true\r\nfalse\r\n"


def test_numbers_in_csv_stay_numbers() -> None:
    """A negative one is no formula, and a decimal keeps its digits."""
    row = {"price": Decimal("-12.50"), "stock": -3}
    assert write_csv("product", columns("price", "stock", entity="product"), [row], headed=False) == b"-12.50,-3\r\n"


def test_json_is_the_originals_shape() -> None:
    """Rows below the name of the entity, with the chosen columns in their order."""
    written = write_json("todo", columns("due", "title"), ROWS, headed=False)
    assert json.loads(written) == {
        "todo": [{"due": None, "title": "=1+1"}, {"due": "2024-02-29", "title": 'a,"b"\r\nc'}]
    }
    assert list(json.loads(written)["todo"][0]) == ["due", "title"]
    assert write_json("todo", columns("title"), [], headed=True) == b'{"todo":[]}'


def test_a_text_in_a_spreadsheet_is_never_a_formula() -> None:
    """Nor a link or a number: an independent reader sees texts."""
    texts = ["=1+1", "+1", "-1", "@a", "{=1}", "http://127.0.0.1/", "internal:A1", "007", "\x0b_x000B_", ""]
    sheet = sheet_of(write_xlsx("todo", columns("title"), [{"title": text} for text in texts], headed=True))
    cells = [cell for (cell,) in sheet.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells[:9]] == ["s"] * 9
    assert [cell.value for cell in cells[:8]] == texts[:8]
    assert not any(cell.hyperlink for cell in cells)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        pytest.param(5, "n", 5, id="integer"),
        pytest.param(-0.1, "n", -0.1, id="float"),
        pytest.param(10**15 - 1, "n", 10**15 - 1, id="fifteen-digits"),
        pytest.param(10**15, "s", str(10**15), id="sixteen-digits"),
        pytest.param(0.1 + 0.2, "s", "0.30000000000000004", id="seventeen-digits"),
        pytest.param(True, "b", True, id="true"),
        pytest.param(Decimal("1.50"), "n", 1.5, id="decimal"),
        pytest.param(Decimal("-0.10"), "n", -0.1, id="decimal-that-is-no-float"),
        pytest.param(Decimal("1234567890123456.70"), "s", "1234567890123456.70", id="long-decimal"),
    ],
)
def test_a_number_that_would_be_rounded_is_a_text(value: Any, kind: str, shown: Any) -> None:
    """A spreadsheet keeps 15 digits; what has more, or says how many it has, is written out."""
    cell = sheet_of(write_xlsx("todo", columns("title"), [{"title": value}], headed=False))["A1"]
    assert (cell.data_type, cell.value) == (kind, shown)


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_may_be_so_large_and_no_larger(kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The bound is met exactly, and nothing of the attempt is left on the disk."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    write = WRITERS[kind][0]
    rows = [{"title": "x" * 300}] * 40
    sizes = {"csv": 302 * 40, "json": len(b'{"todo":[]}') + 312 * 40 + 39, "xlsx": 300 * 40}
    monkeypatch.setattr(writing, "MAX_FILE", sizes[kind])
    assert write("todo", columns("title"), rows, headed=False)
    monkeypatch.setattr(writing, "MAX_FILE", sizes[kind] - 1)
    with pytest.raises(ExportTooLarge, match="The file would be larger than 0 MB"):
        write("todo", columns("title"), rows, headed=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "fits"), [("x" * 32_767, True), ("x" * 32_768, False), ("\U0001f600" * 16_384, False)]
)
def test_a_cell_of_a_spreadsheet_has_an_end(text: str, fits: bool) -> None:
    """A longer text is refused, not cut; pairs of surrogates count twice, as they do there."""
    rows = [{"title": text}]
    if fits:
        assert sheet_of(write_xlsx("todo", columns("title"), rows, headed=False))["A1"].value == text
        return
    with pytest.raises(ExportTooLarge) as caught:
        write_xlsx("todo", columns("title"), rows, headed=False)
    assert caught.value.message == "A text is longer than the 32,767 characters of a cell."
    assert caught.value.hint == "Use the format csv or json."
