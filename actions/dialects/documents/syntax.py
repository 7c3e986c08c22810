"""What the YAML parser could not read, said so that the author can mend it."""

from __future__ import annotations

import re
from typing import Final

import yaml

from actions.dialects.documents.builder import MAX_DEPTH
from actions.dialects.documents.problems import InvalidYaml, TooDeep, Unquoted
from actions.errors import Problem
from actions.locations import Location

_UNQUOTED = re.compile(
    r"""^(?:[^'"#]|'[^']*'|"[^"]*")*?(?:^|[:\-,?][ \t]+|[\[{,][ \t]*)(!|\{\{)""",
)
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_HINTS: Final = {
    "\t": "Indent with spaces, not with tabs.",
    "*": "Quote a text that begins with '*'.",
    "&": "Quote a text that begins with '&'.",
    "@": "Quote a text that begins with '@'.",
    "`": "Quote a text that begins with '`'.",
    "%": "Quote a text that begins with '%'.",
}
_CLOSED: Final = {"}": "{", "]": "["}


def is_escape_error(error: yaml.YAMLError) -> bool:
    """Tell whether a ``\\u`` escape was refused: JSON writes some characters as two of them."""
    return "Unicode character escape" in (getattr(error, "problem", None) or "")


def with_syntax_error(found: list[Problem], error: yaml.YAMLError, text: Location) -> list[Problem]:
    """Return the problems found before, and the parser's complaint unless it only follows from the last of them.

    ``text`` is the beginning of the document.
    """
    problem = _describe(error, text)
    last = found[-1].location.line if found else 0
    mark = getattr(error, "problem_mark", None)
    follows = last and (last == problem.location.line or (mark and last == mark.line + 1))
    return found if follows else [*found, problem]


def _describe(error: yaml.YAMLError, text: Location) -> Problem:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return InvalidYaml(_reason(error), text)
    lines = _LINE_BREAK.split(text.text)
    if "nesting depth" in _reason(error):  # a bound of the parser, which it reaches before we are told of any level
        return TooDeep(MAX_DEPTH, _place(text, min(mark.line, len(lines) - 1), mark.column))
    unquoted = _unquoted(lines, mark.line, text)
    if unquoted:
        return unquoted
    at_end = mark.index >= len(text.text.rstrip())
    mark = (getattr(error, "context_mark", None) if at_end else None) or mark
    line = min(mark.line, len(lines) - 1)
    return InvalidYaml(_reason(error), _place(text, line, mark.column), _hint(error, lines[line], mark.column))


def _unquoted(lines: list[str], line: int, text: Location) -> Problem | None:
    """Return a problem when the line of an error, or the one before it, has an expression without quotes."""
    for number in (line, line - 1):
        found = _UNQUOTED.search(lines[number]) if 0 <= number < len(lines) else None
        if found:
            return Unquoted(found.group(1), _place(text, number, found.start(1)))
    return None


def _place(text: Location, line: int, column: int) -> Location:
    return Location(text.source, line + 1, column + 1, "", text.text)


def _reason(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read")


def _hint(error: yaml.YAMLError, line: str, column: int) -> str:
    if "mapping values" in _reason(error):
        return "Quote a text that has ': ' in it."
    before, here = line[:column].rstrip(), line[column : column + 1]
    if before[-1:] in _CLOSED and here and here not in "]},":  # {timestamp}.{body}
        return f"Quote a text that begins with '{_CLOSED[before[-1]]}'."
    if here == "," and before.endswith(":"):
        return "Quote a text that begins with ','."
    return next((_HINTS[sign] for sign in line[max(column - 1, 0) : column + 1][::-1] if sign in _HINTS), "")
