"""What the keys of an outcome mean for one another: which type goes with which method, and with which attributes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from actions.dialects.daptin.targets import (
    DIRECTIVE_PREFIX,
    ENTITY_METHODS,
    EXECUTE,
    METHODS,
    RESPOND,
    SWITCH_USER,
    executable,
)
from actions.models.integrations import MOST_NAME, NAME
from actions.operations.base import Operation, Param
from actions.operations.directives import DIRECTIVES, OPEN_DIRECTIVES
from actions.schema.shapes import Schema, has, one_or_list, ref
from entities import registry as entities

_STEP_KEYS = (
    "Type", "Method", "Reference", "Attributes", "SkipInResponse", "LogToConsole", "ContinueOnError", "ForEach",
    "Item", "MaxItems",
)  # fmt: skip
KNOWN_METHODS: Schema = {"enum": [*METHODS, None]}
_JSON_TYPES: Mapping[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "object",
    list: "array",
}


def outcome_rules() -> list[Schema]:
    """Return what the keys of an outcome mean for one another."""
    ends = {"anyOf": [has("Return", [True, "yes", "on", "true"]), {"required": ["Fail"]}]}
    works = {"required": ["Method"], "if": _not_method(SWITCH_USER), "then": {"required": ["Type"]}}
    return [
        {"if": ends, "then": {"properties": dict.fromkeys(_STEP_KEYS, False)}, "else": works},
        {"dependentRequired": {"Else": ["Condition"], "Item": ["ForEach"], "MaxItems": ["ForEach"]}},
        {"if": _no_integration(), "then": {"properties": {"Method": KNOWN_METHODS}}},
        _type_rule([*ENTITY_METHODS], sorted(entities.names())),
        _type_rule([EXECUTE], sorted(executable())),
        *(_operation_rule(item) for item in executable().values()),
        *(_shape_rule(RESPOND, name, params, open_to=_further(name)) for name, params in DIRECTIVES.items()),
        {"if": has("Method", [RESPOND]), "then": {"properties": {"Type": _directive_or_data()}}},
    ]


def _no_integration() -> Schema:
    """Return what the Type of an outcome is that no integration may have as its name."""
    known = sorted({*entities.names(), *executable(), *DIRECTIVES})
    named = {"pattern": f"^{NAME}$", "maxLength": MOST_NAME}
    others = [{"enum": known}, {"pattern": f"^{re.escape(DIRECTIVE_PREFIX)}"}, {"not": named}]
    return {"properties": {"Type": {"anyOf": others}}, "required": ["Type"]}


def with_operations(schema: Schema, operations: Mapping[str, Iterable[str]]) -> Schema:
    """Return the schema with what an editor may propose for integrations: by name, the ids of their operations.

    It refuses nothing more: an operation has further names, and a document more than anybody would be shown.
    """
    outcome = schema["$defs"]["outcome"]
    rules = [*outcome["allOf"], *(_proposals(name, found) for name, found in operations.items())]
    return {**schema, "$defs": {**schema["$defs"], "outcome": {**outcome, "allOf": rules}}}


def _proposals(integration: str, operations: Iterable[str]) -> Schema:
    proposed = {"anyOf": [{"enum": list(operations)}, {"type": "string"}]}
    return {"if": has("Type", [integration]), "then": {"properties": {"Method": proposed}}}


def _operation_rule(operation: Operation) -> Schema:
    return _shape_rule(EXECUTE, operation.name, operation.params, open_to={} if operation.open_params else None)


def _not_method(method: str) -> Schema:
    return {"not": has("Method", [method])}


def _type_rule(methods: list[str], names: list[str]) -> Schema:
    return {"if": has("Method", methods), "then": {"properties": {"Type": {"enum": names}}}}


def _further(directive: str) -> Schema | None:
    """What may stand beside a directive's own attributes: an unknown one is a warning, a header any text."""
    return {"type": ["string", "number"]} if directive in OPEN_DIRECTIVES else {}


def _directive_or_data() -> Schema:
    return {"if": {"type": "string", "pattern": "^[cC][lL][iI][eE][nN][tT]\\."}, "then": {"enum": sorted(DIRECTIVES)}}


def _shape_rule(method: str, type_name: str, params: tuple[Param, ...], open_to: Schema | None) -> Schema:
    required = [param.name for param in params if param.required]
    shape = {
        "type": "object",
        "properties": {param.name: _param(param) for param in params},
        "required": required,
        "additionalProperties": False if open_to is None else open_to,
    }
    wanted: Schema = {"properties": {"Attributes": one_or_list(shape)}}
    if required:
        wanted["required"] = ["Attributes"]
    condition = {"allOf": [has("Method", [method]), has("Type", [type_name])]}
    return {"if": condition, "then": wanted}


def _param(param: Param) -> Schema:
    """Return the schema of one argument: a literal of its kind, or an expression."""
    known = [_JSON_TYPES[kind] for kind in param.kinds if kind in _JSON_TYPES]
    nothing = [] if param.required else [None]
    literal: Schema = {"enum": [*param.choices, *nothing]} if param.choices else {}
    if known and not param.choices:
        literal = {"type": known + ["null"] * bool(nothing)}
    if "integer" in known:
        literal = {"anyOf": [literal, {"type": "string", "pattern": "^[0-9]+$"}]}
    description = {"description": param.description}
    return description | ({"anyOf": [literal, ref("expression")]} if literal else {})
