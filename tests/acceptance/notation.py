"""What the tests of the notation share: one action with inputs of every kind, around the outcomes of a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

HEAD = """
Name: run
OnType: todo
Permission: {guest: [execute]}
InFields:
  - {Name: any, ColumnType: json, IsNullable: true}
  - {Name: flag, ColumnType: truefalse, IsNullable: true}
  - {Name: text, ColumnType: label, IsNullable: true}
  - {Name: n, ColumnType: measurement, IsNullable: true}
OutFields:
"""
SAID = "  - {Type: said, Method: ACTIONRESPONSE, Attributes: {v: %s}}\n"
Run = Callable[..., Any]


def runner(define: Callable[[str], None], post: Any) -> Run:
    """Return what defines an action by its outcomes and posts to it."""

    def run(outcomes: str, data: Any = None, **options: Any) -> Any:
        define(HEAD + outcomes)
        return post("todo/run", data, **options)

    return run


def entries(response: Any) -> list[tuple[str, Any]]:
    """Return the entries of a success: type and attributes, without ``__type``."""
    assert response.status_code == 200, response.content
    return [(item["ResponseType"], _plain(item["Attributes"])) for item in response.json()]


def said(response: Any) -> list[Any]:
    """Return what every ``said`` entry says, ``ABSENT`` where its attribute was left out."""
    return [attributes.get("v", "ABSENT") for kind, attributes in entries(response) if kind == "said"]


def _plain(attributes: Any) -> Any:
    if not isinstance(attributes, dict):
        return attributes
    return {name: value for name, value in attributes.items() if name != "__type"}
