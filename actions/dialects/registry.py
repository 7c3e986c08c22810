"""Which dialects there are, the one that is asked first in front."""

from __future__ import annotations

from actions.dialects.base import Dialect
from actions.dialects.daptin.dialect import Daptin
from actions.values import Value

DIALECTS: tuple[Dialect, ...] = (Daptin(),)


def recognise(root: Value) -> Dialect:
    """Return the dialect of a document; what none recognises is the first one's, and gets its problems."""
    return next((dialect for dialect in DIALECTS if dialect.recognises(root)), DIALECTS[0])


def find(name: str) -> Dialect | None:
    """Return the dialect with that name."""
    return next((dialect for dialect in DIALECTS if dialect.name == name), None)
