"""What an author wrote in, the value it stands for out, as far as that is known without running anything."""

from __future__ import annotations

from typing import Any

from actions.errors import Problem
from actions.expressions.templates import compile_template
from actions.locations import Location
from actions.values import Scalar
from entities.values import ABSENT

_NOWHERE = Location("", 1, 1)
_MARKS = ("$", "{{", "\\")


def literal(source: Any) -> Any:
    """Return the value of plain data without an expression in it, else ``ABSENT``."""
    if isinstance(source, str):
        return _text(source)
    if isinstance(source, list):
        items = [literal(item) for item in source]
        return ABSENT if ABSENT in items else items
    if isinstance(source, dict):
        members = {key: literal(item) for key, item in source.items()}
        return ABSENT if ABSENT in members.values() else members
    return source


def known_parts(source: Any) -> Any:
    """Return plain data as it is, with ``ABSENT`` in the place of whatever an expression computes, at any depth."""
    if isinstance(source, list):
        return [known_parts(item) for item in source]
    if isinstance(source, dict):
        return {key: known_parts(item) for key, item in source.items()}
    return literal(source)


def _text(text: str) -> Any:
    if text.startswith(("~", "!", "js:")):
        return ABSENT
    if not any(mark in text for mark in _MARKS):
        return text
    problems: list[Problem] = []
    template = compile_template(Scalar(text, _NOWHERE), problems.append)
    return template.resolve({}, ()) if template.constant and not problems else ABSENT
