"""The page about texts lists what there is, and what it shows can be loaded and saved."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from actions.exposed import check_content, check_statement
from actions.texts import filters, tags
from tests.actions.validation.harness import problems_of

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "texts.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the fenced blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("head", "names"), [("Tags", tags.NAMES), ("Filters", (*filters.NAMES, *filters.OWN))], ids=["tags", "filters"]
)
def test_every_name_is_listed(head: str, names: tuple[str, ...]) -> None:
    """And no other."""
    (listed,) = re.findall(rf"^- \*\*{head}\.\*\* (.+?)(?=^- )", PAGE, re.MULTILINE | re.DOTALL)
    assert re.findall(r"`(\w+)`", listed) == sorted(names)


def test_the_texts_can_be_saved() -> None:
    """The template, and the statement with its identifiers."""
    (html,), (sql,), (identifiers,) = (blocks(language) for language in ("html", "sql", "json"))
    check_content(html)
    check_statement(sql, writes=False, identifiers=json.loads(identifiers))


@pytest.mark.parametrize("outcomes", blocks("yaml"), ids=["answer", "mail", "query", "savepoint"])
def test_the_outcomes_can_be_loaded(outcomes: str) -> None:
    """Without a problem; what is computed elsewhere is an input here."""
    keys = ("name", "email", "project_id", "product_id", "sort", "number")
    inputs = ", ".join(f"{{Name: {key}, ColumnType: label}}" for key in keys)
    text = f"Name: act\nOnType: todo\nInFields: [{inputs}, {{Name: orders, ColumnType: json}}]\nOutFields:\n{outcomes}"
    assert problems_of(text) == []
