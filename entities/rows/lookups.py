"""``LIKE`` as people write it: ``%`` is any text, ``_`` one character, ``\\%`` the character itself.

``pattern`` minds the case on every database and ``ipattern`` does not; SQLite's own LIKE would ignore it for both.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import models

_PIECES = re.compile(r"\\(.)|(%)|(_)|(.)|\\", re.DOTALL)


def like_pattern(text: str) -> str:
    """Return the pattern for LIKE with ``\\`` as the escape character; a stray ``\\`` stands for itself."""
    return "".join(_like_piece(*piece.groups()) for piece in _PIECES.finditer(text))


def glob_pattern(text: str) -> str:
    """Return the same pattern for SQLite's GLOB, which minds the case."""
    return "".join(_glob_piece(*piece.groups()) for piece in _PIECES.finditer(text))


def _like_piece(escaped: str | None, many: str | None, one: str | None, plain: str | None) -> str:
    if many or one:
        return many or one or ""
    literal = escaped or plain or "\\"
    return f"\\{literal}" if literal in "%_\\" else literal


def _glob_piece(escaped: str | None, many: str | None, one: str | None, plain: str | None) -> str:
    if many or one:
        return "*" if many else "?"
    literal = escaped or plain or "\\"
    return f"[{literal}]" if literal in "*?[" else literal


class _Pattern(models.Lookup):
    """A comparison with a pattern."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        word, pattern, escape = self.clause(connection.vendor)
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} {word} %s{escape}", (*parameters, pattern)

    def clause(self, vendor: str) -> tuple[str, str, str]:
        """Return the operator, the pattern and what follows it."""
        raise NotImplementedError


@models.CharField.register_lookup
@models.TextField.register_lookup
@models.FileField.register_lookup
class Pattern(_Pattern):
    """``LIKE``, minding the case."""

    lookup_name = "pattern"

    def clause(self, vendor: str) -> tuple[str, str, str]:
        if vendor == "sqlite":
            return "GLOB", glob_pattern(self.rhs), ""
        return "LIKE", like_pattern(self.rhs), r" ESCAPE '\'"


@models.CharField.register_lookup
@models.TextField.register_lookup
@models.FileField.register_lookup
class CaselessPattern(_Pattern):
    """``LIKE`` in any case."""

    lookup_name = "ipattern"

    def clause(self, vendor: str) -> tuple[str, str, str]:
        return ("LIKE" if vendor == "sqlite" else "ILIKE"), like_pattern(self.rhs), r" ESCAPE '\'"
