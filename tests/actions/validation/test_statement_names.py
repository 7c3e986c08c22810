"""What a statement is given, and what it takes."""

from __future__ import annotations

import pytest

from actions.validation.rules.statement_names import statement_names
from tests.actions.validation.harness import document, found_by

KEPT = {"plain": ((), ()), "asks": (("owner", "done"), ("column",))}


def names(name: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the names of a statement that is kept."""
    return tuple(map(frozenset, KEPT[name])) if name in KEPT else None  # type: ignore[return-value]


def query(more: str) -> str:
    """Return an outcome that runs a statement."""
    return f"Type: sql.query, Method: EXECUTE, Attributes: {{statement: {more}}}"


WHERE = "warning ACT274 5:{} /OutFields/0/Attributes{} 'asks' {}"


@pytest.mark.parametrize(
    ("outcome", "problems"),
    [
        pytest.param(query("plain"), [], id="nothing to give"),
        pytest.param(query("unknown, parameters: {a: 1}"), [], id="unknown"),
        pytest.param(query("asks, parameters: {owner: 1, done: 2}, identifiers: {column: a}"), [], id="all"),
        pytest.param(query('asks, parameters: "~title", identifiers: {column: "~title"}'), [], id="computed"),
        pytest.param(
            query("asks, parameters: {ownr: 1, done: ~title}, identifiers: {column: a}"),
            [
                WHERE.format(82, "/parameters", "has no 'ownr' among its parameters. Did you mean 'owner'?"),
                WHERE.format(82, "/parameters", "needs 'owner' among its parameters."),
            ],
            id="misspelt",
        ),
        pytest.param(
            query("asks, parameters: {owner: 1, done: 2}"),
            [WHERE.format(52, "", "needs 'column' among its identifiers.")],
            id="missing",
        ),
    ],
)
def test_statement_names(outcome: str, problems: list[str]) -> None:
    """A misspelt name is seen when the action is loaded, as long as it is written out."""
    assert found_by(statement_names, document(outcome), statement_names=names) == problems


def test_without_a_database_nobody_can_tell() -> None:
    """Names are taken as they are."""
    assert found_by(statement_names, document(query("asks"))) == []
