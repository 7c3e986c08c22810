"""Rows that nobody writes."""

from __future__ import annotations

import pytest

from actions.validation.rules.read_only_entities import read_only_entities
from tests.actions.validation.harness import document, found_by

ROW = 'Attributes: {reference_id: "$title"}'


@pytest.mark.parametrize("entity", ["world", "action"])
@pytest.mark.parametrize(
    ("method", "refused"),
    [("POST", True), ("PATCH", True), ("DELETE", True), ("GET", False), ("GET_BY_ID", False)],
)
def test_an_outcome_only_reads_them(entity: str, method: str, refused: bool) -> None:
    """The table of entities and the definitions are kept by other ways, which check what they write."""
    problem = (
        f"error ACT245 5:12 /OutFields/0/Type Rows of '{entity}' are not written by actions. "
        "Read them by GET or GET_BY_ID."
    )
    found = found_by(read_only_entities, document(f"Type: {entity}, Method: {method}, {ROW}"))
    assert found == ([problem] if refused else [])


def test_other_entities_are_written() -> None:
    """The rule is about what is registered as read only."""
    assert found_by(read_only_entities, document(f"Type: todo, Method: DELETE, {ROW}")) == []
