"""The served actions and an actor in, their part of the OpenAPI document out.

Every action that the actor may execute, with its inputs, the directives it may answer, and the shape of a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions import catalog
from actions.catalog import Served
from actions.inputs import input_schema
from actions.operations.directives import DIRECTIVES
from actions.permissions import may_execute
from actions.plan import nodes
from actions.plan.visitor import steps
from entities.actors import GUEST, Actor
from entities.openapi import contribute

JSON_TYPES: Mapping[type, str] = {str: "string", int: "integer", dict: "object", bool: "boolean"}
FAILURE = {"$ref": "#/components/responses/ActionFailure"}


@contribute
def action_paths(actor: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return path items and components for the actions that the actor may execute."""
    paths: dict[str, Any] = {}
    for served in catalog.all_served():
        if may_execute(served, actor):
            paths |= _paths(served)
    return paths, _components()


def _paths(served: Served) -> dict[str, Any]:
    plan = served.plan
    found: dict[str, dict[str, Any]] = {}
    found[f"/action/{plan.type_name}/{plan.name}"] = {"post": _operation(served, by_path=False)}
    if not plan.instance_optional:
        path = f"/action/{plan.type_name}/{{{plan.type_name}_id}}/{plan.name}"
        found[path] = {"post": _operation(served, by_path=True), "parameters": [_instance_parameter(plan)]}
    return found


def _operation(served: Served, *, by_path: bool) -> dict[str, Any]:
    plan = served.plan
    suffix = "_on_instance" if by_path else ""
    return {
        "operationId": f"{plan.type_name}_{plan.name}{suffix}",
        "summary": plan.label or plan.name,
        "tags": [plan.type_name],
        "security": [{}, {"bearer": []}] if may_execute(served, GUEST) else [{"bearer": []}],
        "parameters": [{"$ref": "#/components/parameters/idempotency_key"}],
        "requestBody": {"content": _bodies(plan, by_path=by_path)},
        "responses": {"200": _success(plan), "4XX": FAILURE, "5XX": FAILURE},
    }


def _instance_parameter(plan: nodes.Plan) -> dict[str, Any]:
    name = f"{plan.type_name}_id"
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": f"Public id of the {plan.type_name}.",
        "schema": {"type": "string", "format": "uuid"},
    }


def _bodies(plan: nodes.Plan, *, by_path: bool) -> dict[str, Any]:
    inputs = {key: value for key, value in input_schema(plan).items() if key != "$schema"}
    if not plan.instance_optional and not by_path:
        name = f"{plan.type_name}_id"
        inputs["properties"] = {**inputs["properties"], name: {"type": "string", "format": "uuid"}}
        inputs["required"] = [*inputs.get("required", ()), name]
    wrapped = {"type": "object", "required": ["attributes"], "properties": {"attributes": inputs}}
    return {
        "application/json": {"schema": wrapped},
        "application/x-www-form-urlencoded": {"schema": inputs},
        "multipart/form-data": {"schema": inputs},
    }


def _success(plan: nodes.Plan) -> dict[str, Any]:
    kinds = sorted(_answered(plan))
    items = {"$ref": "#/components/schemas/ActionEntry"}
    described = f"One entry for each outcome: {', '.join(kinds)}." if kinds else "An empty list."
    return {
        "description": described,
        "content": {"application/json": {"schema": {"type": "array", "items": items}}},
    }


def _answered(plan: nodes.Plan) -> set[str]:
    shown = (step for step in steps(plan.body) if not step.skip_in_response)
    return {str(step.fixed.get("type") or step.operation.name) for step in shown}


def _components() -> dict[str, Any]:
    return {
        "schemas": {
            "ActionEntry": {"anyOf": [*(_directive(name) for name in DIRECTIVES), _entry({"type": "string"}, {})]},
            "ActionFailure": _failure(),
        },
        "parameters": {"idempotency_key": _idempotency_key()},
        "responses": {
            "ActionFailure": {
                "description": "Nothing was written. One notify of type error says what failed and how to mend it.",
                "content": {
                    "application/json": {
                        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/ActionFailure"}}
                    },
                    "application/problem+json": {"schema": _facts()},
                },
            }
        },
    }


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A new text for each new request. Sent again with the same request, it gives the first answer.",
        "schema": {"type": "string", "pattern": r'^"[!#-\[\]-~]{1,255}"$'},
    }


def _entry(kind: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["ResponseType", "Attributes"],
        "properties": {"ResponseType": kind, "Attributes": attributes},
    }


def _directive(name: str) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for param in DIRECTIVES[name]:
        kind = JSON_TYPES.get(param.type) if isinstance(param.type, type) else None
        properties[param.name] = {"description": param.description, **({"type": kind} if kind else {})}
        if param.choices:
            properties[param.name]["enum"] = list(param.choices)
    required = [param.name for param in DIRECTIVES[name] if param.required]
    shape = {"type": "object", "properties": properties, **({"required": required} if required else {})}
    return _entry({"const": name}, shape)


def _failure() -> dict[str, Any]:
    properties = {"type": {"const": "error"}, "title": {"type": "string"}, "message": {"type": "string"}}
    facts = _facts()
    shape = {"type": "object", "properties": {**facts["properties"], **properties}, "required": ["message", "code"]}
    return _entry({"const": "client.notify"}, shape)


def _facts() -> dict[str, Any]:
    text = {"type": "string"}
    error = {"type": "object", "properties": {"field": text, "code": text, "message": text}}
    place = {"index": {"type": "integer"}, "reference": {"type": ["string", "null"]}}
    return {
        "type": "object",
        "properties": {
            "code": text,
            "hint": text,
            "errors": {"type": "array", "items": error},
            "outcome": {"type": "object", "properties": place},
            "error_id": text,
        },
    }
