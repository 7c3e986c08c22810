"""An operation of an integration in, the text of an action that calls it with what it is sent out.

As in the original: the action is named like the operation, has an input for each argument, and one outcome. Nobody but
administrators may execute it until somebody says otherwise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actions.dialects.daptin.compile import MAX_LABEL, MAX_NAME
from actions.dialects.daptin.targets import service_method
from actions.integrations.documents import Argument, ServiceOperation, argument_names, check_arguments
from actions.integrations.documents.arguments import BODY, CONTENT_TYPE, Names
from actions.integrations.documents.values import slug
from actions.integrations.listing import resolved
from entities.values import ABSENT

ENTITY, ANSWER = "integration", "answer"
MOST_KEY, MOST_ABOUT = 80, 300
SHORT_TEXT = 100  # what a 'label' holds
_TAKEN = frozenset({
    "attributes", "delivery", "env", "event", "index", "item", "request", "subject", "user", f"{ENTITY}_id", ANSWER,
})  # fmt: skip
_SEGMENT = re.compile(rf"[A-Za-z0-9_.~-]{{1,{MAX_NAME}}}")
_TYPES: Mapping[str, str] = {
    "integer": "integer",
    "number": "float",
    "boolean": "truefalse",
    "array": "json",
    "object": "json",
}


@dataclass(frozen=True, slots=True)
class Input:
    """One input of the action: the key that is sent, and the argument that it becomes."""

    key: str
    argument: Argument


def action_name(operation: ServiceOperation) -> str:
    """Return the last segment of the action's URL: the operation's id, or its slug where no URL could hold the id."""
    return operation.id if _SEGMENT.fullmatch(operation.id) else slug(operation.id)[:MAX_NAME]


def action_text(integration: str, operation: ServiceOperation) -> str:
    """Return the definition as YAML."""
    inputs = list(_inputs(_wanted(operation)))
    return "\n".join([*_head(operation), *_in_fields(inputs), *_out_fields(integration, operation, inputs)]) + "\n"


def _wanted(operation: ServiceOperation) -> list[Argument]:
    """Return what becomes an input: the body in parts where it can be given so, else as a whole, of the first type."""
    arguments = [one for one in argument_names(operation).values() if one.name != CONTENT_TYPE or one.required]
    if BODY in Names(operation).shape(0).properties:  # then nothing else is called so, and the whole has no name
        return arguments
    parts = [one for one in arguments if one.place != "body" or one.name != BODY]
    given = check_arguments(operation, {one.name: ABSENT for one in parts})
    if not any(problem.code == "missing" for problem in given):
        return parts
    return [one for one in arguments if one.place != "body" or one.name == BODY]


def _head(operation: ServiceOperation) -> Iterator[str]:
    label = _line(operation.summary or operation.id, MAX_LABEL)
    yield f"Name: {_quoted(action_name(operation))}"
    yield f"OnType: {ENTITY}"
    yield f"Label: {_quoted(label)}"
    yield "InstanceOptional: true"
    yield "Permission: 0  # administrators alone"


def _in_fields(inputs: Iterable[Input]) -> Iterator[str]:
    yield "InFields:"
    for one in inputs:
        column = {
            "Name": one.key,
            "ColumnName": one.key,
            "ColumnType": column_type(one.argument.schema),
            "IsNullable": not one.argument.required,
            "ColumnDescription": _line(one.argument.description, MOST_ABOUT),
        }
        yield f"  - {_quoted({name: value for name, value in column.items() if value != ''})}"


def _out_fields(integration: str, operation: ServiceOperation, inputs: Iterable[Input]) -> Iterator[str]:
    yield "OutFields:"
    yield f"  - Type: {_quoted(integration)}"
    yield f"    Method: {_quoted(service_method(operation.id, operation.made_name))}"
    yield f"    Reference: {ANSWER}"
    yield "    Attributes:"
    yield from (f"      {_quoted(one.argument.name)}: {_quoted(f'~{one.key}')}" for one in inputs)


def _inputs(arguments: Iterable[Argument]) -> Iterator[Input]:
    taken = set(_TAKEN)
    for argument in arguments:
        key = _key(argument.name, taken)
        taken.add(key)
        yield Input(key, argument)


def _key(name: str, taken: set[str]) -> str:
    """Return a name that expressions can read, and that is no other input's."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:MOST_KEY] or "value"
    wanted = words if words[0].isalpha() else f"value_{words}"
    candidates = (wanted if number == 0 else f"{wanted}_{number + 1}" for number in range(len(taken) + 1))
    return next(candidate for candidate in candidates if candidate not in taken)


def column_type(schema: Any) -> str:
    """Return the column type whose values the schema takes, as far as a form needs to know it."""
    schema = resolved(schema)
    kinds = _kinds(schema)
    if schema.get("format") == "binary":
        return "file"
    if len(kinds) != 1:
        return "json"
    (kind,) = kinds
    if kind != "string":
        return _TYPES.get(kind, "json")
    most = schema.get("maxLength")
    return "label" if isinstance(most, int) and most <= SHORT_TEXT else "content"


def _kinds(schema: Mapping[str, Any]) -> set[str]:
    kind = schema.get("type")
    found = {kind} if isinstance(kind, str) else set(kind or ())
    return found - {"null"}


def _line(text: str, most: int) -> str:
    return " ".join(text.split())[:most]


def _quoted(value: Any) -> str:
    """Return JSON, which is YAML too; ASCII, so that no sign breaks a line."""
    return json.dumps(value)
