"""What an author wrote as a Method in, the id of an operation out: its id in any case, ``GET /path``, or a slug."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from actions.integrations.documents.values import made_name, slug
from actions.models.integrations import MOST_NAME, NAME

Identity = tuple[str, str, str]  # id, method, path
_NAME = re.compile(NAME)


def is_name(text: str) -> bool:
    """Say whether an integration could have this name, as far as that can be told from its letters."""
    return len(text) <= MOST_NAME and _NAME.fullmatch(text) is not None


class Names:
    """The names of the operations of one document. What one operation is called exactly, no other one answers to."""

    def __init__(self, operations: Iterable[Identity]) -> None:
        found = list(operations)
        self.ids: Sequence[str] = tuple(name for name, _, _ in found)
        self._exact = frozenset(self.ids)
        self._other: dict[str, str] = {}
        for key in (_lower, _made, _slug, _made_slug):
            for operation in found:
                self._other.setdefault(key(operation), operation[0])

    def find(self, written: str) -> str | None:
        """Return the id of the operation that is meant, the spelling as written before any other."""
        return written if written in self._exact else self._other.get(written.lower())


def _lower(operation: Identity) -> str:
    return operation[0].lower()


def _made(operation: Identity) -> str:
    return made_name(operation[1], operation[2]).lower()


def _slug(operation: Identity) -> str:
    return slug(operation[0])


def _made_slug(operation: Identity) -> str:
    return slug(made_name(operation[1], operation[2]))
