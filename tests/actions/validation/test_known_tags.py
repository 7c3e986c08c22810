"""Tags of inputs."""

from __future__ import annotations

import pytest

from actions.validation.rules.known_tags import known_tags
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document(
                keys=(
                    "Validations: [{ColumnName: title, Tags: 'required,min=3'}]\nConformations: [{ColumnName: "
                    "title, Tags: 'trim,lower'}]"
                )
            ),
            [],
            id="sound",
        ),
        pytest.param(
            document(keys="Validations: [{ColumnName: title, Tags: 'required,emial'}]"),
            ["error ACT232 5:51 /Validations/0/Tags Unknown validation tag 'emial'. Did you mean 'email'?"],
            id="validation",
        ),
        pytest.param(
            document(keys="Validations: [{ColumnName: title, Tags: 'requird,emial'}]"),
            [
                "error ACT232 5:41 /Validations/0/Tags Unknown validation tag 'requird'. Did you mean 'required'?",
                "error ACT232 5:50 /Validations/0/Tags Unknown validation tag 'emial'. Did you mean 'email'?",
            ],
            id="all-of-a-list",
        ),
        pytest.param(
            document(keys="Validations: [{ColumnName: title, Tags: 'min=three'}]"),
            ["error ACT232 5:46 /Validations/0/Tags The parameter of 'min' must be a number."],
            id="parameter",
        ),
        pytest.param(
            document(keys="Validations: [{ColumnName: title, Tags: 'eqfield=InnerStructField[titel]'}]"),
            ["error ACT232 5:50 /Validations/0/Tags Unknown input 'titel'. Did you mean 'title'?"],
            id="other-input",
        ),
        pytest.param(
            document(keys="Conformations: [{ColumnName: title, Tags: 'trim,uppercase'}]"),
            ["error ACT233 5:49 /Conformations/0/Tags Unknown conformation 'uppercase'. Did you mean 'upper'?"],
            id="conformation",
        ),
        pytest.param(
            document(keys="Conformations: [{ColumnName: title, Tags: required}]"),
            ["error ACT233 5:43 /Conformations/0/Tags Unknown conformation 'required'."],
            id="validation-as-conformation",
        ),
        pytest.param(
            document(
                keys=(
                    "Validations: [{ColumnName: titel, Tags: required}]\nConformations: [{ColumnName: zzz, Tags: trim}]"
                )
            ),
            [
                "error ACT234 5:28 /Validations/0/ColumnName Unknown input 'titel'. Did you mean 'title'?",
                "error ACT234 6:30 /Conformations/0/ColumnName Unknown input 'zzz'.",
            ],
            id="unknown-input",
        ),
        pytest.param(
            document(keys=f"Validations: [{{ColumnName: title, Tags: '{'required,' * 250}'}}]"),
            ["error ACT232 5:41 /Validations/0/Tags The list of tags has 2250 characters; 2000 are allowed."],
            id="too-long",
        ),
        pytest.param(
            document(keys="AdditionalInputs: true\nValidations: [{ColumnName: other, Tags: 'required,eqfield=third'}]"),
            [],
            id="undeclared-input",
        ),
    ],
)
def test_known_tags(text: str, problems: list[str]) -> None:
    """A tag is reported at its place in the list, an input that is not declared at its name."""
    assert found_by(known_tags, text) == problems
