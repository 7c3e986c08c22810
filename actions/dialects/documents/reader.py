"""Decode a document, let the builder read it, and raise all problems together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import yaml

from actions.dialects.documents import problems
from actions.dialects.documents.builder import Builder, Stop
from actions.dialects.documents.syntax import is_escape_error, with_syntax_error
from actions.errors import Problem, RefusedDocument
from actions.locations import Location
from actions.values import Value

MAX_BYTES: Final = 256 * 1024
MAX_DIRECTIVES: Final = 100
_BAD_CHARACTER = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one YAML document (or of one JSON text), and the whole text that its places refer to."""

    data: Value
    source: str
    text: str


Report = Callable[[Problem], None]


def read_documents(text: bytes | str, source: str, report: Report | None = None) -> list[Document]:
    """Return the documents of a file in their order; empty ones are left out.

    With ``report`` a problem that leaves the rest readable (a key twice, an unknown tag) is reported, and the documents
    are returned for whoever looks for further ones.

    Raises:
        RefusedDocument: with every problem found, each at its place.
    """
    decoded = _decode(text, source)
    _check_characters(decoded, source)
    try:
        return _read(decoded, source, report)
    except yaml.YAMLError as error:
        if not is_escape_error(error):
            raise
    return _read(_join_surrogates(decoded), source, report)


def _read(text: str, source: str, report: Report | None) -> list[Document]:
    builder = Builder(text, source)
    try:
        values = builder.documents()
    except Stop as stop:
        raise RefusedDocument([*builder.problems, stop.problem]) from None
    except yaml.YAMLError as error:
        if is_escape_error(error) and _SURROGATE_PAIR.search(text):
            raise
        raise RefusedDocument(with_syntax_error(builder.problems, error, Location(source, 1, 1, "", text))) from None
    if builder.problems and report is None:
        raise RefusedDocument(builder.problems)
    for problem in builder.problems:
        report(problem)  # type: ignore[misc]  # there is one, or there are no problems
    return [Document(value, source, text) for value in values]


def _decode(text: bytes | str, source: str) -> str:
    """Return the text without byte order mark, or refuse what is too large or not UTF-8."""
    try:
        data = text.encode() if isinstance(text, str) else text
        if len(data) > MAX_BYTES:
            raise RefusedDocument([problems.TooLarge(len(data), MAX_BYTES, Location(source, 1, 1))])
        return data.decode("utf-8-sig")
    except UnicodeEncodeError as error:
        before = error.object[: error.start]
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8-sig", "replace")
    raise RefusedDocument([problems.NotUtf8(_place(before, len(before), source))])


def _check_characters(text: str, source: str) -> None:
    bad = _BAD_CHARACTER.search(text)
    if bad:
        raise RefusedDocument([problems.BadCharacter(bad.group(), _place(text, bad.start(), source))])
    if text.count("%TAG") > MAX_DIRECTIVES:  # the parser compares each %TAG with all before it
        raise RefusedDocument([problems.TooManyDirectives(Location(source, 1, 1, "", text))])


def _place(text: str, index: int, source: str) -> Location:
    lines = (text[:index] + "^").splitlines()
    return Location(source, len(lines), len(lines[-1]), "", text)


def _join_surrogates(text: str) -> str:
    """Write JSON's pairs of surrogate escapes, which YAML does not know, as the characters that they mean."""
    return _SURROGATE_PAIR.sub(lambda pair: pair[1] + _character(pair[2], pair[3]), text)


def _character(high: str, low: str) -> str:
    return bytes.fromhex(high + low).decode("utf-16-be")
