"""Stored texts as operations: a template filled with data, and a statement run with values. Both are named by outcomes.

Whoever wrote the row decides what it may say, and whoever wrote the action when it is used: nothing else is asked, so a
template and a statement are there for every action, whoever executes it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from actions.errors import OutcomeRefused
from actions.expressions.shapes import Shape
from actions.operations.base import Call, Effect, Entry, Operation, Param, Result
from actions.operations.directives import check_directive
from actions.operations.registry import register
from actions.texts import Query, find_statement, find_template, render_stored, run_statement
from actions.texts.running import DEFAULT_ROWS, MAX_ROWS
from actions.texts.stored import StoredText

ANSWER, TEXT = "answer", "text"
_OWN = ("template", "as")
CONTENT_TYPE = "content-type"  # a template's media type is the row's: it is what its values are escaped for


@register
class RenderTemplate(Operation):
    """Fill a template, a row of the entity `template`, with the other attributes; as the answer it ends the action."""

    name = "template.render"
    gives = "with `as: text` `content` and `mime_type`; a page, with its `headers`, is the answer and ends the action."
    params = (
        Param("template", str, "The name of the row. Every other attribute is data for it.", names_text="template"),
        Param(
            "as",
            str,
            "`answer` (the default, a `render`) or `text`: the result is `{content, mime_type}`.",
            required=False,
            choices=(ANSWER, TEXT),
        ),
    )
    open_params = True
    example = {"template": "welcome", "as": "text", "name": "Ada"}
    secret_results = ("content",)  # in base64 nobody would find the secrets in it

    def perform(self, call: Call) -> Result:
        wanted = call.arguments.get("as") or ANSWER
        if wanted not in (ANSWER, TEXT):
            raise OutcomeRefused(f"'as' is '{ANSWER}' or '{TEXT}'.")
        call.unit.flush()  # so that a template made by the same action is there
        stored = find_template(call["template"])
        text = render_stored(stored, {name: value for name, value in call.arguments.items() if name not in _OWN})
        return Result({"content": text, "mime_type": stored.mime_type}) if wanted == TEXT else _page(stored, text)

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({"content", "mime_type", "headers"}))


def _page(stored: StoredText, text: str) -> Result:
    page = {
        "content": base64.b64encode(text.encode("utf-8", "replace")).decode(),
        "mime_type": _with_charset(stored.mime_type),
        "headers": {name: value for name, value in stored.headers.items() if name.lower() != CONTENT_TYPE},
        "__type": "render",
    }
    check_directive("render", page)
    return Result(page, (Entry("render", page),), ends_run=True)


def _with_charset(mime_type: str) -> str:
    """Return a media type that says how a text is encoded: always in UTF-8, whatever the row says."""
    essence, _, setting = mime_type.partition(";")
    says_another = setting.strip().lower().startswith("charset=")
    return f"{essence}; charset=utf-8" if says_another or (essence.startswith("text/") and not setting) else mime_type


def _most(value: Any) -> int:
    """Return how many rows are wanted; a text with a number is one, as literals are read."""
    if value is None:
        return DEFAULT_ROWS
    if isinstance(value, bool) or not str(value).isdecimal() or not 1 <= int(str(value)[:9]) <= MAX_ROWS:
        raise OutcomeRefused(f"'most' of 'sql.query' is a number from 1 to {MAX_ROWS}.")
    return int(value)


@register
class QueryStatement(Operation):
    """Run a statement that is kept in the admin: its values are bound, its identifiers come from its own list."""

    name = "sql.query"
    gives = "`rows` (mappings by column), `count` and `more`."
    effect = Effect.TRANSACTIONAL
    params = (
        Param("statement", str, "Its name, written out.", names_text="statement"),
        Param("parameters", dict, "A value for each `:name` of the statement.", required=False),
        Param("identifiers", dict, "A choice for each `{name}`, one of the statement's list.", required=False),
        Param(
            "most",
            int,
            f"How many rows at most: {DEFAULT_ROWS} by default, up to {MAX_ROWS}.",
            required=False,
            check=_most,
        ),
    )
    example = {"statement": "open_todos", "parameters": {"owner": "ada@example.org"}, "most": 20}
    hidden_results = frozenset({"rows"})  # any column of any table, those that nobody reads among them

    def perform(self, call: Call) -> Result:
        parameters, identifiers = (_mapping(call.arguments.get(name)) for name in ("parameters", "identifiers"))
        query = Query(parameters, identifiers, _most(call.arguments.get("most")))
        call.unit.begin()
        return Result(run_statement(find_statement(call["statement"]), query))

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({"rows", "count", "more"}))


def _mapping(value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise OutcomeRefused("'parameters' and 'identifiers' of 'sql.query' are mappings.")
    return value
