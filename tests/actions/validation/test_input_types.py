"""Types, options and defaults of inputs."""

from __future__ import annotations

import pytest

from actions.validation.rules.input_types import input_types
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document(inputs="{Name: a, ColumnType: Label}, {Name: b, ColumnType: file.json|yaml}, {Name: c}"),
            [],
            id="sound",
        ),
        pytest.param(
            document(inputs="{Name: a, ColumnType: lable}"),
            ["error ACT228 3:34 /InFields/0/ColumnType Unknown column type 'lable'. Did you mean 'label'?"],
            id="unknown",
        ),
        pytest.param(
            document(inputs="{Name: a, ColumnType: fil.json}"),
            ["error ACT228 3:34 /InFields/0/ColumnType Unknown column type 'fil.json'. Did you mean 'json'?"],
            id="unknown-with-suffix",
        ),
        pytest.param(
            document(
                inputs=(
                    "{Name: a, ColumnType: month, DefaultValue: 12}, {Name: b, ColumnType: month, "
                    "DefaultValue: \"'7'\"}"
                )
            ),
            [],
            id="default",
        ),
        pytest.param(
            document(inputs="{Name: a, ColumnType: month, DefaultValue: May}"),
            ["error ACT229 3:55 /InFields/0/DefaultValue The default of 'a' is refused. Must be a number."],
            id="refused-default",
        ),
        pytest.param(
            document(
                inputs=(
                    "{Name: a, ColumnType: month, DefaultValue: 13}, {Name: b, ColumnType: email, DefaultValue: x}, "
                    "{Name: c, ColumnType: url, DefaultValue: \"''\"}"
                )
            ),
            [
                "error ACT229 3:55 /InFields/0/DefaultValue The default of 'a' is refused. Must be at most 12.",
                "error ACT229 3:103 /InFields/1/DefaultValue The default of 'b' is refused. Must be an e-mail address.",
            ],
            id="default-that-the-type-checks",
        ),
        pytest.param(
            document(inputs="{Name: a, ColumnType: enum, Options: [{Value: Red}], DefaultValue: red}"),
            [],
            id="option-in-another-case",
        ),
        pytest.param(
            document(inputs="{Name: a, ColumnType: enum, Options: [{Value: Red}, {Value: Blue}], DefaultValue: green}"),
            [
                (
                    "error ACT229 3:94 /InFields/0/DefaultValue The default of 'a' is refused. Must be one "
                    "of 'Red', 'Blue'."
                )
            ],
            id="no-option",
        ),
        pytest.param(
            document(inputs="{Name: a, ColumnType: rating, Options: [{Value: 1}, {Value: few}], DefaultValue: 1}"),
            ["error ACT230 3:64 /InFields/0/Options/1 An option of 'a' is refused. Must be a number."],
            id="refused-option",
        ),
        pytest.param(document(inputs="{Name: a, ColumnType: month, DefaultValue: ''}"), [], id="empty-default-is-none"),
    ],
)
def test_input_types(text: str, problems: list[str]) -> None:
    """A default is a literal of the type and one of the options."""
    assert found_by(input_types, text) == problems
