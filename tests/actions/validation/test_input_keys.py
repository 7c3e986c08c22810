"""Inputs with the same key."""

from __future__ import annotations

import pytest

from actions.validation.rules.input_keys import input_keys
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(document(inputs="{Name: a}, {Name: A}, {Name: a, ColumnName: b}"), [], id="sound"),
        pytest.param(
            document(inputs="{Name: a}, {Name: a}"),
            ["error ACT231 3:23 /InFields/1 Input 'a' is declared twice. It stands first in line 3."],
            id="same-name",
        ),
        pytest.param(
            document(inputs="{Name: a}, {Name: b, ColumnName: a}"),
            ["error ACT231 3:23 /InFields/1 Input 'a' is declared twice. It stands first in line 3."],
            id="name-and-column-name",
        ),
        pytest.param(
            document(inputs="{Name: a}, {Name: a}, {Name: a}"),
            [
                "error ACT231 3:23 /InFields/1 Input 'a' is declared twice. It stands first in line 3.",
                "error ACT231 3:34 /InFields/2 Input 'a' is declared twice. It stands first in line 3.",
            ],
            id="three-times",
        ),
    ],
)
def test_input_keys(text: str, problems: list[str]) -> None:
    """The request's key is what counts, and it is told by letter and case."""
    assert found_by(input_keys, text) == problems
