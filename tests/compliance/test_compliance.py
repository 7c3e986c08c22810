"""The behaviour of expressions, pinned by ``expressions.yaml``: scope, text and value as data."""

from pathlib import Path

import pytest

from actions.dialects.documents import plain, read_documents
from actions.expressions.base import evaluate
from actions.expressions.javascript.service import runner
from actions.expressions.templates import compile_template
from entities.values import ABSENT

FILE = Path(__file__).with_name("expressions.yaml")


def cases():
    """Yield scope, value and expected outcome of each case in the file."""
    (document,) = read_documents(FILE.read_bytes(), FILE.name)
    for group in document.data.items:
        scope = plain(group.get("scope"))
        for case in group.get("cases").items:
            place = case.location
            expected = {entry.key: plain(entry.value) for entry in case if entry.key != "text"}
            yield pytest.param(scope, case.get("text"), expected, id=f"{place.line}-{plain(group.get('title'))}")


@pytest.mark.parametrize(("scope", "value", "expected"), list(cases()))
def test_an_expression_gives_what_the_file_says(scope, value, expected):
    """Compiled from its text and evaluated against the scope, an expression has exactly the value written down."""
    problems = []
    template = compile_template(value, problems.append)
    assert [problem.code for problem in problems] == ([expected["error"]] if "error" in expected else [])
    if problems:
        return
    found = evaluate(template, scope, runner())
    assert found == (ABSENT if expected.get("absent") else expected["value"])
    assert isinstance(found, bool) is isinstance(expected.get("value"), bool)
