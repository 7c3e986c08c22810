"""The whole schema: of a document, with all that its parts refer to."""

from __future__ import annotations

from actions import rates
from actions.dialects.daptin.parse import LIST_KEY
from actions.dialects.daptin.permissions import MOST, RIGHTS
from actions.schema.keys import records
from actions.schema.shapes import Schema, one_or_list, ref
from entities.permissions import SHIFTS

_NO_RATE = r"^\s*[nN][oO][nN][eE]\s*$"
_EXPRESSION = r"^(~|!|js:)|\$[A-Za-z_.]|\{\{"


def action_schema() -> Schema:
    """Return the schema of an action document: one action, a list of them, or ``Actions``."""
    one, several = ref("action"), {"type": "array", "items": ref("action")}
    listed = {"properties": {LIST_KEY: several}, "additionalProperties": False}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Action",
        "description": "Declared actions: inputs, what cleans and checks them, and an ordered list of outcomes.",
        "if": {"type": "array"},
        "then": several,
        "else": {"if": {"required": [LIST_KEY]}, "then": listed, "else": one},
        "$defs": _shared() | records(),
    }


def _shared() -> Schema:
    rights = {"enum": [*RIGHTS, "all"]}
    one_or_several = {"anyOf": [rights, {"type": "array", "items": rights}]}
    by_class = {"type": "object", "properties": dict.fromkeys(SHIFTS, one_or_several), "additionalProperties": False}
    return {
        "boolean": {"enum": [True, False, "yes", "no", "on", "off", "true", "false", None]},
        "attributes": one_or_list({"type": "object"}) | {"description": "Arguments by name."},
        "permission": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": MOST}, by_class, {"type": "null"}]},
        "field_rate": {"type": "string", "pattern": rates.PATTERN},
        "rate": {"anyOf": [ref("field_rate"), {"type": "string", "pattern": _NO_RATE}, {"type": "null"}]},
        "expression": {"type": "string", "pattern": _EXPRESSION},
    }
