"""Paths: ``user.email``, ``rows[0].title``, ``.name`` of the subject.

    text --parse--> segments --compile--> closure that reads a scope

A name that the scope does not have is an optional input that was not sent: ``ABSENT``. Anything missing deeper, an
index past the end, or a member of null is ``None``. The members of ``attributes`` are inputs too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from actions.expressions.base import Resolve, Scope
from entities.values import ABSENT

Path: TypeAlias = tuple[str | int, ...]

SUBJECT: Final = "subject"
INPUTS: Final = "attributes"
_NAME: Final = r"[^\W\d]\w*"
_INDEX: Final = r"(?:\[[0-9]{1,9}\])*"
DOLLAR_PATH: Final = rf"(?:{_NAME}{_INDEX}|(?=\.{_NAME}))(?:\.{_NAME}{_INDEX})*"
_HYPHENED: Final = r"[^\W\d](?:[\w-]*\w)?"
_TILDE_PATH = re.compile(rf"(?:{_HYPHENED}{_INDEX}|(?=\.)|\Z)(?:\.(?:{_HYPHENED}|[0-9]{{1,9}}){_INDEX})*")
_SEGMENT = re.compile(r"\[(?P<index>[0-9]+)\]|(?P<name>[^.\[\]]+)")


def parse_tilde(text: str) -> Path | None:
    """Return the path after a ``~``, or ``None`` when the text is no path. An empty one is the subject."""
    return parse_path(text) if _TILDE_PATH.fullmatch(text) else None


def parse_path(text: str) -> Path:
    """Return the segments of a path; one that begins with a dot starts at the subject."""
    segments = tuple(_segment(match) for match in _SEGMENT.finditer(text))
    return segments if text and not text.startswith(".") else (SUBJECT, *segments)


def format_path(path: Path) -> str:
    """Return a path as an author would write it: ``rows[0].title``."""
    first, *rest = path
    return str(first) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)


def compile_path(path: Path) -> Resolve:
    """Return the closure that reads the path from a scope."""
    name, *rest = path
    if not rest:
        return _read_name(name)
    if name == INPUTS and isinstance(rest[0], str):
        return _read_input(tuple(rest))
    return _read_member(name, rest[0]) if len(rest) == 1 else _read_deep(name, tuple(rest))


def member(value: Any, segment: str | int) -> Any:
    """Return one member of a value, or ``None`` where there is none."""
    if isinstance(value, dict):
        return value.get(segment if isinstance(segment, str) else str(segment))
    if isinstance(segment, int) and isinstance(value, list | tuple):
        return value[segment] if segment < len(value) else None
    return None


def _segment(match: re.Match[str]) -> str | int:
    text = match["index"] or match["name"]
    return int(text) if text.isascii() and text.isdigit() else text


def _read_name(name: Any) -> Resolve:
    def resolve(scope: Scope, _results: Sequence[Any]) -> Any:
        return scope.get(name, ABSENT)

    return resolve


def _read_member(name: Any, segment: str | int) -> Resolve:
    def resolve(scope: Scope, _results: Sequence[Any]) -> Any:
        value = scope.get(name, ABSENT)
        return ABSENT if value is ABSENT else member(value, segment)

    return resolve


def _read_deep(name: Any, segments: Path) -> Resolve:
    def resolve(scope: Scope, _results: Sequence[Any]) -> Any:
        value = scope.get(name, ABSENT)
        if value is ABSENT:
            return ABSENT
        for segment in segments:
            value = member(value, segment)
        return value

    return resolve


def _read_input(path: Path) -> Resolve:
    read = compile_path(path)

    def resolve(scope: Scope, results: Sequence[Any]) -> Any:
        return read(scope.get(INPUTS) or {}, results)

    return resolve
