"""Which row an outcome works on."""

from __future__ import annotations

import pytest

from actions.validation.rules.row_ids import row_ids
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document("Type: todo, Method: DELETE, Attributes: {reference_id: $.reference_id}"), [], id="subject"
        ),
        pytest.param(
            document("Type: todo, Method: GET_BY_ID, Attributes: {reference_id: 018f3c9e-8a2b-7c3d-9e4f-5a6b7c8d9e0f}"),
            [],
            id="uuid",
        ),
        pytest.param(
            document("Type: todo, Method: PATCH, Attributes: {title: Tea}"),
            [
                (
                    "error ACT215 5:45 /OutFields/0/Attributes 'reference_id' is missing. For example "
                    '"$.reference_id", the id of the subject.'
                )
            ],
            id="patch",
        ),
        pytest.param(
            document("Type: todo, Method: GET_BY_ID"),
            [
                (
                    "error ACT215 5:5 /OutFields/0 'reference_id' is missing. For example \"$.reference_id\", "
                    "the id of the subject."
                )
            ],
            id="no-attributes",
        ),
        pytest.param(
            document("Type: todo, Method: DELETE, Attributes: {id: 3}"),
            [
                (
                    "error ACT215 5:46 /OutFields/0/Attributes 'reference_id' is missing. For example "
                    '"$.reference_id", the id of the subject.'
                )
            ],
            id="delete",
        ),
        pytest.param(
            document("Type: todo, Method: DELETE, Attributes: {Reference_Id: $.reference_id}"),
            [
                (
                    "error ACT215 5:46 /OutFields/0/Attributes 'reference_id' is missing. For example "
                    '"$.reference_id", the id of the subject.'
                )
            ],
            id="in-another-case",
        ),
        pytest.param(
            document("Type: todo, Method: UPDATE, Attributes: {}"),
            [
                (
                    "error ACT215 5:46 /OutFields/0/Attributes 'reference_id' is missing. For example "
                    '"$.reference_id", the id of the subject.'
                )
            ],
            id="update-is-patch",
        ),
        pytest.param(
            document("Type: todo, Method: DELETE, Attributes: {reference_id: null}"),
            [
                (
                    "error ACT216 5:61 /OutFields/0/Attributes/reference_id This is no id of a 'todo'. Put "
                    "'~' or '$' in front of a name to read its value."
                )
            ],
            id="null",
        ),
        pytest.param(
            document("Type: todo, Method: DELETE, Attributes: {reference_id: title}"),
            [
                (
                    "error ACT216 5:61 /OutFields/0/Attributes/reference_id This is no id of a 'todo'. Put "
                    "'~' or '$' in front of a name to read its value."
                )
            ],
            id="forgotten-tilde",
        ),
        pytest.param(
            document("Type: todo, Method: DELETE, Attributes: [{reference_id: '~title'}, {}]"),
            [
                (
                    "error ACT215 5:73 /OutFields/0/Attributes/1 'reference_id' is missing. For example "
                    '"$.reference_id", the id of the subject.'
                )
            ],
            id="second-of-a-list",
        ),
        pytest.param(document("Type: todo, Method: POST, Attributes: {title: Tea}"), [], id="create"),
    ],
)
def test_row_ids(text: str, problems: list[str]) -> None:
    """Without an id, or with a literal that is none, there is no row to work on."""
    assert found_by(row_ids, text) == problems
