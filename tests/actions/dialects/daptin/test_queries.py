"""A ``query`` given as JSON text is read as JSON when the definition is loaded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from actions.dialects.daptin.queries import read_queries
from actions.dialects.documents.reader import read_documents
from actions.errors import Problem
from actions.expressions.templates import compile_template
from actions.values import MappingValue, plain

CONDITION = {"column": "title", "operator": "is"}


def read(text: str) -> tuple[Any, list[Problem]]:
    """Return what becomes of a query, and the problems."""
    problems: list[Problem] = []
    return plain(mapping(text, problems))["query"], problems


def mapping(text: str, problems: list[Problem]) -> MappingValue:
    (document,) = read_documents("query: |-\n  " + text.replace("\n", "\n  "), "act.yaml")
    assert isinstance(document.data, MappingValue)
    return read_queries(document.data, problems.append)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param('"$title"', "$title", id="quoted"),
        pytest.param('"a $title b"', "a $title b", id="embedded"),
        pytest.param("$title", "$title", id="unquoted"),
        pytest.param("$.title", "$.title", id="subject"),
        pytest.param("~rows[0].title", "~rows[0].title", id="tilde"),
        pytest.param('{{ title + "\\"" }}', '{{ title + "\\"" }}', id="script"),
        pytest.param('"{{ title }}"', "{{ title }}", id="quoted-script"),
        pytest.param("5", 5, id="number"),
        pytest.param("1.50", Decimal("1.50"), id="decimal"),
        pytest.param('["$a", $b]', ["$a", "$b"], id="list"),
        pytest.param('"US$5"', "US$5", id="money"),
        pytest.param('"\\"$title\\""', '"$title"', id="quotes-within"),
    ],
)
def test_reads_json(value: str, expected: Any) -> None:
    """Expressions may stand where JSON wants a value, with quotes or without."""
    found, problems = read(f'[{{"column": "title", "operator": "is", "value": {value}}}]')
    assert (found, problems) == ([{**CONDITION, "value": expected}], [])


@pytest.mark.parametrize(
    "hostile", ['"}, {"column": "permission", "operator": "gt", "value": 0}, {"x": "', "\\", '"', "]"]
)
def test_what_is_embedded_cannot_widen_it(hostile: str) -> None:
    """Whatever the value is, the query keeps its structure."""
    problems: list[Problem] = []
    attributes = mapping('[{"column": "title", "operator": "is", "value": "$title"}]', problems)
    resolved = compile_template(attributes, problems.append).resolve({"title": hostile}, ())
    assert resolved == {"query": [{**CONDITION, "value": hostile}]}


@pytest.mark.parametrize("text", ["~query", "$query", "$rows[0].query", "!query", "{{query}}", "js:query"])
def test_a_whole_expression_is_left_alone(text: str) -> None:
    """An expression gives the list itself."""
    assert read(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("title is $title", "'query' must be a list.", id="text"),
        pytest.param('{"column": "title"}', "'query' must be a list.", id="one-condition"),
        pytest.param('[{"column": "title"]', "'query' is no JSON.", id="syntax"),
        pytest.param('[{"column": NaN}]', "'query' is no JSON.", id="nan"),
        pytest.param('[{"column": "a", "column": "b"}]', "'query' is no JSON.", id="twice"),
        pytest.param("[" * 9 + "]" * 9, "'query' is nested too deeply, or too long.", id="nested"),
        pytest.param(f"[{'1, ' * 1000}1]", "'query' is nested too deeply, or too long.", id="long"),
        pytest.param("[" * 2000 + "]" * 2000, "'query' is no JSON.", id="deep"),
    ],
)
def test_no_json(text: str, problem: str) -> None:
    """A text that is no list of conditions is an error, not an empty query."""
    found, problems = read(text)
    assert (found, [item.message for item in problems]) == ([], [problem])


def test_a_list_is_left_alone() -> None:
    """Data needs no reading."""
    (document,) = read_documents("query: [{column: title}]\nsort: title", "act.yaml")
    assert isinstance(document.data, MappingValue)
    assert read_queries(document.data, [].append) is document.data
