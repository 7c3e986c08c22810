"""What runs are found by."""

from __future__ import annotations

import pytest

from actions.validation.rules.business_key import business_key
from tests.actions.validation.harness import document, found_by

INPUTS = "{Name: title}, {Name: pin, Secret: true}, {Name: password, ColumnType: password}"


@pytest.mark.parametrize(
    ("key", "problems"),
    [
        pytest.param("title", [], id="input"),
        pytest.param("", [], id="none"),
        pytest.param(
            "titel", ["error ACT290 6:14 /BusinessKey Unknown input 'titel'. Did you mean 'title'?"], id="typing-error"
        ),
        pytest.param(
            "number", ["error ACT290 6:14 /BusinessKey Unknown input 'number'. Declare it in InFields."], id="unknown"
        ),
        pytest.param(
            "pin", ["error ACT291 6:14 /BusinessKey 'pin' is secret; runs cannot be found by it."], id="declared-secret"
        ),
        pytest.param(
            "password",
            ["error ACT291 6:14 /BusinessKey 'password' is secret; runs cannot be found by it."],
            id="unreadable",
        ),
    ],
)
def test_runs_are_found_by_an_open_input(key, problems):
    """Whoever sees a run sees its business key."""
    text = document("Type: n, Method: ACTIONRESPONSE", inputs=INPUTS, keys=f"BusinessKey: {key}" if key else "")
    assert found_by(business_key, text) == problems
