"""Two texts in, what differs between them out: side by side for eyes, or as a patch for a repository.

The work is bounded: what lies between the common beginning and end is compared line by line up to ``MOST_LINES``;
more than that is shown as replaced altogether. Escaping is the template's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

MOST_LINES = 4000
MOST_MARKED = 200
LONGEST_MARKED = 300
CONTEXT = 3
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

OpCode = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line; ``changed`` pieces are what the other side does not have."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A line of one of the texts, ``None`` for the number where that text has no such line."""

    number: int | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of both texts, or of one. ``kind``: equal, changed, removed, added, or gap for lines left out."""

    kind: str
    old: Side = Side()
    new: Side = Side()


def side_by_side(old: str, new: str) -> list[Row]:
    """Return the lines that differ with a few around them, the same lines of both texts in one row."""
    before, after = _lines(old), _lines(new)
    rows: list[Row] = []
    marked = 0
    for number, group in enumerate(_groups(before, after)):
        if number or group[0][1] or group[0][3]:
            rows.append(Row("gap"))
        for code in group:
            rows += _rows(before, after, code, may_mark=marked < MOST_MARKED)
            marked += max(code[2] - code[1], code[4] - code[3]) if code[0] == "replace" else 0
    return rows


def patch(old: str, new: str, old_name: str, new_name: str) -> str:
    """Return a unified diff, as ``patch`` and ``git apply`` read it; nothing for equal texts."""
    before, after = _LINE.findall(old), _LINE.findall(new)
    hunks = [line for group in _groups(before, after) for line in _hunk(before, after, group)]
    return "".join([f"--- {old_name}\n", f"+++ {new_name}\n", *hunks]) if hunks else ""


def _lines(text: str) -> list[str]:
    """Return the lines as editors and ``git`` count them: no other sign ends one."""
    return [line.removesuffix("\n").removesuffix("\r") for line in _LINE.findall(text)]


def _groups(before: Sequence[str], after: Sequence[str]) -> Iterator[list[OpCode]]:
    """Yield what ``SequenceMatcher.get_grouped_opcodes`` would, after bounded work."""
    for group in _Bounded(before, after).get_grouped_opcodes(CONTEXT):
        if any(code[0] != "equal" for code in group):
            yield list(group)


class _Bounded(SequenceMatcher[str]):
    """Compares the middle only, and that only where it is short."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        super().__init__()
        self._found = _codes(before, after)

    def get_opcodes(self) -> list[Any]:
        return self._found


def _codes(before: Sequence[str], after: Sequence[str]) -> list[OpCode]:
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    middle, other = before[start : len(before) - end], after[start : len(after) - end]
    codes: list[OpCode] = [("equal", 0, start, 0, start)] if start else []
    codes += [(tag, a + start, b + start, c + start, d + start) for tag, a, b, c, d in _middle(middle, other)]
    if end:
        codes.append(("equal", len(before) - end, len(before), len(after) - end, len(after)))
    return codes


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    return next((at for at, (one, two) in enumerate(zip(before, after, strict=False)) if one != two),
                min(len(before), len(after)))  # fmt: skip


def _middle(before: Sequence[str], after: Sequence[str]) -> list[OpCode]:
    if len(before) + len(after) > MOST_LINES:
        return [("replace" if before and after else "delete" if before else "insert", 0, len(before), 0, len(after))]
    return list(SequenceMatcher(None, before, after).get_opcodes())


def _rows(before: Sequence[str], after: Sequence[str], code: OpCode, *, may_mark: bool) -> Iterator[Row]:
    tag, old_from, old_to, new_from, new_to = code
    for old, new in zip_longest(range(old_from, old_to), range(new_from, new_to)):
        if tag == "equal":
            yield Row("equal", _side(before, old), _side(after, new))
        elif old is None:
            yield Row("added", new=_side(after, new))
        elif new is None:
            yield Row("removed", old=_side(before, old))
        else:
            one, two = _marked(before[old], after[new], may_mark=may_mark)
            yield Row("changed", Side(old + 1, one), Side(new + 1, two))


def _side(lines: Sequence[str], index: int) -> Side:
    return Side(index + 1, (Part(lines[index]),))


def _marked(old: str, new: str, *, may_mark: bool) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return both lines in pieces; as one changed piece where they are long, many, or have little in common."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not may_mark or max(len(old), len(new)) > LONGEST_MARKED or matcher.ratio() < 0.5:
        return (Part(old, changed=True),), (Part(new, changed=True),)
    codes = matcher.get_opcodes()
    one = tuple(Part(old[a:b], tag != "equal") for tag, a, b, _, _ in codes if b > a)
    two = tuple(Part(new[c:d], tag != "equal") for tag, _, _, c, d in codes if d > c)
    return one, two


def _hunk(before: Sequence[str], after: Sequence[str], group: Sequence[OpCode]) -> Iterator[str]:
    first, last = group[0], group[-1]
    yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"
    for tag, old_from, old_to, new_from, new_to in group:
        if tag == "equal":
            yield from (_line(" ", line) for line in before[old_from:old_to])
            continue
        yield from (_line("-", line) for line in before[old_from:old_to])
        yield from (_line("+", line) for line in after[new_from:new_to])


def _range(start: int, stop: int) -> str:
    length = stop - start
    return f"{start + 1 if length else start},{length}"


def _line(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
