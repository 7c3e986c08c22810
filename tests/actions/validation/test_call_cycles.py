"""Actions that invoke one another without end."""

from __future__ import annotations

from typing import Any

import pytest

from actions.validation.rules.call_cycles import call_cycles
from tests.actions.validation.harness import document, found_by, plan_of


@pytest.mark.parametrize(
    ("text", "facts", "problems"),
    [
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: act}"),
            {},
            [
                (
                    "error ACT222 5:75 /OutFields/0/Attributes/name The action invokes itself without end. "
                    "todo.act -> todo.act. Give one of them a Condition."
                )
            ],
            id="itself",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: other}"),
            {
                "actions": {
                    ("todo", "other"): plan_of(
                        document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: act}").replace(
                            "Name: act", "Name: other"
                        )
                    )
                }
            },
            [
                (
                    "error ACT222 5:75 /OutFields/0/Attributes/name The action invokes itself without end. "
                    "todo.act -> todo.other -> todo.act. Give one of them a Condition."
                )
            ],
            id="through-another",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: other}"),
            {
                "actions": {
                    ("todo", "other"): plan_of(
                        document(
                            "Type: action.invoke, Method: EXECUTE, Condition: x, Attributes: {type: todo, name: act}"
                        ).replace("Name: act", "Name: other")
                    )
                }
            },
            [],
            id="other-is-conditional",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: act}, Condition: '~title'"),
            {},
            [],
            id="conditional",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: act}, ForEach: '~title'"),
            {},
            [],
            id="in-a-loop",
        ),
        pytest.param(
            document(
                "Type: a, Method: ACTIONRESPONSE, Condition: '~title', Else: [{Type: action.invoke, "
                "Method: EXECUTE, Attributes: {type: todo, name: act}}]"
            ),
            {},
            [],
            id="in-else",
        ),
        pytest.param(
            document(
                "Return: true, Condition: '~title'",
                "Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: act}",
            ),
            {},
            [],
            id="after-a-conditional-return",
        ),
        pytest.param(
            document(
                "Fail: {Status: 409}, Condition: '~title'",
                "Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: act}",
            ),
            {},
            [],
            id="after-a-conditional-fail",
        ),
        pytest.param(
            document(
                "Type: a, Method: ACTIONRESPONSE, Condition: '~title', Else: [{Return: true}]",
                "Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: act}",
            ),
            {},
            [],
            id="after-a-branch-that-may-end",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: '~title'}"),
            {},
            [],
            id="open-name",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: nobody}"),
            {},
            [],
            id="unknown-other",
        ),
        pytest.param(
            document(
                "Type: action.invoke, Method: EXECUTE, Attributes: [{type: todo, name: nobody}, {type: "
                "todo, name: act}]"
            ),
            {},
            [
                (
                    "error ACT222 5:104 /OutFields/0/Attributes/1/name The action invokes itself without "
                    "end. todo.act -> todo.act. Give one of them a Condition."
                )
            ],
            id="second-of-a-list",
        ),
    ],
)
def test_call_cycles(text: str, facts: dict[str, Any], problems: list[str]) -> None:
    """Only calls that nothing can stop make a cycle."""
    assert found_by(call_cycles, text, **facts) == problems
