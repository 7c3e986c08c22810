"""The text of a tag list in, its parts with their places out.

Comma separates, ``|`` between tags means or, ``=`` begins the parameter; ``0x2C`` and ``0x7C`` stand for a comma and a
bar inside a parameter (go-playground/validator v9). Spaces around a tag's name are ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two commas. ``offset`` counts characters from the start of the list.

    ``text`` keeps spaces at its end: they may belong to a parameter (``startswith=Mr ``). ``word`` has none.
    """

    text: str
    offset: int

    @property
    def word(self) -> str:
        """The text of a tag that takes no parameter."""
        return self.text.rstrip()


@dataclass(frozen=True, slots=True)
class Part:
    """One tag as written: ``min=8``. ``param`` is ``None`` without ``=``."""

    name: str
    param: str | None
    offset: int


def read_pieces(tags: str) -> Iterator[Piece]:
    """Yield what stands between the commas, in order; empty pieces and ``-`` say nothing."""
    offset = 0
    for text in tags.split(","):
        if text.strip() not in ("", "-"):
            yield Piece(text.lstrip(), offset + _indent(text))
        offset += len(text) + 1


def read_alternatives(piece: Piece) -> Iterator[Part]:
    """Yield the tags of which one must hold."""
    offset = piece.offset
    for text in piece.text.split("|"):
        name, equals, param = text.partition("=")
        yield Part(name.strip(), _unescaped(param) if equals else None, offset + _indent(text))
        offset += len(text) + 1


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _unescaped(param: str) -> str:
    return param.replace("0x2C", ",").replace("0x7C", "|")
