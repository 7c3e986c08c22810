"""Entities and operations that do not exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.dialects.daptin.elsewhere import ELSEWHERE
from actions.dialects.daptin.targets import executable
from actions.validation.rules.known_targets import known_targets
from tests.actions.validation.harness import document, found_by

EXECUTABLE = ", ".join(sorted(executable()))


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(document("Type: todo, Method: POST, Attributes: {title: Tea}"), [], id="sound"),
        pytest.param(
            document("Type: todoo, Method: POST, Attributes: {title: Tea}"),
            ["error ACT201 5:12 /OutFields/0/Type Unknown entity 'todoo'. Did you mean 'todo'?"],
            id="unknown-entity",
        ),
        pytest.param(
            document("Type: zzz, Method: GET"),
            ["error ACT201 5:12 /OutFields/0/Type Unknown entity 'zzz'."],
            id="nothing-near",
        ),
        pytest.param(
            document("Type: Todo, Method: GET"),
            ["error ACT201 5:12 /OutFields/0/Type Unknown entity 'Todo'. Did you mean 'todo'?"],
            id="entity-in-another-case",
        ),
        pytest.param(
            document("Type: jwt.tokn, Method: EXECUTE"),
            ["error ACT206 5:12 /OutFields/0/Type Unknown operation 'jwt.tokn'. Did you mean 'jwt.token'?"],
            id="unknown-operation",
        ),
        pytest.param(
            document("Type: zzz, Method: EXECUTE"),
            [f"error ACT206 5:12 /OutFields/0/Type Unknown operation 'zzz'. Known: {EXECUTABLE}."],
            id="operation-without-neighbour",
        ),
        pytest.param(
            document("Type: client.notify, Method: POST"),
            [
                (
                    "error ACT201 5:12 /OutFields/0/Type Unknown entity 'client.notify'. A directive has the "
                    "method ACTIONRESPONSE."
                )
            ],
            id="directive-posted",
        ),
        pytest.param(
            document("Type: jwt.token, Method: POST"),
            [("error ACT201 5:12 /OutFields/0/Type Unknown entity 'jwt.token'. An operation has the method EXECUTE.")],
            id="operation-posted",
        ),
        pytest.param(
            document("Type: todo, Method: EXECUTE"),
            [("error ACT206 5:12 /OutFields/0/Type Unknown operation 'todo'. An entity has a method such as POST.")],
            id="entity-executed",
        ),
        pytest.param(
            document("Type: entity.create, Method: EXECUTE"),
            [
                (
                    "error ACT206 5:12 /OutFields/0/Type Unknown operation 'entity.create'. Write the entity as Type, "
                    "with the method POST."
                )
            ],
            id="bound-operation-executed",
        ),
        pytest.param(
            document("Type: command.execute, Method: EXECUTE, Attributes: {command: ls}"),
            [
                (
                    "error ACT206 5:12 /OutFields/0/Type Unknown operation 'command.execute'. No action runs commands: "
                    "whoever edits one would own the machine. Write an operation of your own: docs/operations.md."
                )
            ],
            id="deliberately-absent",
        ),
        pytest.param(
            document("Type: a, Method: ACTIONRESPONSE, Condition: x, Else: [{Type: todoo, Method: GET}]"),
            ["error ACT201 5:67 /OutFields/0/Else/0/Type Unknown entity 'todoo'. Did you mean 'todo'?"],
            id="in-else",
        ),
        pytest.param(
            document().replace("OnType: todo", "OnType: tood"),
            ["error ACT201 2:9 /OnType Unknown entity 'tood'. Did you mean 'todo'?"],
            id="on-type",
        ),
    ],
)
def test_known_targets(text: str, problems: list[str]) -> None:
    """A name that means nothing is reported with the nearest one, or with the method that fits."""
    assert found_by(known_targets, text) == problems


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_the_original_has_is_explained(name: str) -> None:
    """Each name that is no operation here has a sentence; those that it names are operations, its page is there."""
    (problem,) = found_by(known_targets, document(f'Type: "{name}", Method: EXECUTE'))
    assert problem == f"error ACT206 5:12 /OutFields/0/Type Unknown operation '{name}'. {ELSEWHERE[name]}"
    named = set(re.findall(r"operations? '([\w.]+)'", ELSEWHERE[name]))
    assert named <= {*executable()}
    for page in re.findall(r"docs/\w+\.md", ELSEWHERE[name]):
        assert (Path(__file__).parents[3] / page).is_file()


def test_nothing_that_is_there_is_explained_away() -> None:
    """A name of the table that becomes an operation leaves the table."""
    assert not {*ELSEWHERE} & {*executable()}
