"""Values of any size in, values of a bounded size out: copies of JSON kinds, texts that are cut when they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

MAX_ITEMS = 50  # of a list or a mapping
MAX_DEPTH = 8
MAX_TEXT = 10_000  # a longer text is not kept at all
SHOWN_TEXT = 500


def kept(value: Any, depth: int = 0) -> Any:
    """Return a copy within bounds, of JSON kinds; a number that JSON writes in another way is a text."""
    if isinstance(value, Mapping | list | tuple) and depth >= MAX_DEPTH:
        return f"({len(value)} parts)"
    if isinstance(value, Mapping):
        return {str(key): kept(part, depth + 1) for key, part in islice(value.items(), MAX_ITEMS)}
    if isinstance(value, list | tuple):
        more = [f"({len(value) - MAX_ITEMS} more)"] if len(value) > MAX_ITEMS else []
        return [*(kept(part, depth + 1) for part in value[:MAX_ITEMS]), *more]
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else f"(a text of {len(value)} characters)"
    if isinstance(value, bool | int | float) or value is None:
        return value
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def cut_all(value: Any, most: int = SHOWN_TEXT) -> Any:
    """Return the value with every text of it cut."""
    if isinstance(value, dict):
        return {key: cut_all(part, most) for key, part in value.items()}
    if isinstance(value, list):
        return [cut_all(part, most) for part in value]
    return cut(value, most) if isinstance(value, str) else value


def cut(text: str, most: int = SHOWN_TEXT) -> str:
    """Return the beginning of a text."""
    return text if len(text) <= most else f"{text[:most]}…"
