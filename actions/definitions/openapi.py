"""How administrators write definitions, as a part of the OpenAPI document; they are read like any entity's rows."""

from __future__ import annotations

from typing import Any

from actions.definitions.changes import MAX_NOTE
from actions.dialects.daptin.permissions import MOST
from entities.actors import Actor
from entities.media import JSON, JSON_API
from entities.openapi import contribute

_PATH = "/api/action"


@contribute
def definition_paths(actor: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the operations that write, for those who may."""
    if not actor.is_unrestricted:
        return {}, {}
    paths = {
        _PATH: {"post": _operation("create_action", "201", "action_document", body=_written(is_new=True))},
        f"{_PATH}/{{id}}": {
            "patch": _operation("update_action", "200", "action_document", body=_written(is_new=False)),
            "delete": _operation("disable_action", "200", "done"),
        },
    }
    return paths, {}


def _operation(name: str, status: str, schema: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    refused = {code: {"$ref": f"#/components/responses/refused_{code}"} for code in ("401", "403", "404", "409", "422")}
    operation = {
        "operationId": name,
        "summary": name.replace("_", " ").capitalize(),
        "tags": ["action"],
        "security": [{"bearer": []}],
        "responses": {status: {"description": "Done.", "content": {JSON_API: answer, JSON: answer}}, **refused},
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {JSON_API: {"schema": body}, JSON: {"schema": body}}}
    return operation


def _written(*, is_new: bool) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": "One action, in YAML or JSON."},
            "action_schema": {"type": ["string", "object"], "description": "The same as JSON; instead of 'text'."},
            "permission": {"type": ["integer", "null"], "minimum": 0, "maximum": MOST},
            "enabled": {"type": "boolean"},
            "version": {"type": "integer", "description": "The version that was read: another one is refused."},
            "note": {"type": "string", "maxLength": MAX_NOTE},
        },
    }
    if is_new:
        attributes["anyOf"] = [{"required": ["text"]}, {"required": ["action_schema"]}]
    data = {"type": "object", "properties": {"type": {"const": "action"}, "attributes": attributes}}
    return {"type": "object", "properties": {"data": data}, "required": ["data"]}
