"""CSV as people save it, and as nobody should."""

from __future__ import annotations

from typing import Any

import pytest

from actions.data.errors import FileRefused
from actions.data.reading_csv import read_csv


def rows_of(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    """Return every row that is read."""
    return [(number, dict(values)) for number, values in read_csv(content).rows]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"title,note\r\nmilk,now\r\n", id="commas"),
        pytest.param(b"title;note\r\nmilk;now\r\n", id="semicolons"),
        pytest.param(b"title\tnote\nmilk\tnow\n", id="tabs"),
        pytest.param(b"title,note\rmilk,now", id="old-mac"),
        pytest.param(b"\xef\xbb\xbftitle,note\nmilk,now", id="mark"),
        pytest.param(b'\xef\xbb\xbf"title","note"\n"milk","now"', id="mark-and-quotes"),
        pytest.param(b" title , note ,,\nmilk,now,,\n", id="spaces-and-empty-columns"),
    ],
)
def test_dialects_are_told_by_the_first_row(content: bytes) -> None:
    """Whatever divides it most often; a byte order mark and spaces around names are no part of them."""
    assert rows_of(content) == [(2, {"title": "milk", "note": "now"})]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        pytest.param(b'title;a\n"x,y,z";1', [(2, {"title": "x,y,z", "a": "1"})], id="commas-in-a-cell"),
        pytest.param(b'"ti,tle";a\nx;1', [(2, {"ti,tle": "x", "a": "1"})], id="commas-in-a-name"),
        pytest.param(b'title\n"a\r\nb"\nc', [(2, {"title": "a\r\nb"}), (3, {"title": "c"})], id="line-break"),
        pytest.param(b'title\n"say ""hi"""', [(2, {"title": 'say "hi"'})], id="quotes"),
        pytest.param(b"a,b\n1\n", [(2, {"a": "1", "b": ""})], id="short-row"),
        pytest.param(b"a\n\n1\n", [(3, {"a": "1"})], id="empty-line"),
        pytest.param("a\nü\u2028ü\x0bx".encode(), [(2, {"a": "ü\u2028ü\x0bx"})], id="other-breaks"),
        pytest.param(b"a\n" + b"x" * 100_000, [(2, {"a": "x" * 100_000})], id="long-cell"),
        pytest.param(b"a,b\n", [], id="no-rows"),
    ],
)
def test_cells_are_what_was_written(content: bytes, rows: list[tuple[int, dict[str, Any]]]) -> None:
    """Quotes, line breaks and rows that are short; numbers of rows are a spreadsheet's."""
    assert rows_of(content) == rows


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("a\nb".encode("utf-16"), "The file is UTF-16.", id="utf-16"),
        pytest.param("a\nb".encode("utf-16-be"), "The file holds NUL bytes: it is no CSV in UTF-8.", id="no-mark"),
        pytest.param(b"a\n\x00", "The file holds NUL bytes: it is no CSV in UTF-8.", id="nul"),
        pytest.param(b"a\n\xfc", "The file is not UTF-8, first in line 2.", id="latin-1"),
        pytest.param(b"a\r\n" * 3000 + b"b\xfc\r\n", "The file is not UTF-8, first in line 3001.", id="latin-1-late"),
        pytest.param(b"\n\na\n1", "The first row is empty.", id="blank-lines-before"),
        pytest.param(b'a\n"b', "Line 2: the file ends within quotes.", id="open-quote"),
        pytest.param(
            b'a\n"b"c\n',
            "Line 2: a quote stands where none may stand; a quote within a cell is written twice.",
            id="after-quote",
        ),
        pytest.param(b"a\n" + b"x" * 131_073, "Line 2: a cell is longer than 100,000 characters.", id="long-cell"),
        pytest.param(b",,\n1", "The first row is empty.", id="no-names"),
        pytest.param(b"a,,b\n1", "Column 2 has no name in the first row.", id="missing-name"),
        pytest.param(b"a,b, a\n1", "The column 'a' stands twice in the first row.", id="twice"),
        pytest.param(b"a\n1,2", "Row 2 has more cells than the first row.", id="long-row"),
        pytest.param(
            b",".join(b"c%d" % number for number in range(501)), "The file has more than 500 columns.", id="columns"
        ),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, message: str) -> None:
    """With the line, and in words."""
    with pytest.raises(FileRefused) as caught:
        rows_of(content)
    assert caught.value.message == message


def test_five_hundred_columns_are_read() -> None:
    """The bound is the last that is allowed."""
    assert len(read_csv(b",".join(b"c%d" % number for number in range(500))).header) == 500
