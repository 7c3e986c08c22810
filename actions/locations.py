"""Where something stands in a document: source, line, column, JSON pointer; and the excerpt that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST_SHOWN = 200  # characters of a line


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a document. Lines and columns count from 1; ``pointer`` is an RFC 6901 JSON pointer."""

    source: str
    line: int
    column: int
    pointer: str = ""
    text: str = field(default="", repr=False, compare=False)

    def __str__(self) -> str:
        at = f"  at {self.pointer}" if self.pointer else ""
        return f"{self.source}:{self.line}:{self.column}{at}"

    def excerpt(self) -> str:
        """Return the line with a caret below the column, or an empty string when the text is not known."""
        lines = self.text.splitlines()
        if not 0 < self.line <= len(lines):
            return ""
        line, first = lines[self.line - 1].replace("\t", " "), max(self.column - _MOST_SHOWN, 0)
        cut = "..." if first else ""
        shown = cut + line[first : first + _MOST_SHOWN]
        caret = " " * min(self.column - 1 - first + len(cut), len(shown)) + "^"
        return f"  {self.line:>3} | {shown}\n      | {caret}"

    def at(self, column: int) -> Location:
        """Return the same place moved to another column of its line."""
        return Location(self.source, self.line, column, self.pointer, self.text)

    def without_text(self) -> Location:
        """Return the same place without its excerpt: a secret stands there, and what is said of it may be logged."""
        return Location(self.source, self.line, self.column, self.pointer)
