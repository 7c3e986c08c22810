"""The routes of discovery, as their part of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from entities.actors import Actor
from entities.openapi import contribute

_ACTION = {"$ref": "#/components/schemas/DiscoveredAction"}
_TAG = "discovery"


@contribute
def discovery_paths(actor: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the routes, which everybody may ask; what they answer depends on who does."""
    name = {"name": "type", "in": "path", "required": True, "schema": {"type": "string"}}
    by_name = {"type": "object", "additionalProperties": _ACTION}
    paths = {
        "/actions": {"get": _operation("list_actions", "The actions that the caller may execute.", by_name)},
        "/jsmodel/{type}": {
            "parameters": [name],
            "get": _operation("read_jsmodel", "Columns, relations and actions of an entity.", _model()),
        },
    }
    paths["/jsmodel/{type}"]["get"]["responses"]["404"] = {"$ref": "#/components/responses/refused_404"}  # type: ignore[index]
    return paths, {"schemas": {"DiscoveredAction": _action()}}


def _operation(name: str, summary: str, schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": name,
        "summary": summary,
        "tags": [_TAG],
        "responses": {"200": {"description": summary, "content": content}},
    }


def _model() -> dict[str, Any]:
    properties = {
        "ColumnModel": {"type": "object", "additionalProperties": {"type": "object"}},
        "Actions": {"type": "array", "items": _ACTION},
        "StateMachines": {"type": "array", "items": {"type": "object"}},
        "IsStateMachineEnabled": {"type": "boolean"},
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _action() -> dict[str, Any]:
    texts = {name: {"type": "string"} for name in ("Name", "Label", "OnType", "ReferenceId")}
    lists = {
        name: {"type": "array", "items": {"type": "object"}} for name in ("InFields", "Validations", "Conformations")
    }
    properties = {**texts, "InstanceOptional": {"type": "boolean"}, **lists, "OutFields": {"type": "null"}}
    return {"type": "object", "properties": properties, "required": ["Name", "OnType", "InFields"]}
