"""Columns that a new row cannot do without."""

from __future__ import annotations

import pytest

from actions.validation.rules.required_columns import required_columns
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(document("Type: todo, Method: POST, Attributes: {title: Tea}"), [], id="sound"),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {done: true}"),
            ["error ACT208 5:44 /OutFields/0/Attributes Column 'title' of 'todo' is required. Add 'title'."],
            id="missing",
        ),
        pytest.param(
            document("Type: todo, Method: POST"),
            ["error ACT208 5:5 /OutFields/0 Column 'title' of 'todo' is required. Add 'title'."],
            id="no-attributes",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: [{done: true}, {title: Tea}, {}]"),
            [
                "error ACT208 5:45 /OutFields/0/Attributes/0 Column 'title' of 'todo' is required. Add 'title'.",
                "error ACT208 5:73 /OutFields/0/Attributes/2 Column 'title' of 'todo' is required. Add 'title'.",
            ],
            id="each-mapping",
        ),
        pytest.param(document("Type: todo, Method: POST, Attributes: {titel: Tea}"), [], id="misspelt"),
        pytest.param(
            document(
                "Type: payment, Method: POST, Attributes: {order: x, provider: x, provider_reference: x, amount: 1}"
            ),
            [],
            id="relation-for-column",
        ),
        pytest.param(document("Type: todo, Method: PATCH, Attributes: {reference_id: x}"), [], id="update"),
    ],
)
def test_required_columns(text: str, problems: list[str]) -> None:
    """A missing column is reported once for each mapping, unless a misspelt name stands for it."""
    assert found_by(required_columns, text) == problems
