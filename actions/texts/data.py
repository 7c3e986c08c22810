"""Any values in, plain data out: a deep copy of JSON kinds, in which nothing leads to an object.

Numbers, texts, true, false and null stay, mappings and lists are copied, and everything else becomes text.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

MAX_PARTS = 100_000
MAX_DEPTH = 32


class TooMuchData(Exception):
    """More parts, or deeper, than a template is given."""


class _Copy:
    """One copy, which counts its parts."""

    def __init__(self) -> None:
        self._parts = 0

    def of(self, value: Any, depth: int = 0) -> Any:
        self._parts += 1
        if self._parts > MAX_PARTS or depth > MAX_DEPTH:
            raise TooMuchData
        if isinstance(value, Mapping):
            return {_text(key): self.of(part, depth + 1) for key, part in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.of(part, depth + 1) for part in value]
        return value if value is None or type(value) in (bool, int, float, Decimal) else _text(value)


def _text(value: object) -> str:
    """Return exactly a text: one that is marked as safe loses its mark."""
    return str.__str__(value) if isinstance(value, str) else str.__str__(str(value))


def plain_data(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a deep copy of plain data.

    Raises:
        TooMuchData.
    """
    copy: dict[str, Any] = _Copy().of(values)
    return copy
