"""Columns that do not exist, or that are not the author's to write."""

from __future__ import annotations

import pytest

from actions.validation.rules.known_columns import known_columns
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: Tea, project: null, done: true}"), [], id="sound"
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: Tea, project_id: null}"),
            [],
            id="relation-and-column",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {titel: Tea}"),
            [
                (
                    "error ACT202 5:45 /OutFields/0/Attributes/titel Unknown column 'titel' on 'todo'. Did "
                    "you mean 'title'?"
                )
            ],
            id="unknown",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {titel: Tea, don: true}"),
            [
                (
                    "error ACT202 5:45 /OutFields/0/Attributes/titel Unknown column 'titel' on 'todo'. Did "
                    "you mean 'title'?"
                ),
                ("error ACT202 5:57 /OutFields/0/Attributes/don Unknown column 'don' on 'todo'. Did you mean 'done'?"),
            ],
            id="two-at-once",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: Tea, created_at: x}"),
            [
                (
                    "error ACT203 5:57 /OutFields/0/Attributes/created_at Column 'created_at' of 'todo' "
                    "cannot be written. Remove it."
                )
            ],
            id="not-writable",
        ),
        pytest.param(document("Type: todo, Method: POST, Attributes: {title: Tea, reference_id: x}"), [], id="own-id"),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: Tea, version: 1}"),
            [
                (
                    "error ACT203 5:57 /OutFields/0/Attributes/version Column 'version' of 'todo' cannot be "
                    "written. Remove it."
                )
            ],
            id="version-on-create",
        ),
        pytest.param(
            document("Type: todo, Method: PATCH, Attributes: {reference_id: x, version: 1}"), [], id="version-on-update"
        ),
        pytest.param(
            document("Type: todo, Method: PUT, Attributes: {reference_id: x, titel: 1}"),
            [
                (
                    "error ACT202 5:61 /OutFields/0/Attributes/titel Unknown column 'titel' on 'todo'. Did "
                    "you mean 'title'?"
                )
            ],
            id="unknown-on-update",
        ),
        pytest.param(
            document("Type: user_account, Method: PATCH, Attributes: {reference_id: x, password: '~title'}"),
            [],
            id="password-is-writable",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: [{title: Tea}, {titel: Tea}]"),
            [
                (
                    "error ACT202 5:60 /OutFields/0/Attributes/1/titel Unknown column 'titel' on 'todo'. Did "
                    "you mean 'title'?"
                )
            ],
            id="in-a-list",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: [1], Attributes: {titel: '~item'}"),
            [
                (
                    "error ACT202 5:59 /OutFields/0/Attributes/titel Unknown column 'titel' on 'todo'. Did "
                    "you mean 'title'?"
                )
            ],
            id="in-a-loop",
        ),
        pytest.param(
            document("Type: anything, Method: ACTIONRESPONSE, Attributes: {titel: Tea}"), [], id="answers-are-data"
        ),
    ],
)
def test_known_columns(text: str, problems: list[str]) -> None:
    """A column is reported at its key; an alias of a column is as good as its name."""
    assert found_by(known_columns, text) == problems
