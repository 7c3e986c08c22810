"""Names of templates and statements."""

from __future__ import annotations

import pytest

from actions.validation.rules.stored_texts import stored_texts
from tests.actions.validation.harness import document, found_by

RENDER = "Type: template.render, Method: EXECUTE, Attributes: {{template: {}}}"
QUERY = "Type: sql.query, Method: EXECUTE, Attributes: {{statement: {}}}"
WRITE_IT = "Write the name out; for a choice, write an outcome with a Condition for each."


@pytest.mark.parametrize(
    ("outcome", "problems"),
    [
        pytest.param(RENDER.format("page"), [], id="a template"),
        pytest.param(RENDER.format("'~title'"), [], id="a computed template"),
        pytest.param(
            RENDER.format("pages"),
            ["warning ACT271 5:69 /OutFields/0/Attributes/template No template 'pages' is kept. "
             "Add it in the admin before this is used."],
            id="no template",
        ),
        pytest.param(QUERY.format("sums"), [], id="a statement"),
        pytest.param(
            QUERY.format("page"),
            ["warning ACT271 5:64 /OutFields/0/Attributes/statement No statement 'page' is kept. "
             "Add it in the admin before this is used."],
            id="no statement",
        ),
        pytest.param(
            QUERY.format("'~title'"),
            ["error ACT273 5:64 /OutFields/0/Attributes/statement 'statement' must be the name of a statement, "
             f"no expression. {WRITE_IT}"],
            id="a computed statement",
        ),
        pytest.param("Type: todo, Method: POST, Attributes: {title: page, template: x}", [], id="an entity"),
    ],
)  # fmt: skip
def test_stored_texts(outcome: str, problems: list[str]) -> None:
    """A name of nothing is a warning; that callers choose what is run is an error."""
    kept = {("template", "page"), ("statement", "sums")}
    assert found_by(stored_texts, document(outcome), text_exists=lambda kind, name: (kind, name) in kept) == problems


def test_without_a_database_nobody_can_tell() -> None:
    """Names are taken as they are."""
    assert found_by(stored_texts, document(RENDER.format("pages"), QUERY.format("any"))) == []
