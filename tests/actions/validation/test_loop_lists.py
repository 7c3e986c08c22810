"""What a loop runs over."""

from __future__ import annotations

import pytest

from actions.validation.rules.loop_lists import loop_lists
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(document("Type: todo, Method: POST, ForEach: [a, b], Attributes: {title: x}"), [], id="list"),
        pytest.param(
            document(
                "Type: todo, Method: POST, ForEach: '~title', Attributes: {title: x}",
                "Type: todo, Method: POST, ForEach: $title, Attributes: {title: x}",
                "Type: todo, Method: POST, ForEach: '!title', Attributes: {title: x}",
                "Type: todo, Method: POST, ForEach: '{{title}}', Attributes: {title: x}",
            ),
            [],
            id="open",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: title, Attributes: {title: x}"),
            [
                (
                    "error ACT227 5:41 /OutFields/0/ForEach 'ForEach' must give a list, not a text. Put '~' "
                    "or '$' in front of a name to read its value."
                )
            ],
            id="forgotten-tilde",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: 3, Attributes: {title: x}"),
            ["error ACT227 5:41 /OutFields/0/ForEach 'ForEach' must give a list, not a number."],
            id="number",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: null, Attributes: {title: x}"),
            ["error ACT227 5:41 /OutFields/0/ForEach 'ForEach' must give a list, not null."],
            id="null",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: {a: '~title'}, Attributes: {title: x}"),
            ["error ACT227 5:41 /OutFields/0/ForEach 'ForEach' must give a list, not an object."],
            id="mapping",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: 'a $title', Attributes: {title: x}"),
            [
                (
                    "error ACT227 5:41 /OutFields/0/ForEach 'ForEach' must give a list, not a text. Put '~' "
                    "or '$' in front of a name to read its value."
                )
            ],
            id="embedded",
        ),
        pytest.param(
            document("Type: todo, Method: POST, ForEach: [1, 2], MaxItems: 1, Attributes: {title: x}"),
            ["error ACT237 5:41 /OutFields/0/ForEach 'ForEach' has more than 1 elements. Raise 'MaxItems'."],
            id="too-many",
        ),
    ],
)
def test_loop_lists(text: str, problems: list[str]) -> None:
    """A literal that is no list, and a text made of parts, can never be a list."""
    assert found_by(loop_lists, text) == problems
