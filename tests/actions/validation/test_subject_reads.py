"""Reads of a subject that may be missing."""

from __future__ import annotations

import pytest

from actions.validation.rules.subject_reads import subject_reads
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document(
                "Type: n, Method: ACTIONRESPONSE, Attributes: {a: $.title, b: '!subject.title'}",
                keys="InstanceOptional: yes",
            ),
            [
                (
                    "warning ACT281 5:55 /OutFields/0/Attributes/a 'subject' may be null here. Set "
                    "'InstanceOptional: false', or test it first."
                ),
                (
                    "warning ACT281 5:69 /OutFields/0/Attributes/b 'subject' may be null here. Set "
                    "'InstanceOptional: false', or test it first."
                ),
            ],
            id="optional",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: '~'}"),
            [
                (
                    "warning ACT281 5:55 /OutFields/0/Attributes/a 'subject' may be null here. Set "
                    "'InstanceOptional: false', or test it first."
                )
            ],
            id="optional-by-default",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: $.title}", keys="InstanceOptional: off"),
            [],
            id="required",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Condition: $.done"),
            [
                (
                    "warning ACT281 5:50 /OutFields/0/Condition 'subject' may be null here. Set "
                    "'InstanceOptional: false', or test it first."
                )
            ],
            id="in-condition",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: '$.title $.done'}"),
            [
                (
                    "warning ACT281 5:55 /OutFields/0/Attributes/a 'subject' may be null here. Set "
                    "'InstanceOptional: false', or test it first."
                ),
                (
                    "warning ACT281 5:64 /OutFields/0/Attributes/a 'subject' may be null here. Set "
                    "'InstanceOptional: false', or test it first."
                ),
            ],
            id="twice-in-one-text",
        ),
        pytest.param(
            document("Type: n, Method: ACTIONRESPONSE, Attributes: {a: $subject}", inputs="{Name: subject}"),
            [],
            id="own-input",
        ),
    ],
)
def test_subject_reads(text: str, problems: list[str]) -> None:
    """Every place is reported where the action may run without an instance."""
    assert found_by(subject_reads, text) == problems
