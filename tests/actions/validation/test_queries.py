"""What a list is asked for."""

from __future__ import annotations

import pytest

from actions.validation.rules.queries import queries
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document(
                "Type: todo, Method: GET, Attributes: {filter: Tea, sort: '-due,title', 'page[size]': 5, "
                "'page[number]': '~title', fields: title, included_relations: project}"
            ),
            [],
            id="sound",
        ),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {fliter: '~title'}"),
            [("error ACT225 5:44 /OutFields/0/Attributes/fliter Unknown parameter 'fliter'. Did you mean 'filter'?")],
            id="unknown-parameter",
        ),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {project_id: '~title'}"), [], id="relation-parameter"
        ),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {sort: titel}"),
            [("error ACT225 5:50 /OutFields/0/Attributes/sort Unknown field 'titel' on 'todo'. Did you mean 'title'?")],
            id="sort",
        ),
        pytest.param(document("Type: todo, Method: GET, Attributes: {sort: '~title'}"), [], id="open-sort"),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {'page[size]': many}"),
            [
                (
                    "error ACT225 5:58 /OutFields/0/Attributes/page[size] 'page[size]' must be a whole "
                    "number from 1 to 500."
                )
            ],
            id="page-size",
        ),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {'page[size]': 100000}"),
            ["error ACT225 5:58 /OutFields/0/Attributes/page[size] 'page[size]' may be at most 500."],
            id="page-ceiling",
        ),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {include: projects}"),
            [
                (
                    "error ACT225 5:53 /OutFields/0/Attributes/include Unknown relation 'projects' on "
                    "'todo'. Did you mean 'project'?"
                )
            ],
            id="relation",
        ),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {query: [{column: title, operator: is, value: '~title'}]}"),
            [],
            id="open-value",
        ),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {query: [{column: titel, operator: is, value: '~title'}]}"),
            [
                (
                    "error ACT225 5:61 /OutFields/0/Attributes/query/0/column Unknown field 'titel' on "
                    "'todo'. Did you mean 'title'?"
                )
            ],
            id="column",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET, Attributes: {query: [{column: project.name, operator: is, value: '~title'}]}"
            ),
            [],
            id="column-of-relation",
        ),
        pytest.param(
            document(
                "Type: user_account, Method: GET, Attributes: {query: [{column: password, operator: is, "
                "value: '~title'}]}"
            ),
            [("error ACT225 5:69 /OutFields/0/Attributes/query/0/column Unknown field 'password' on 'user_account'.")],
            id="hidden-column",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET, Attributes: {query: [{column: title, operator: equals, value: '~title'}]}"
            ),
            ["error ACT225 5:78 /OutFields/0/Attributes/query/0/operator Unknown operator 'equals'."],
            id="operator",
        ),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {query: [{column: done, operator: contains, value: x}]}"),
            ["error ACT225 5:52 /OutFields/0/Attributes/query/0 Operator 'contains' does not apply to 'done'."],
            id="operator-of-another-kind",
        ),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {query: [{column: titel, operator: ist}]}"),
            [
                (
                    "error ACT225 5:61 /OutFields/0/Attributes/query/0/column Unknown field 'titel' on "
                    "'todo'. Did you mean 'title'?"
                ),
                (
                    "error ACT225 5:78 /OutFields/0/Attributes/query/0/operator Unknown operator 'ist'. Did "
                    "you mean 'is'?"
                ),
            ],
            id="column-and-operator",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET, Attributes: {query: [{column: '~title', operator: '~title', value: 1}]}"
            ),
            [],
            id="open-names",
        ),
        pytest.param(
            document(
                "Type: todo, Method: GET, Attributes: {query: [{column: title, operater: is, operator: is, value: x}]}"
            ),
            [
                (
                    "error ACT225 5:68 /OutFields/0/Attributes/query/0/operater Unknown key 'operater'. Did "
                    "you mean 'operator'?"
                )
            ],
            id="unknown-key",
        ),
        pytest.param(
            document("Type: todo, Method: GET, Attributes: {query: [title]}"),
            ["error ACT225 5:52 /OutFields/0/Attributes/query/0 A condition must be a mapping."],
            id="no-mapping",
        ),
        pytest.param(document("Type: todo, Method: GET, Attributes: {query: '~title'}"), [], id="open-list"),
        pytest.param(
            document(
                'Type: todo, Method: GET, Attributes: {query: \'[{"column": "titel", "operator": "is", '
                '"value": "$title"}]\'}'
            ),
            [
                (
                    "error ACT225 5:51 /OutFields/0/Attributes/query/0/column Unknown field 'titel' on "
                    "'todo'. Did you mean 'title'?"
                )
            ],
            id="json-text",
        ),
        pytest.param(
            document(f"Type: todo, Method: GET, Attributes: {{query: [{', '.join(['{column: title}'] * 51)}]}}"),
            ["error ACT225 5:51 /OutFields/0/Attributes/query 'query' may have at most 50 conditions."],
            id="too-many-conditions",
        ),
        pytest.param(
            document("Type: todo, Method: GET_BY_ID, Attributes: {reference_id: '~title', included_relations: projct}"),
            [
                (
                    "error ACT225 5:94 /OutFields/0/Attributes/included_relations Unknown relation 'projct' "
                    "on 'todo'. Did you mean 'project'?"
                )
            ],
            id="relations-of-one-row",
        ),
    ],
)
def test_queries(text: str, problems: list[str]) -> None:
    """Parameters, columns, operators and values that are written out are judged as the list will judge them."""
    assert found_by(queries, text) == problems
