"""JSON: lists of rows, and everything else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from actions.data import reading_json
from actions.data.errors import FileRefused
from actions.data.reading_json import read_rows


@pytest.mark.parametrize(
    "content", [b'[{"title":"milk","n":1.50}]', b'\xef\xbb\xbf{"todo": [{"title": "milk", "n": 1.50}]}']
)
def test_rows_are_a_list_or_the_one_member_that_is(content: bytes) -> None:
    """The second is what an export writes; a number keeps its digits."""
    assert list(read_rows(content).rows) == [(1, {"title": "milk", "n": Decimal("1.50")})]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"{}", "The file is no list of rows.", id="object"),
        pytest.param(b'{"a": [], "b": []}', "The file is no list of rows.", id="two-lists"),
        pytest.param(b'{"a": 1}', "The file is no list of rows.", id="number"),
        pytest.param(b"[{}, 1]", "Row 2 is no object.", id="row"),
        pytest.param(b"[", "The file cannot be read: Not JSON: Expecting value at line 1, column 2.", id="broken"),
        pytest.param(
            b'[{"a":1,"a":2}]',
            "The file cannot be read at /0: The key 'a' stands twice in one object.",
            id="twice",
        ),
        pytest.param(b"[" * 70 + b"]" * 70, "is nested deeper than 64 levels.", id="deep"),
        pytest.param(b"\xff\xfe[\0]\0", "is not UTF-8.", id="utf-16"),
    ],
)
def test_what_is_no_list_of_rows_is_refused(content: bytes, message: str) -> None:
    """With the place where there is one."""
    with pytest.raises(FileRefused) as caught:
        list(read_rows(content).rows)
    assert message in caught.value.message


def test_values_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with too many values is refused before a row is looked at."""
    monkeypatch.setattr(reading_json, "MAX_CELLS", 4)
    monkeypatch.setattr(reading_json, "MAX_ROWS", 2)
    assert len(list(read_rows(b'[{"a":1,"b":1},{"a":1,"b":1}]').rows)) == 2
    with pytest.raises(FileRefused, match="more than 8 values"):
        read_rows(b"[[1,1,1,1,1,1,1,1]]")
