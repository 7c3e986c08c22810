"""What the tests of the rules share: a short action around a few outcomes, and one rule's findings as lines of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from actions.compiler import compile_document
from actions.dialects.documents.reader import Document, read_documents
from actions.dialects.registry import recognise
from actions.errors import Problem, RefusedDocument
from actions.plan.nodes import Plan
from actions.validation.context import Context
from actions.validation.places import Places
from actions.validation.validate import Rule

TITLE = "{Name: title, ColumnType: label}"


def document(*outcomes: str, inputs: str = TITLE, keys: str = "") -> str:
    """Return an action on ``todo``: its inputs stand in line 3, its outcomes from line 5 on, one in a line."""
    lines = [
        "Name: act",
        "OnType: todo",
        f"InFields: [{inputs}]",
        "OutFields:",
        *(f"  - {{{line}}}" for line in outcomes),
    ]
    return "\n".join([*lines, keys]) + "\n"


def found_by(rule: Rule, text: str, **facts: Any) -> list[str]:
    """Return what one rule says about the only action of a document."""
    (read,) = read_documents(text, "act.yaml")
    return shown(rule(_compiled(read), Context(places=Places(read.data), **facts)))


def plan_of(text: str) -> Plan:
    """Return the plan of a document with one action, whatever the rules may say about it."""
    (read,) = read_documents(text, "act.yaml")
    return _compiled(read)


def _compiled(document: Document) -> Plan:
    dialect = recognise(document.data)
    (draft,) = dialect.parse(document.data, _ignore)
    return dialect.compile(draft, _ignore)


def problems_of(text: str, **facts: Any) -> list[str]:
    """Return everything that is said about a document, warnings included."""
    try:
        return shown(compile_document(text, "act.yaml", Context(**facts)).problems)
    except RefusedDocument as refused:
        return shown(refused.problems)


def shown(problems: Iterable[Problem]) -> list[str]:
    """Return problems as ``error ACT204 6:20 /OutFields/1/Type message hint``."""
    return [show(problem) for problem in problems]


def show(problem: Problem) -> str:
    """Return one problem as a line."""
    place = problem.location
    parts = (
        problem.severity,
        problem.code,
        f"{place.line}:{place.column}",
        place.pointer or "-",
        problem.message,
        problem.hint,
    )
    return " ".join(part for part in parts if part)


def _ignore(problem: Problem) -> None:
    """What the dialect says is not the rule's."""
