"""Values that may hold secrets in, values that may be shown out: whatever equals or holds a secret is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from actions.echoes import forms

HIDDEN = "•••"
# A shorter secret is hidden where it stands alone; within a text it would be found everywhere.
FOUND_WITHIN = 4
MOST_IN_FORMS = 100  # secrets that are looked for as others write them, too; of more than these only the texts are
DEEPEST = 32


class Redaction:
    """The secrets of one run, as far as they are known. Later ones count for what was added earlier, too."""

    def __init__(self, secrets: Iterable[Any] = ()) -> None:
        self._whole: set[str] = set()
        self._within: tuple[str, ...] | None = None
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Any) -> None:
        """Hide every text and number of the value from now on."""
        found = {text for text in _leaves(secret) if text} - self._whole
        if found:
            self._whole |= found
            self._within = None

    def hides(self, text: str) -> bool:
        """Say whether the text is a secret, or holds one."""
        return text in self._whole or any(part in text for part in self._parts())

    def shown(self, value: Any) -> Any:
        """Return the value with ``•••`` in the place of every text, number and key that is or holds a secret."""
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.shown(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.shown(part) for part in value]
        text = _text(value)
        return HIDDEN if text is not None and self.hides(text) else value

    def text(self, text: str) -> str:
        """Return the text, or ``•••``."""
        return HIDDEN if self.hides(text) else text

    def hide_in(self, error: BaseException) -> None:
        """Take every secret out of what an exception, and those that led to it, say in a log."""
        for each in _chain(error):
            each.args = tuple(self._without(one) if isinstance(one, str) else one for one in each.args)

    def _without(self, text: str) -> str:
        for part in sorted(self._parts(), key=len, reverse=True):
            text = text.replace(part, HIDDEN)
        return text

    def _parts(self) -> tuple[str, ...]:
        """Return what no shown text has within: the longer secrets, and other ways to write them."""
        if self._within is None:
            long = {text for text in self._whole if len(text) >= FOUND_WITHIN}
            self._within = tuple(
                {form for text in long for form in forms(text)} if len(long) <= MOST_IN_FORMS else long
            )
        return self._within


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__]


def _leaves(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _leaves(part, depth + 1) if depth < DEEPEST else ()
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part, depth + 1) if depth < DEEPEST else ()
    else:
        text = _text(value)
        if text is not None:
            yield text


def _text(value: Any) -> str | None:
    """Return a text or a number as text; true, false and null tell nothing."""
    if isinstance(value, str):
        return str.__str__(value) if type(value) is str else "".join(value)
    if isinstance(value, bool) or value is None:
        return None
    return format(value, "f") if isinstance(value, Decimal) else str(value)
