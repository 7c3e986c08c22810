"""Actions that do nothing."""

from __future__ import annotations

import pytest

from actions.validation.rules.outcomes import has_outcomes
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(document("Type: n, Method: ACTIONRESPONSE"), [], id="sound"),
        pytest.param(document(), ["warning ACT283 1:1 - The action has no outcomes. Add 'OutFields'."], id="empty"),
        pytest.param(
            "Name: act\nOnType: todo\n",
            ["warning ACT283 1:1 - The action has no outcomes. Add 'OutFields'."],
            id="missing",
        ),
    ],
)
def test_has_outcomes(text: str, problems: list[str]) -> None:
    """No outcome at all is worth a warning."""
    assert found_by(has_outcomes, text) == problems
