"""Relations of the subject."""

from __future__ import annotations

import pytest

from actions.validation.rules.known_relations import known_relations
from tests.actions.validation.harness import document, found_by


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param(document(keys="RequestSubjectRelations: [project]"), [], id="sound"),
        pytest.param(document(keys="RequestSubjectRelations: ['*']"), [], id="all"),
        pytest.param(
            document(keys="RequestSubjectRelations: [project, projct]"),
            [
                (
                    "error ACT226 5:36 /RequestSubjectRelations/1 Unknown relation 'projct' on 'todo'. Did "
                    "you mean 'project'?"
                )
            ],
            id="unknown",
        ),
        pytest.param(
            document(keys="RequestSubjectRelations: [projct]").replace("OnType: todo", "OnType: tood"),
            [],
            id="of-unknown-entity",
        ),
    ],
)
def test_known_relations(text: str, problems: list[str]) -> None:
    """Each relation is one of the entity that the action belongs to."""
    assert found_by(known_relations, text) == problems
