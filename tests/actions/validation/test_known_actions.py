"""Invoked actions that do not exist."""

from __future__ import annotations

from typing import Any

import pytest

from actions.validation.rules.known_actions import known_actions
from tests.actions.validation.harness import document, found_by, plan_of


@pytest.mark.parametrize(
    ("text", "facts", "problems"),
    [
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: actt}"),
            {"knows_all_actions": True, "actions": {("todo", "acts"): plan_of(document())}},
            [("error ACT221 5:75 /OutFields/0/Attributes/name Unknown action 'actt' on 'todo'. Did you mean 'acts'?")],
            id="unknown",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: acts}"),
            {"knows_all_actions": True, "actions": {("todo", "acts"): plan_of(document())}},
            [],
            id="known",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: project, name: acts}"),
            {"knows_all_actions": True, "actions": {("todo", "acts"): plan_of(document())}},
            ["error ACT221 5:78 /OutFields/0/Attributes/name Unknown action 'acts' on 'project'."],
            id="other-entity",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: act}"),
            {"knows_all_actions": True},
            [],
            id="itself",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: '~title'}"),
            {"knows_all_actions": True},
            [],
            id="open-name",
        ),
        pytest.param(
            document("Type: action.invoke, Method: EXECUTE, Attributes: {type: todo, name: actt}"),
            {},
            [],
            id="not-all-known",
        ),
    ],
)
def test_known_actions(text: str, facts: dict[str, Any], problems: list[str]) -> None:
    """An unknown action is an error where all actions are known, and nobody's business where they are not."""
    assert found_by(known_actions, text, **facts) == problems
