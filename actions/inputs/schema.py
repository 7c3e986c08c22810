"""A plan in, the JSON Schema (2020-12) of its inputs out: what ``GET /action/...`` and OpenAPI show.

It describes the JSON body. What JSON Schema cannot say (``eqfield``, ``required_with``) is checked by the action only.
"""

from __future__ import annotations

from typing import Any

from actions.inputs.compiling import compile_inputs, validations_of
from actions.inputs.contract import DeclaredInput
from actions.plan.nodes import Input, Plan
from actions.plan.secrecy import is_secret
from entities.tags.schemas import schema_of
from entities.values import ABSENT

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def input_schema(plan: Plan) -> dict[str, Any]:
    """Return the JSON Schema of the object of inputs."""
    contract = compile_inputs(plan)
    declared_inputs = [item for item in contract.inputs if item.is_declared]
    pairs = list(zip(plan.inputs, declared_inputs, strict=True))
    return {
        "$schema": DIALECT,
        "type": "object",
        "title": plan.label or plan.name,
        "properties": {declared.key: _property(plan, declared, item) for declared, item in pairs},
        "required": [item.key for item in declared_inputs if item.required],
        "additionalProperties": plan.additional_inputs,
    }


def _property(plan: Plan, declared: Input, item: DeclaredInput) -> dict[str, Any]:
    kind = item.column_type
    schema: dict[str, Any] = {"title": declared.label or declared.key}
    if declared.description:
        schema["description"] = declared.description
    if item.default is not ABSENT and not is_secret(declared):
        schema["default"] = kind.to_json(item.default)
    schema |= _constraints(plan, declared, item)
    return _nullable(schema) if declared.nullable else schema


def _constraints(plan: Plan, declared: Input, item: DeclaredInput) -> dict[str, Any]:
    schema = dict(item.column_type.json_schema)
    kind = schema.get("type")
    for validation in validations_of(plan, declared):
        schema |= schema_of(validation, kind if isinstance(kind, str) else "")
    if item.required and kind == "string" and item.column_type.is_text:
        schema.setdefault("minLength", 1)
    return schema


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    if kind is not None:
        schema["type"] = [*kind, "null"] if isinstance(kind, list) else [kind, "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema
