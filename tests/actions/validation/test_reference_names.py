"""Names of References and Items."""

from __future__ import annotations

import pytest

from actions.validation.rules.reference_names import reference_names
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(
            document(
                "Type: todo, Method: POST, Reference: first_todo, Attributes: {title: x}",
                "Type: todo, Method: POST, Reference: user, Attributes: {title: x}",
            ),
            [],
            id="sound",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: item, Attributes: {title: x}"),
            [
                (
                    "error ACT212 5:43 /OutFields/0/Reference Reference 'item' is the name of something "
                    "built in. Choose another name."
                )
            ],
            id="item",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: index, Attributes: {title: x}"),
            [
                (
                    "error ACT212 5:43 /OutFields/0/Reference Reference 'index' is the name of something "
                    "built in. Choose another name."
                )
            ],
            id="index",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: attributes, Attributes: {title: x}"),
            [
                (
                    "error ACT212 5:43 /OutFields/0/Reference Reference 'attributes' is the name of "
                    "something built in. Choose another name."
                )
            ],
            id="attributes",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: request, Attributes: {title: x}"),
            [
                (
                    "error ACT212 5:43 /OutFields/0/Reference Reference 'request' is the name of something "
                    "built in. Choose another name."
                )
            ],
            id="request",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: env, Attributes: {title: x}"),
            [
                (
                    "error ACT212 5:43 /OutFields/0/Reference Reference 'env' is the name of something built "
                    "in. Choose another name."
                )
            ],
            id="env",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: subject, Attributes: {title: x}"),
            [
                (
                    "error ACT212 5:43 /OutFields/0/Reference Reference 'subject' is the name of something "
                    "built in. Choose another name."
                )
            ],
            id="subject",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: event, Attributes: {title: x}"),
            [
                (
                    "error ACT212 5:43 /OutFields/0/Reference Reference 'event' is the name of something "
                    "built in. Choose another name."
                )
            ],
            id="event",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: delivery, Attributes: {title: x}"),
            [
                (
                    "error ACT212 5:43 /OutFields/0/Reference Reference 'delivery' is the name of something "
                    "built in. Choose another name."
                )
            ],
            id="delivery",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: title, Attributes: {title: x}"),
            [
                (
                    "error ACT213 5:43 /OutFields/0/Reference Reference 'title' is the name of an input. "
                    "Choose another name."
                )
            ],
            id="input",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: a todo, Attributes: {title: x}"),
            [
                (
                    "error ACT211 5:43 /OutFields/0/Reference Reference 'a todo' is no name. A name has "
                    "letters, digits and '_', and begins with no digit."
                )
            ],
            id="space",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: a-todo, Attributes: {title: x}"),
            [
                (
                    "error ACT211 5:43 /OutFields/0/Reference Reference 'a-todo' is no name. A name has "
                    "letters, digits and '_', and begins with no digit."
                )
            ],
            id="hyphen",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: a.b, Attributes: {title: x}"),
            [
                (
                    "error ACT211 5:43 /OutFields/0/Reference Reference 'a.b' is no name. A name has "
                    "letters, digits and '_', and begins with no digit."
                )
            ],
            id="dot",
        ),
        pytest.param(
            document("Type: todo, Method: POST, Reference: 2nd, Attributes: {title: x}"),
            [
                (
                    "error ACT211 5:43 /OutFields/0/Reference Reference '2nd' is no name. A name has "
                    "letters, digits and '_', and begins with no digit."
                )
            ],
            id="digit",
        ),
        pytest.param(
            document(
                "Type: a, Method: ACTIONRESPONSE, Condition: x, Else: [{Type: a, Method: ACTIONRESPONSE, "
                "Reference: env}]"
            ),
            [
                (
                    "error ACT212 5:105 /OutFields/0/Else/0/Reference Reference 'env' is the name of "
                    "something built in. Choose another name."
                )
            ],
            id="in-else",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: '~title', Item: line, Attributes: {title: x}"),
            [],
            id="renamed-item",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: '~title', Item: index, Attributes: {title: x}"),
            [
                (
                    "error ACT212 5:57 /OutFields/0/Item Item 'index' is the name of something built in. "
                    "Choose another name."
                )
            ],
            id="reserved-item",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: '~title', Item: a b, Attributes: {title: x}"),
            [
                (
                    "error ACT211 5:57 /OutFields/0/Item Item 'a b' is no name. A name has letters, digits "
                    "and '_', and begins with no digit."
                )
            ],
            id="item-no-name",
        ),
    ],
)
def test_reference_names(text: str, problems: list[str]) -> None:
    """A Reference can be read and hides nothing but 'user'."""
    assert found_by(reference_names, text) == problems
