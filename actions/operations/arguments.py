"""Arguments of a kind: what an operation was given as it needs it, or a sentence about what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actions.errors import OutcomeRefused
from actions.operations.base import Call
from entities.fields import ValueRefused
from entities.fields.numbers import boolean_from_text, coerce_boolean, coerce_integer, integer_from_text
from entities.fields.texts import coerce_text


def flag(call: Call, name: str, *, default: bool) -> bool:
    """Return true or false, which a form sends as a text.

    Raises:
        OutcomeRefused
    """
    value = call.arguments.get(name)
    if value is None:
        return default
    read = boolean_from_text if isinstance(value, str) else coerce_boolean
    return bool(_read(name, read, value))


def whole(arguments: Mapping[str, Any], name: str, *, most: int, least: int = 1, default: int | None = None) -> int:
    """Return a whole number from ``least`` to ``most``.

    Raises:
        OutcomeRefused
    """
    value = arguments.get(name)
    if value is None and default is not None:
        return default
    number = int(_read(name, integer_from_text if isinstance(value, str) else coerce_integer, value))
    if not least <= number <= most:
        raise OutcomeRefused(f"'{name}' is a whole number from {least} to {most:,}.")
    return number


def bounded(name: str, *, most: int, least: int = 1) -> Callable[[Any], int]:
    """Return what ``whole`` makes of one value: the check of a ``Param``."""
    return lambda value: whole({name: value}, name, most=most, least=least)


def word(call: Call, name: str, choices: tuple[str, ...], *, default: str = "") -> str:
    """Return one of the words, in any case.

    Raises:
        OutcomeRefused
    """
    value = call.arguments.get(name)
    if value is None and default:
        return default
    found = str(_read(name, coerce_text, value)).strip().lower()
    if found not in choices:
        shown = ", ".join(f"'{choice}'" for choice in choices)
        raise OutcomeRefused(f"'{name}' is one of {shown}.")
    return found


def _read(name: str, read: Any, value: Any) -> Any:
    try:
        return read(value)
    except ValueRefused as refused:
        raise OutcomeRefused(refused.problem(name).message) from None
