"""Numbers with bounds."""

from __future__ import annotations

import pytest

from actions.validation.rules.bounds import bounds
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document("Type: todo, Method: POST, ForEach: '~title', MaxItems: 100000, Attributes: {title: x}"),
            [],
            id="largest",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: '~title', MaxItems: 100001, Attributes: {title: x}"),
            ["error ACT223 5:61 /OutFields/0/MaxItems 'MaxItems' must be from 1 to 100000."],
            id="too-large",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: '~title', MaxItems: 0, Attributes: {title: x}"),
            ["error ACT223 5:61 /OutFields/0/MaxItems 'MaxItems' must be from 1 to 100000."],
            id="zero",
        ),
        pytest.param(
            document("Fail: {Status: 400}, Condition: x", "Fail: {Status: 599}, Condition: x"), [], id="statuses"
        ),
        pytest.param(
            document("Fail: {Status: 399}"),
            ["error ACT224 5:21 /OutFields/0/Fail/Status 'Status' must be from 400 to 599."],
            id="success",
        ),
        pytest.param(
            document("Fail: {Status: 600}"),
            ["error ACT224 5:21 /OutFields/0/Fail/Status 'Status' must be from 400 to 599."],
            id="beyond",
        ),
    ],
)
def test_bounds(text: str, problems: list[str]) -> None:
    """MaxItems and Status are refused one beyond their bounds."""
    assert found_by(bounds, text) == problems
