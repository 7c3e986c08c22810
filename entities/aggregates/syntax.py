"""A client's text in, small trees of names and calls out: ``sum(total) as revenue, in(status,paid,'a, b')``.

    items = item {"," item}
    item  = node [words]                 the words are what follows: ``as revenue``
    node  = text | text "(" [node {"," node}] ")"
    text  = anything but , ( ) | a text in ' or ", in which the quote itself is doubled

One pass from left to right; nothing is looked at twice. Length and depth are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from entities.errors import BadParameter
from entities.fields import ValueRefused
from entities.fields.texts import check_text

MAX_LENGTH = 50_000
MAX_DEPTH = 5
QUOTES = "'\""
QUOTE_HINT = "Put quotes around a text with commas or parentheses."

_BARE = re.compile(r"[^,()]*")
_SPACES = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Node:
    """A text, or a call of ``text`` with ``arguments``. ``source`` is how it was written, ``words`` what follows."""

    text: str
    source: str
    arguments: tuple[Node, ...] | None = None
    is_quoted: bool = False
    words: str = ""

    @property
    def is_call(self) -> bool:
        """There are parentheses."""
        return self.arguments is not None


def read_items(text: str, parameter: str) -> Iterator[Node]:
    """Yield each item between the commas; a blank text has none.

    Raises:
        BadParameter: too long, too deep, unbalanced, or with characters that no database stores.
    """
    if len(text) > MAX_LENGTH:
        raise BadParameter(f"'{parameter}' may have at most {MAX_LENGTH} characters.", parameter=parameter)
    try:
        check_text(text)
    except ValueRefused as refused:
        raise BadParameter(f"'{parameter}' {refused.predicate}.", parameter=parameter) from None
    return _Reader(text, parameter).items() if text.strip() else iter(())


@dataclass(slots=True)
class _Reader:
    """One text being read; ``at`` is the next character."""

    text: str
    parameter: str
    at: int = 0

    def items(self) -> Iterator[Node]:
        while True:
            yield self._item()
            if self.at == len(self.text):
                return
            self._take(",")

    def _item(self) -> Node:
        node = self._node(depth=1)
        if node.is_call or node.is_quoted:
            return replace(node, words=self._bare())
        name, *words = node.text.split(maxsplit=1)
        return replace(node, text=name, source=name, words="".join(words))

    def _node(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise BadParameter(f"'{self.parameter}' is nested deeper than {MAX_DEPTH}.", parameter=self.parameter)
        self._skip()
        start = self.at
        if self._next in QUOTES and self._next:
            return Node(self._quoted(), self.text[start : self.at], is_quoted=True)
        text = self._bare()
        if not text:
            self._refuse()
        if self._next != "(":
            return Node(text, text)
        arguments = self._arguments(depth)
        return Node(text, self.text[start : self.at], arguments)

    def _arguments(self, depth: int) -> tuple[Node, ...]:
        self._take("(")
        self._skip()
        found: list[Node] = []
        while self._next != ")":
            if found:
                self._take(",")
            found.append(self._node(depth + 1))
            self._skip()
        self._take(")")
        return tuple(found)

    def _quoted(self) -> str:
        quote = self.text[self.at]
        parts = []
        while self._next == quote:
            end = self.text.find(quote, self.at + 1)
            if end < 0:
                raise BadParameter(
                    f"'{self.parameter}' has a quote at character {self.at + 1} that does not end.",
                    hint=f"Write {quote} inside quotes as {quote}{quote}.",
                    parameter=self.parameter,
                )
            parts.append(self.text[self.at + 1 : end])
            self.at = end + 1
        return quote.join(parts)

    @property
    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _bare(self) -> str:
        found = _BARE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0].strip() if found else ""

    def _skip(self) -> None:
        spaces = _SPACES.match(self.text, self.at)
        self.at = spaces.end() if spaces else self.at

    def _take(self, wanted: str) -> None:
        if self._next != wanted:
            self._refuse()
        self.at += 1

    def _refuse(self) -> NoReturn:
        what = f"Unexpected '{self._next}' at character {self.at + 1}" if self._next else "Unexpected end"
        raise BadParameter(f"{what} of '{self.parameter}'.", hint=QUOTE_HINT, parameter=self.parameter)
