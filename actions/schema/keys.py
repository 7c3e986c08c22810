"""The tables that the parser reads in, an object of the schema for each of them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
from actions.dialects.daptin.webhooks import ACKS, ANSWERS, SUCCESS
from actions.dialects.daptin.webhooks import METHODS as CHALLENGE_METHODS
from actions.schema.outcomes import KNOWN_METHODS, outcome_rules
from actions.schema.shapes import Schema, list_of, one_or_list, ref
from actions.signatures.registry import all_schemes
from actions.validation.rules.bounds import MAX_ITEMS, STATUS
from entities import registry as entities
from entities.fields import all_column_types

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


def records() -> dict[str, Schema]:
    """Return the object that stands for each table, by the table's name in the schema."""
    return {name: _record(name, keys) for name, keys in _TABLES.items()}


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
        schema["allOf"] = outcome_rules()
    return schema


def _value(key: Key) -> Schema:
    """Return the schema of one key's value: of its kind, and of its name where that says more."""
    if key is FAIL["status"]:
        return {"type": "integer", "minimum": STATUS.start, "maximum": STATUS.stop - 1}
    if key.name in _BY_NAME:
        return _BY_NAME[key.name]()
    if key.kind in (Kind.RECORDS, Kind.OUTCOMES):
        return list_of(ref(_LISTS[key.name]))
    if key.kind is Kind.RECORD:
        return next((ref(name) for name, keys in _TABLES.items() if keys is key.of), {"type": ["object", "null"]})
    return _BY_KIND[key.kind]()


_BY_KIND: Mapping[Kind, Callable[[], Schema]] = {
    Kind.TEXT: lambda: {"type": ["string", "null"]},
    Kind.BOOLEAN: lambda: ref("boolean"),
    Kind.INTEGER: lambda: {"type": ["integer", "null"]},
    Kind.VALUE: lambda: {},
    Kind.TEXTS: lambda: list_of({"type": "string"}),
    Kind.MAPPING: lambda: {"type": ["object", "null"]},
    Kind.ATTRIBUTES: lambda: ref("attributes"),
    Kind.PERMISSION: lambda: ref("permission"),
    Kind.GROUPS: lambda: list_of({"if": {"type": "object"}, "then": ref("group"), "else": {"type": "string"}}),
    Kind.RATE: lambda: ref("rate"),
    Kind.RATES: lambda: {"type": ["object", "null"], "additionalProperties": ref("field_rate")},
    Kind.RATE_LIMIT: lambda: {"if": {"type": "object"}, "then": ref("rate_limits"), "else": ref("rate")},
    Kind.NAMES: lambda: one_or_list({"type": "string"}),
    Kind.WEBHOOK: lambda: ref("webhook"),
    Kind.OPTIONS: lambda: list_of({"if": {"type": "object"}, "then": ref("option")}),
}
_BY_NAME: Mapping[str, Callable[[], Schema]] = {
    "OnType": lambda: {"enum": sorted(entities.names())},
    "Verify": lambda: {"enum": sorted(all_schemes())},
    "Ack": lambda: {"enum": [*ACKS, None]},
    "RunAs": lambda: {"enum": [*RUN_AS, None]},
    "Record": lambda: {"enum": [*RECORDS, None]},
    "Method": lambda: {"anyOf": [KNOWN_METHODS, {"type": "string"}]},  # of an integration: its operation
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
