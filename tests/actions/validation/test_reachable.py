"""Outcomes that can never run."""

from __future__ import annotations

import pytest

from actions.validation.rules.reachable import reachable
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(document("Type: n, Method: ACTIONRESPONSE", "Return: true"), [], id="sound"),
        pytest.param(
            document("Return: true", "Type: n, Method: ACTIONRESPONSE", "Type: n, Method: ACTIONRESPONSE"),
            [
                (
                    "warning ACT280 6:5 /OutFields/1 This outcome is never reached: a 'Return' without a "
                    "condition stands before it."
                )
            ],
            id="after-return",
        ),
        pytest.param(
            document("Fail: {Status: 409}", "Type: n, Method: ACTIONRESPONSE"),
            [
                (
                    "warning ACT280 6:5 /OutFields/1 This outcome is never reached: a 'Fail' without a "
                    "condition stands before it."
                )
            ],
            id="after-fail",
        ),
        pytest.param(
            document("Return: true, Condition: '~title'", "Type: n, Method: ACTIONRESPONSE"), [], id="conditional"
        ),
        pytest.param(
            document(
                (
                    "Type: n, Method: ACTIONRESPONSE, Condition: '~title', Else: [{Return: true}, {Type: n, "
                    "Method: ACTIONRESPONSE}]"
                ),
                "Type: n, Method: ACTIONRESPONSE",
            ),
            [
                (
                    "warning ACT280 5:83 /OutFields/0/Else/1 This outcome is never reached: a 'Return' "
                    "without a condition stands before it."
                )
            ],
            id="in-else",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Return: no", "Type: n, Method: ACTIONRESPONSE"),
            [],
            id="return-no",
        ),
    ],
)
def test_reachable(text: str, problems: list[str]) -> None:
    """An ending without a condition makes what follows it unreachable, in its own list only."""
    assert found_by(reachable, text) == problems
