"""Bytes to plain data: JSON by orjson, YAML 1.2 from the events of the C parser, both within bounds of their own.

Nothing is constructed but texts, numbers, booleans, null, lists and mappings with texts as keys. Aliases share what
they stand for, so they cost nothing here; whoever walks the data later counts them as often as they stand.
"""

from __future__ import annotations

import re
import zlib
from typing import Any, Final, NoReturn

import orjson
import yaml
from yaml import events
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from actions.integrations.documents.errors import UnreadableDocument

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 100
MAX_VALUES: Final = 4_000_000
REPLACEMENT: Final = "\ufffd"
_ITSELF: Final = "Give the document itself: its address often ends with '.json' or '.yaml'."

_CONSTANTS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT: Final = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]{1,300}|[0-9]{1,300}(\.[0-9]{0,300})?)([eE][-+]?[0-9]{1,3})?")
_NUMERIC: Final = frozenset("-+.0123456789")


def read_data(text: bytes) -> Any:
    """Return the data of a document.

    Raises:
        UnreadableDocument: neither JSON nor YAML, or beyond a bound.
    """
    if len(text) > MAX_BYTES:
        raise UnreadableDocument(f"The document has {len(text)} bytes; {MAX_BYTES} are allowed")
    text = _unpacked(text).removeprefix(b"\xef\xbb\xbf")
    if text.lstrip()[:1] == b"<":
        raise UnreadableDocument("This is a page (HTML or XML), not a document", hint=_ITSELF)
    data = _read_json(text) if text.lstrip()[:1] in (b"{", b"[") else _Yaml(_decode(text)).read()
    check_bounds(data)
    return data


def _unpacked(text: bytes) -> bytes:
    """Return what a gzip file holds; anything else as it is."""
    if not text.startswith(b"\x1f\x8b"):
        return text
    try:
        unpacking = zlib.decompressobj(wbits=31)
        unpacked = unpacking.decompress(text, MAX_BYTES + 1)
    except zlib.error as error:
        raise UnreadableDocument("The document is compressed, and broken") from error
    if len(unpacked) > MAX_BYTES:
        raise UnreadableDocument(f"The document has more than {MAX_BYTES} bytes when it is unpacked")
    if not unpacking.eof:
        raise UnreadableDocument("The document is compressed, and broken")
    return unpacked


def _read_json(text: bytes) -> Any:
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        _decode(text)
        raise UnreadableDocument(f"The document is no JSON: {error.msg}", line=error.lineno) from error
    return data if b"\\u0000" not in text else _without_nul(data)


def _without_nul(data: Any) -> Any:
    """Return data without U+0000, which no database stores in a text."""
    if isinstance(data, dict):
        return {_without_nul(key): _without_nul(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_without_nul(value) for value in data]
    return data.replace("\0", REPLACEMENT) if isinstance(data, str) else data


def _decode(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise UnreadableDocument("The document is not UTF-8", line=line, hint="Save it as UTF-8.") from error


def check_bounds(data: Any) -> None:
    """Raise where the data is nested too deeply, or has too many values when aliases are counted as what they are."""
    level, depth, count = [data], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > MAX_DEPTH:
            raise UnreadableDocument(f"The document is nested deeper than {MAX_DEPTH} levels")
        if count > MAX_VALUES:
            raise UnreadableDocument(f"The document has more than {MAX_VALUES} values")
        below: list[Any] = []
        for value in level:
            if type(value) is dict:
                below.extend(value.values())
            elif type(value) is list:
                below.extend(value)
            if len(below) > MAX_VALUES:
                raise UnreadableDocument(f"The document has more than {MAX_VALUES} values")
        level = below


class _Yaml:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._anchors: dict[str, Any] = {}
        self._open: set[str] = set()
        self._merged = 0
        self._next: Any = None

    def read(self) -> Any:
        """Return the value of the first document."""
        if bad := re.search("[\ud800-\udfff\0]", self._text):
            self._refuse(f"Character U+{ord(bad[0]):04X} is not allowed", self._text.count("\n", 0, bad.start()))
        try:
            self._next = CParser(self._text).get_event
            self._next()  # the start of the stream
            if type(self._next()) is not events.DocumentStartEvent:
                raise UnreadableDocument("The document is empty")
            return self._value(self._next(), 0)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
            raise UnreadableDocument(f"The document is no YAML: {reason}", line=mark.line + 1 if mark else 0) from error

    def _value(self, event: Any, depth: int) -> Any:
        kind = type(event)
        if kind is events.ScalarEvent:
            value = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = value
            return value
        if kind is events.AliasEvent:
            return self._alias(event)
        if depth >= MAX_DEPTH:
            self._refuse(f"The document is nested deeper than {MAX_DEPTH} levels", event.start_mark.line)
        if event.anchor:
            self._open.add(event.anchor)
        value = self._mapping(depth + 1) if kind is events.MappingStartEvent else self._list(depth + 1)
        if event.anchor:
            self._open.discard(event.anchor)
            self._anchors[event.anchor] = value
        return value

    def _scalar(self, event: Any) -> Any:
        written: str = event.value.replace("\0", REPLACEMENT)
        return written if event.style or event.tag else read_scalar(written)

    def _alias(self, event: Any) -> Any:
        if event.anchor in self._open or event.anchor not in self._anchors:
            self._refuse(f"Alias '{event.anchor[:60]}' stands for nothing", event.start_mark.line)
        return self._anchors[event.anchor]

    def _list(self, depth: int) -> list[Any]:
        items = []
        while type(event := self._next()) is not events.SequenceEndEvent:
            items.append(self._value(event, depth))
        return items

    def _mapping(self, depth: int) -> dict[str, Any]:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while type(event := self._next()) is not events.MappingEndEvent:
            if type(event) is not events.ScalarEvent:
                self._value(event, depth)  # a list or mapping as key: nothing that a document of ours could mean
                self._value(self._next(), depth)
                continue
            key, value = event.value.replace("\0", REPLACEMENT), self._value(self._next(), depth)
            if key == "<<" and not event.style:
                self._merge(merged, value, event)
            else:
                own[key] = value
        return {**merged, **own} if merged else own

    def _merge(self, merged: dict[str, Any], value: Any, event: Any) -> None:
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                self._merged += len(part)
                if self._merged > MAX_VALUES:
                    self._refuse(f"The document has more than {MAX_VALUES} values", event.start_mark.line)
                merged.update({key: one for key, one in part.items() if key not in merged})

    @staticmethod
    def _refuse(message: str, line: int) -> NoReturn:
        raise UnreadableDocument(message, line=line + 1)


def read_scalar(written: str) -> Any:
    """Return a plain scalar by YAML's core schema; what no JSON number holds stays a text."""
    if written in _CONSTANTS:
        return _CONSTANTS[written]
    if written[0] not in _NUMERIC:
        return written
    if _INT.fullmatch(written):
        return int(written)
    if _FLOAT.fullmatch(written):
        number = float(written)
        return number if abs(number) < float("inf") else written
    return written
