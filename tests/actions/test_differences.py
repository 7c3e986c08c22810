"""Two texts side by side, and as a patch that others can apply."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.differences import MOST_LINES, Row, patch, side_by_side
from tests.clocks import work_of_at_most

OLD = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n"
TEXTS = st.lists(st.sampled_from(["a", "b", "Name: x", "", "\x0c", "\u2028", "é\r"]), max_size=30).map("\n".join)


def kinds(rows: list[Row]) -> list[tuple[str, int | None, int | None]]:
    """Return kind and line numbers of each row."""
    return [(row.kind, row.old.number, row.new.number) for row in rows]


def written(rows: list[Row], side: str) -> dict[int, str]:
    """Return the lines of one side by number."""
    sides = [getattr(row, side) for row in rows]
    return {item.number: "".join(part.text for part in item.parts) for item in sides if item.number}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(OLD, [], id="equal"),
        pytest.param(
            OLD.replace("f\n", ""),
            [
                *(("gap", None, None), ("equal", 3, 3), ("equal", 4, 4), ("equal", 5, 5), ("removed", 6, None)),
                *(("equal", 7, 6), ("equal", 8, 7), ("equal", 9, 8)),
            ],
            id="removed",
        ),
        pytest.param(
            "new\n" + OLD, [("added", None, 1), ("equal", 1, 2), ("equal", 2, 3), ("equal", 3, 4)], id="added"
        ),
        pytest.param(
            OLD.replace("l\n", "last\n"),
            [("gap", None, None), ("equal", 9, 9), ("equal", 10, 10), ("equal", 11, 11), ("changed", 12, 12)],
            id="changed",
        ),
    ],
)
def test_lines_stand_side_by_side(new: str, expected: list[tuple[str, int | None, int | None]]) -> None:
    """What differs with three lines around it, each line with its number in both texts."""
    assert kinds(side_by_side(OLD, new)) == expected


def test_what_changed_within_a_line_is_marked() -> None:
    """Only the piece that the other side does not have; a line with nothing in common is marked whole."""
    (row,) = side_by_side("Label: Buy\n", "Label: Buy now\n")
    assert [(part.text, part.changed) for part in row.old.parts] == [("Label: Buy", False)]
    assert [(part.text, part.changed) for part in row.new.parts] == [("Label: Buy", False), (" now", True)]
    (row,) = side_by_side("abc\n", "xyz\n")
    assert [part.changed for part in (*row.old.parts, *row.new.parts)] == [True, True]


@given(TEXTS, TEXTS)
def test_nothing_is_lost(old: str, new: str) -> None:
    """Every line that is not shown is the same in both texts, and those shown are shown as they are."""
    rows = side_by_side(old, new)
    for text, side in ((old, "old"), (new, "new")):
        for number, line in written(rows, side).items():
            assert _lines(text)[number - 1] == line
    assert (not rows) == (_lines(old) == _lines(new))


def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")] if text else []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(OLD, OLD.replace("b\n", "B\n").replace("k\n", "k\nk2\n"), id="two-hunks"),
        pytest.param("a\nb", "a\nc", id="no-newline-at-the-end"),
        pytest.param("a\n", "a\nb", id="newline-taken"),
        pytest.param("", "a\nb\n", id="from-nothing"),
        pytest.param("a\x0cb\n\u2028\n", "a\x0cc\n\u2028\n", id="signs-that-end-no-line"),
        pytest.param("a\r\nb\r\n", "a\r\nc\r\n", id="carriage-returns"),
        pytest.param(OLD * 400, OLD * 300 + "x\n" + OLD * 200, id="longer-than-is-compared"),
    ],
)
def test_git_applies_the_patch(old: str, new: str, tmp_path: Path) -> None:
    """What the patch is for."""
    file = tmp_path / "action.yaml"
    file.write_bytes(old.encode())
    (tmp_path / "p.patch").write_bytes(patch(old, new, "a/action.yaml", "b/action.yaml").encode())
    done = subprocess.run(["git", "apply", "p.patch"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.replace("\r", "")) == (0, "")
    assert file.read_bytes() == new.encode()


def test_equal_texts_need_no_patch() -> None:
    """Nothing at all, not even a head."""
    assert patch(OLD, OLD, "a/x", "b/x") == ""


def test_long_texts_take_no_long_time() -> None:
    """Two texts at the bound of documents that have nothing in common, and two of the most lines that are compared."""
    long = "".join(f"#{number % 997}\n" for number in range(50_000))
    other = "".join(f"#{number % 991}\n" for number in range(50_000, 0, -1))
    with work_of_at_most(5):
        side_by_side(long, other)
        patch(long, other, "a", "b")
        most = [f"{number % 499}\n" * 2 for number in range(MOST_LINES // 4)]
        side_by_side("".join(most), "".join(reversed(most)))
