"""The notation as a JSON Schema (2020-12), for editors: completion, and red lines while one types.

Made from the tables that the parser reads, with the entities, operations and directives that are registered here. The
compiler says more, and says it better. What this schema refuses, the compiler refuses too, but for the case of keys,
methods and types: an editor is told the manual's spelling, the server takes any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from actions import rates
from actions.dialects.daptin.compile import RECORDS, RUN_AS
from actions.dialects.daptin.keys import (
    ACTION,
    ANSWER,
    CHALLENGE,
    EXAMPLE,
    EXPECT,
    EXPECTED_ENTRY,
    EXPECTED_FAILURE,
    EXPECTED_ROWS,
    FAIL,
    GIVEN,
    GROUP,
    INPUT,
    OPTION,
    OUTCOME,
    RATE_LIMIT,
    TAGS,
    WEBHOOK,
    Key,
    Keys,
    Kind,
)
from actions.dialects.daptin.parse import LIST_KEY
from actions.dialects.daptin.permissions import MOST, RIGHTS
from actions.dialects.daptin.targets import (
    DIRECTIVE_PREFIX,
    ENTITY_METHODS,
    EXECUTE,
    METHODS,
    RESPOND,
    SWITCH_USER,
    executable,
)
from actions.dialects.daptin.webhooks import ACKS, ANSWERS, SUCCESS
from actions.dialects.daptin.webhooks import METHODS as CHALLENGE_METHODS
from actions.models.integrations import MOST_NAME, NAME
from actions.operations.base import Operation, Param
from actions.operations.directives import DIRECTIVES, OPEN_DIRECTIVES
from actions.signatures.registry import all_schemes
from actions.validation.rules.bounds import MAX_ITEMS, STATUS
from entities import registry as entities
from entities.fields import all_column_types
from entities.permissions import SHIFTS

Schema = dict[str, Any]

URL = "/schemas/action.json"
_NO_RATE = r"^\s*[nN][oO][nN][eE]\s*$"
_EXPRESSION = r"^(~|!|js:)|\$[A-Za-z_.]|\{\{"
_TABLES: Mapping[str, Keys] = {
    "action": ACTION,
    "input": INPUT,
    "option": OPTION,
    "tags": TAGS,
    "group": GROUP,
    "fail": FAIL,
    "rate_limits": RATE_LIMIT,
    "outcome": OUTCOME,
    "webhook": WEBHOOK,
    "answer": ANSWER,
    "challenge": CHALLENGE,
    "example": EXAMPLE,
    "given": GIVEN,
    "expect": EXPECT,
    "expected_entry": EXPECTED_ENTRY,
    "expected_rows": EXPECTED_ROWS,
    "expected_failure": EXPECTED_FAILURE,
}
_LISTS = {
    "InFields": "input",
    "Validations": "tags",
    "Conformations": "tags",
    "Else": "outcome",
    "OutFields": "outcome",
    "Examples": "example",
    "Given": "given",
    "Entries": "expected_entry",
    "Directives": "expected_entry",
    "Rows": "expected_rows",
}
_STEP_KEYS = (
    "Type", "Method", "Reference", "Attributes", "SkipInResponse", "LogToConsole", "ContinueOnError", "ForEach",
    "Item", "MaxItems",
)  # fmt: skip
_METHODS: Schema = {"enum": [*METHODS, None]}
_JSON_TYPES: Mapping[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "object",
    list: "array",
}


def action_schema() -> Schema:
    """Return the schema of an action document: one action, a list of them, or ``Actions``."""
    one, several = _ref("action"), {"type": "array", "items": _ref("action")}
    listed = {"properties": {LIST_KEY: several}, "additionalProperties": False}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Action",
        "description": "Declared actions: inputs, what cleans and checks them, and an ordered list of outcomes.",
        "if": {"type": "array"},
        "then": several,
        "else": {"if": {"required": [LIST_KEY]}, "then": listed, "else": one},
        "$defs": _shared() | {name: _record(name, keys) for name, keys in _TABLES.items()},
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _record(name: str, keys: Keys) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": {key.name: {"description": key.about} | _value(key) for key in keys.values()},
        "additionalProperties": False,
    }
    required = [key.name for key in keys.values() if key.required]
    schema |= {"required": required} if required else {}
    if name == "input":
        schema["anyOf"] = [{"required": ["Name"]}, {"required": ["ColumnName"]}]
    if name in _OWN:
        schema["properties"] |= _OWN[name]()
    if name == "outcome":
        schema["allOf"] = _outcome_rules()
    return schema


def _value(key: Key) -> Schema:
    """Return the schema of one key's value: of its kind, and of its name where that says more."""
    if key is FAIL["status"]:
        return {"type": "integer", "minimum": STATUS.start, "maximum": STATUS.stop - 1}
    if key.name in _BY_NAME:
        return _BY_NAME[key.name]()
    if key.kind in (Kind.RECORDS, Kind.OUTCOMES):
        return _list_of(_ref(_LISTS[key.name]))
    if key.kind is Kind.RECORD:
        return next((_ref(name) for name, keys in _TABLES.items() if keys is key.of), {"type": ["object", "null"]})
    return _BY_KIND[key.kind]()


def _list_of(items: Schema) -> Schema:
    return {"type": ["array", "null"], "items": items}


