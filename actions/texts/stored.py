"""The name of a stored text in, the text out: one query by the name each time, so that a change holds at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.models import Statement, StoredTemplate
from actions.texts.errors import BrokenText, StatementFailed, TemplateFailed
from actions.texts.sql import parse_statement


@dataclass(frozen=True, slots=True)
class StoredText:
    """A template as its row has it."""

    name: str
    content: str
    mime_type: str
    headers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A statement as its row has it. ``identifiers`` are the names that each ``{placeholder}`` may become."""

    name: str
    sql: str
    identifiers: Mapping[str, Any]
    writes: bool


def find_template(name: object) -> StoredText:
    """Return the template.

    Raises:
        TemplateFailed: there is none of this name.
    """
    rows = StoredTemplate.objects.filter(name=_name(name))
    row = rows.values_list("name", "content", "mime_type", "headers").first()
    if row is None:
        raise TemplateFailed(f"No template '{_name(name)}'.", hint="Templates are rows of the entity 'template'.")
    name, content, mime_type, headers = row
    return StoredText(name, content, mime_type, headers or {})


def find_statement(name: object) -> StoredStatement:
    """Return the statement.

    Raises:
        StatementFailed: there is none of this name.
    """
    rows = Statement.objects.filter(name=_name(name))
    row = rows.values_list("name", "sql", "identifiers", "writes").first()
    if row is None:
        raise StatementFailed(f"No statement '{_name(name)}'.", hint="Statements are kept in the admin.")
    name, sql, identifiers, writes = row
    return StoredStatement(name, sql, identifiers or {}, writes)


def text_exists(kind: str, name: str) -> bool:
    """Say whether there is a ``template`` or a ``statement`` of this name now."""
    model: Any = {"template": StoredTemplate, "statement": Statement}[kind]
    return bool(model.objects.filter(name=_name(name)).exists())


def statement_names(name: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the names of a statement's parameters and of its identifiers; ``None``: nobody can tell."""
    row = Statement.objects.filter(name=_name(name)).first()
    try:
        parsed = None if row is None else parse_statement(row.sql, writes=row.writes)
    except BrokenText:
        return None
    return None if parsed is None else (frozenset(parsed.values), frozenset(parsed.identifiers))


def _name(name: object) -> str:
    """Return a name as the database may be asked for it; no row has the empty one, which stands for what is no name."""
    text = str(name)
    return text if len(text) <= 100 and text.isascii() and text.isprintable() else ""
