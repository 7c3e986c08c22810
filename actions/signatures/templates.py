"""``{timestamp}.{body}`` in, the function that joins the signed parts out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PART = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LONGEST = 200  # characters
NAMES = ("timestamp", "id", "body", "url")


@dataclass(frozen=True, slots=True)
class Template:
    """The parts of what is signed: names as texts, literal text as bytes."""

    parts: tuple[str | bytes, ...]

    def names(self) -> frozenset[str]:
        """Return the names that the template uses."""
        return frozenset(part for part in self.parts if isinstance(part, str))

    def join(self, values: Mapping[str, bytes]) -> bytes:
        """Return the text that is signed."""
        return b"".join(values[part] if isinstance(part, str) else part for part in self.parts)


def read_template(value: object) -> Template:
    """Return the template of a text.

    Raises:
        ValueError: saying what it must be.
    """
    expected = (
        "a text in quotes, of at most 200 characters, with {body} once, and {timestamp}, {id} or {url} where they are "
        "signed"
    )
    if not isinstance(value, str) or len(value) > _LONGEST or _SURROGATE.search(value):
        raise ValueError(expected)
    parts: list[str | bytes] = []
    for match in _PART.finditer(value):
        name, literal, brace = match.groups()
        if brace or (name is not None and name not in NAMES):
            raise ValueError(expected)
        parts.append(literal.encode() if literal else str(name))
    if any(parts.count(name) > 1 for name in NAMES) or "body" not in parts:
        raise ValueError(expected)
    return Template(tuple(parts))
