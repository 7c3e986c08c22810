"""Literals that a column cannot hold."""

from __future__ import annotations

import pytest

from actions.validation.rules.column_values import column_values
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: Tea, done: '0', due: 2024-02-29}"), [], id="sound"
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: Tea, done: perhaps}"),
            [
                (
                    "error ACT207 5:63 /OutFields/0/Attributes/done The value of 'done' is refused. 'done' "
                    "must be true or false."
                )
            ],
            id="boolean",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: Tea, due: 2023-02-29}"),
            [
                (
                    "error ACT207 5:62 /OutFields/0/Attributes/due The value of 'due' is refused. 'due' must "
                    "be a date such as 2024-02-29."
                )
            ],
            id="date",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: null}"),
            [
                (
                    "error ACT207 5:52 /OutFields/0/Attributes/title The value of 'title' is refused. "
                    "'title' may not be null."
                )
            ],
            id="null",
        ),
        pytest.param(document("Type: todo, Method: POST, Attributes: {title: 12}"), [], id="number-for-text"),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: [Tea]}"),
            [
                (
                    "error ACT207 5:52 /OutFields/0/Attributes/title The value of 'title' is refused. "
                    "'title' must be a text, not a list."
                )
            ],
            id="list-for-text",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: " + "x" * 201 + "}"),
            [
                (
                    "error ACT207 5:52 /OutFields/0/Attributes/title The value of 'title' is refused. "
                    "'title' must have at most 200 characters."
                )
            ],
            id="too-long",
        ),
        pytest.param(
            document("Type: product, Method: POST, Attributes: {name: Tea, price: 1.999}"),
            [
                (
                    "error ACT207 5:66 /OutFields/0/Attributes/price The value of 'price' is refused. "
                    "'price' must have at most 2 decimal places."
                )
            ],
            id="money",
        ),
        pytest.param(
            document("Type: user_account, Method: PATCH, Attributes: {reference_id: x, email: ada}"),
            [
                (
                    "error ACT207 5:78 /OutFields/0/Attributes/email The value of 'email' is refused. "
                    "'email' must be an e-mail address."
                )
            ],
            id="not-an-email",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: Tea, done: '~title', due: '!title'}"),
            [],
            id="expression",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: Tea, due: 'on $title'}"), [], id="embedded"
        ),
        pytest.param(
            document("Type: todo, Method: POST, Attributes: {title: Tea, done: '\\~perhaps'}"),
            [
                (
                    "error ACT207 5:63 /OutFields/0/Attributes/done The value of 'done' is refused. 'done' "
                    "must be true or false."
                )
            ],
            id="escaped",
        ),
        pytest.param(
            document("Type: user_account, Method: PATCH, Attributes: {reference_id: x, password: 5}"),
            [],
            id="secrets-are-not-hashed-here",
        ),
    ],
)
def test_column_values(text: str, problems: list[str]) -> None:
    """What is written out is judged as the store will judge it; expressions are not judged."""
    assert found_by(column_values, text) == problems
