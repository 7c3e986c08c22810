"""The text of a statement in, its parts out: which of them are values, which identifiers, and that it is one statement.

``:name`` is a value and ``{name}`` an identifier, wherever SQL has neither a quotation nor a comment; ``::type`` is a
cast. What the two databases would read differently, and what could hide the end of a quotation, is refused: backslash
escapes (``E'...'``), dollar quotes, backticks, comments within comments. Comments are not sent. Whether a statement
writes is the database's to judge: here only its first word is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from actions.texts.errors import BrokenText
from entities.errors import did_you_mean

MAX_TEXT = 20_000
MAX_NAMES = 100
MAX_IDENTIFIER = 63  # bytes in PostgreSQL
READS = ("SELECT", "VALUES", "WITH")
WRITES = ("DELETE", "INSERT", "MERGE", "REPLACE", "UPDATE")

_TOKEN = re.compile(
    r"""
    (?P<text>'[^']*(?:''[^']*)*')
  | (?P<quoted>"[^"]*(?:""[^"]*)*")
  | (?P<comment>--[^\n]*|/\*.*?\*/)
  | (?P<cast>::)
  | :(?P<value>[A-Za-z_][A-Za-z0-9_]*)
  | \{(?P<identifier>[A-Za-z_][A-Za-z0-9_]*)\}
  | (?P<word>\w+)
  | (?P<space>\s+)
  | (?P<open>/\*|['"])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_REFUSED: Mapping[str, tuple[str, str]] = {
    ";": ("This is more than one statement.", "Keep each as a statement of its own."),
    "$": ("A '$' has no place outside of quotations.", "Write 'text' for $$text$$, and :name for $1."),
    "`": ("A backtick is no quotation mark here.", 'Write "name".'),
    "{": ("A '{' begins the name of an identifier.", "Write {name}, or put it between single quotes."),
    "}": ("A '}' ends the name of an identifier.", "Write {name}, or put it between single quotes."),
    "\x00": ("A NUL has no place in SQL.", ""),
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """One statement: the names of its values and identifiers in their order, and its parts as ``(kind, text)``."""

    parts: tuple[tuple[str, str], ...]
    values: tuple[str, ...]
    identifiers: tuple[str, ...]
    first_word: str

    def as_sql(self, identifiers: Mapping[str, str], quote: Callable[[str], str]) -> str:
        """Return the SQL in which each value is ``%(name)s``, and each identifier the chosen one, quoted."""
        return "".join(self._written(kind, text, identifiers, quote) for kind, text in self.parts)

    @staticmethod
    def _written(kind: str, text: str, identifiers: Mapping[str, str], quote: Callable[[str], str]) -> str:
        if kind == "value":
            return f"%({text})s"
        return (quote(identifiers[text]) if kind == "identifier" else text).replace("%", "%%")


@lru_cache(maxsize=256)
def parse_statement(sql: str, *, writes: bool) -> Parsed:
    """Return the parts of a statement.

    Raises:
        BrokenText: with the line.
    """
    if len(sql) > MAX_TEXT:
        raise BrokenText(1, f"A statement has at most {MAX_TEXT} characters.")
    parts = tuple(_parts(_without_end(sql.replace("\r\n", "\n").replace("\r", "\n"))))
    parsed = Parsed(parts, _named(parts, "value"), _named(parts, "identifier"), _first_word(parts))
    if len(parsed.values) + len(parsed.identifiers) > MAX_NAMES:
        raise BrokenText(1, f"A statement has at most {MAX_NAMES} values and identifiers.")
    _check_first_word(parsed.first_word, writes=writes)
    return parsed


def _without_end(sql: str) -> str:
    """Return the text without the semicolon that may end it."""
    return sql.rstrip().removesuffix(";")


def _named(parts: Iterable[tuple[str, str]], wanted: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for kind, text in parts if kind == wanted))


def _parts(sql: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(sql):
        kind, text = str(match.lastgroup), match[match.lastgroup or 0]
        _check_part(sql, match, kind)
        yield ("space", " ") if kind == "comment" else (kind, text)


def _check_part(sql: str, match: re.Match[str], kind: str) -> None:
    line, text = sql.count("\n", 0, match.start()) + 1, match[0]
    if kind == "open":
        raise BrokenText(line, f"{text} is not closed.")
    if kind == "comment" and "/*" in text[2:]:
        raise BrokenText(line, "A comment has no comment in it.")
    if kind == "word" and text.lower() == "e" and sql[match.end() : match.end() + 1] == "'":
        raise BrokenText(line, "E'...' is not taken.", "Write 'text', with '' for a single quote, or give a value.")
    if "\x00" in text or (kind == "other" and text in _REFUSED):
        raise BrokenText(line, *_REFUSED["\x00" if "\x00" in text else text])


def _first_word(parts: Iterable[tuple[str, str]]) -> str:
    for kind, text in parts:
        if kind == "word":
            return text.upper()
        if kind != "space" and text != "(":
            break
    return ""


def _check_first_word(word: str, *, writes: bool) -> None:
    if word in READS or (writes and word in WRITES):
        return
    if word in WRITES:
        raise BrokenText(1, f"{word} writes.", "Declare that the statement writes.")
    allowed = (*READS, *WRITES) if writes else READS
    raise BrokenText(1, f"A statement begins with {', '.join(allowed[:-1])} or {allowed[-1]}.")


def check_identifiers(parsed: Parsed, identifiers: Any) -> None:
    """Refuse a list of identifiers that does not fit the statement.

    Raises:
        BrokenText.
    """
    if not isinstance(identifiers, dict):
        raise BrokenText(1, 'The identifiers are a mapping such as {"column": ["title", "done"]}.')
    for name in parsed.identifiers:
        if name not in identifiers:
            raise BrokenText(1, f"{{{name}}} is not among the identifiers.", did_you_mean(name, identifiers))
    for name, allowed in identifiers.items():
        if name not in parsed.identifiers:
            raise BrokenText(1, f"The statement has no {{{name}}}.", did_you_mean(name, parsed.identifiers))
        if not (isinstance(allowed, list) and 0 < len(allowed) <= MAX_NAMES and all(map(is_identifier, allowed))):
            raise BrokenText(1, f"'{name}' is a list of 1 to {MAX_NAMES} names, without quotation marks.")


def is_identifier(name: Any) -> bool:
    """Say whether a declared name can be quoted: within it stands nothing that could end the quotation."""
    if not isinstance(name, str) or not name.isprintable() or '"' in name:
        return False
    return 0 < len(name.encode("utf-8", "replace")) <= MAX_IDENTIFIER