_BY_KIND: Mapping[Kind, Callable[[], Schema]] = {
    Kind.TEXT: lambda: {"type": ["string", "null"]},
    Kind.BOOLEAN: lambda: _ref("boolean"),
    Kind.INTEGER: lambda: {"type": ["integer", "null"]},
    Kind.VALUE: lambda: {},
    Kind.TEXTS: lambda: _list_of({"type": "string"}),
    Kind.MAPPING: lambda: {"type": ["object", "null"]},
    Kind.ATTRIBUTES: lambda: _ref("attributes"),
    Kind.PERMISSION: lambda: _ref("permission"),
    Kind.GROUPS: lambda: _list_of({"if": {"type": "object"}, "then": _ref("group"), "else": {"type": "string"}}),
    Kind.RATE: lambda: _ref("rate"),
    Kind.RATES: lambda: {"type": ["object", "null"], "additionalProperties": _ref("field_rate")},
    Kind.RATE_LIMIT: lambda: {"if": {"type": "object"}, "then": _ref("rate_limits"), "else": _ref("rate")},
    Kind.NAMES: lambda: _one_or_list({"type": "string"}),
    Kind.WEBHOOK: lambda: _ref("webhook"),
    Kind.OPTIONS: lambda: _list_of({"if": {"type": "object"}, "then": _ref("option")}),
}
_BY_NAME: Mapping[str, Callable[[], Schema]] = {
    "OnType": lambda: {"enum": sorted(entities.names())},
    "Verify": lambda: {"enum": sorted(all_schemes())},
    "Ack": lambda: {"enum": [*ACKS, None]},
    "RunAs": lambda: {"enum": [*RUN_AS, None]},
    "Record": lambda: {"enum": [*RECORDS, None]},
    "Method": lambda: {"anyOf": [_METHODS, {"type": "string"}]},  # of an integration: its operation
    "ColumnType": lambda: {
        "anyOf": [
            {"enum": [*(kind.name for kind in all_column_types()), None]},
            {"type": "string", "pattern": r"^(file|image|gzip|video)\."},
        ]
    },
    "MaxItems": lambda: {"type": ["integer", "null"], "minimum": 1, "maximum": MAX_ITEMS, "default": 1_000},
}


def _scheme_options() -> Schema:
    """Return the options that any scheme has; which of them has which, the compiler says."""
    options = [option for scheme in all_schemes().values() for option in scheme.options]
    return {option.name: {"description": option.about} for option in options}


_OWN: Mapping[str, Callable[[], Schema]] = {
    "webhook": _scheme_options,
    "answer": lambda: {"Status": {"type": ["integer", "null"], "minimum": SUCCESS.start, "maximum": SUCCESS.stop - 1}},
    "challenge": lambda: {"Method": {"enum": list(CHALLENGE_METHODS)}, "Answer": {"enum": [*ANSWERS, None]}},
}


def _shared() -> Schema:
    rights = {"enum": [*RIGHTS, "all"]}
    one_or_several = {"anyOf": [rights, {"type": "array", "items": rights}]}
    by_class = {"type": "object", "properties": dict.fromkeys(SHIFTS, one_or_several), "additionalProperties": False}
    return {
        "boolean": {"enum": [True, False, "yes", "no", "on", "off", "true", "false", None]},
        "attributes": _one_or_list({"type": "object"}) | {"description": "Arguments by name."},
        "permission": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": MOST}, by_class, {"type": "null"}]},
        "field_rate": {"type": "string", "pattern": rates.PATTERN},
        "rate": {"anyOf": [_ref("field_rate"), {"type": "string", "pattern": _NO_RATE}, {"type": "null"}]},
        "expression": {"type": "string", "pattern": _EXPRESSION},
    }


def _one_or_list(mapping: Schema) -> Schema:
    return {"if": {"type": "array"}, "then": {"items": mapping}, "else": {"anyOf": [mapping, {"type": "null"}]}}


def _outcome_rules() -> list[Schema]:
    """Return what the keys of an outcome mean for one another."""
    ends = {"anyOf": [_has("Return", [True, "yes", "on", "true"]), {"required": ["Fail"]}]}
    works = {"required": ["Method"], "if": _not_method(SWITCH_USER), "then": {"required": ["Type"]}}
    return [
        {"if": ends, "then": {"properties": dict.fromkeys(_STEP_KEYS, False)}, "else": works},
        {"dependentRequired": {"Else": ["Condition"], "Item": ["ForEach"], "MaxItems": ["ForEach"]}},
        {"if": _no_integration(), "then": {"properties": {"Method": _METHODS}}},
        _type_rule([*ENTITY_METHODS], sorted(entities.names())),
        _type_rule([EXECUTE], sorted(executable())),
        *(_operation_rule(item) for item in executable().values()),
        *(_shape_rule(RESPOND, name, params, open_to=_further(name)) for name, params in DIRECTIVES.items()),
        {"if": _has("Method", [RESPOND]), "then": {"properties": {"Type": _directive_or_data()}}},
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
    return {"if": _has("Type", [integration]), "then": {"properties": {"Method": proposed}}}


def _operation_rule(operation: Operation) -> Schema:
    return _shape_rule(EXECUTE, operation.name, operation.params, open_to={} if operation.open_params else None)


def _has(key: str, values: Iterable[Any]) -> Schema:
    return {"properties": {key: {"enum": list(values)}}, "required": [key]}


def _not_method(method: str) -> Schema:
    return {"not": _has("Method", [method])}


def _type_rule(methods: list[str], names: list[str]) -> Schema:
    return {"if": _has("Method", methods), "then": {"properties": {"Type": {"enum": names}}}}


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
    wanted: Schema = {"properties": {"Attributes": _one_or_list(shape)}}
    if required:
        wanted["required"] = ["Attributes"]
    condition = {"allOf": [_has("Method", [method]), _has("Type", [type_name])]}
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
    return description | ({"anyOf": [literal, _ref("expression")]} if literal else {})
