"""Path items of an entity: only the methods that the actor has the right to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from entities.actors import GUEST, Actor
from entities.entity import Entity, Relation
from entities.filters.names import visible_relations
from entities.media import JSON, JSON_API, PROBLEM
from entities.openapi.parameters import list_parameters, row_parameters
from entities.openapi.schemas import reference
from entities.permissions import WRITES, Right, may

PathItem = dict[str, Any]

_REASONS: Mapping[str, str] = {
    "400": "The request cannot be read.",
    "401": "Sign in first.",
    "403": "Not allowed.",
    "404": "Not there, or not for you.",
    "409": "In conflict with what is there.",
    "413": "Too large.",
    "415": "Not a media type that is read here.",
    "422": "Values that are refused.",
}
_READING = ("400", "401", "403", "404")


def entity_paths(entity: Entity, actor: Actor) -> dict[str, PathItem]:
    """Return the path items of one entity."""
    path = f"/api/{entity.name}"
    found = {path: _list_item(entity, actor), f"{path}/{{id}}": _row_item(entity, actor)}
    if may(Right.READ, entity, actor):
        for relation, target in visible_relations(entity, actor):
            found[f"{path}/{{id}}/{relation.name}"] = _related_item(entity, relation, target, actor)
            found[f"{path}/{{id}}/relationships/{relation.name}"] = _relationship_item(entity, relation, target, actor)
    return {path: item for path, item in found.items() if item.keys() - {"parameters"}}


def shared_responses() -> dict[str, Any]:
    """Return the answers to refused requests, by component name."""
    return {f"refused_{status}": _refusal(reason) for status, reason in _REASONS.items()}


def meta_item() -> PathItem:
    """Return the path item of the route that tells the column types."""
    query = {"name": "query", "in": "query", "required": True, "schema": {"const": "column_types"}}
    schema = {"type": "object", "additionalProperties": {"type": "object"}}
    answer = {"description": "Column types by name.", "content": {JSON: {"schema": schema}}}
    operation = {
        "operationId": "read_column_types",
        "summary": "Read column types",
        "tags": ["discovery"],
        "parameters": [query],
        "responses": {"200": answer, "400": _refused("400")},
    }
    return {"get": operation}


def _list_item(entity: Entity, actor: Actor) -> PathItem:
    name = entity.name
    page = _content("A page of rows.", f"{name}_list")
    stored = _content("The row as stored.", f"{name}_document")
    stored["headers"] = {"Location": {"schema": {"type": "string", "format": "uri-reference"}}}
    listing = _operation(entity, Right.READ, f"list_{name}", {"200": page}, list_parameters(entity, actor))
    creating = _operation(entity, Right.CREATE, f"create_{name}", {"201": stored}, row_parameters(entity, actor))
    item = {"get": (Right.READ, listing), "post": (Right.CREATE, creating | _body(reference(f"{name}_new")))}
    return _allowed(entity, actor, item)


def _row_item(entity: Entity, actor: Actor) -> PathItem:
    name, parameters = entity.name, row_parameters(entity, actor)
    row, done = {"200": _content("The row.", f"{name}_document")}, {"200": _content("Deleted.", "done")}
    changing = _operation(entity, Right.UPDATE, f"update_{name}", row, parameters)
    item = {
        "get": (Right.READ, _operation(entity, Right.READ, f"read_{name}", row, parameters)),
        "patch": (Right.UPDATE, changing | _body(reference(f"{name}_changes"))),
        "delete": (Right.DELETE, _operation(entity, Right.DELETE, f"delete_{name}", done, [])),
    }
    return {"parameters": [_id_parameter(entity)], **_allowed(entity, actor, item)}


def _allowed(entity: Entity, actor: Actor, item: Mapping[str, tuple[Right, dict[str, Any]]]) -> PathItem:
    return {
        method: operation
        for method, (right, operation) in item.items()
        if may(right, entity, actor) and not (entity.read_only and right in WRITES)
    }


def _related_item(entity: Entity, relation: Relation, target: Entity, actor: Actor) -> PathItem:
    kind = "list" if relation.many else "document"
    parameters = list_parameters(target, actor) if relation.many else row_parameters(target, actor)
    answer = {"200": _content("What is related.", f"{target.name}_{kind}")}
    operation = _operation(entity, Right.READ, f"read_{entity.name}_{relation.name}", answer, parameters)
    return {"parameters": [_id_parameter(entity)], "get": operation}


def _relationship_item(entity: Entity, relation: Relation, target: Entity, actor: Actor) -> PathItem:
    schema = "relationship_to_many" if relation.many else "relationship_to_one"
    parameters = list_parameters(target, actor) if relation.many else []
    suffix = f"{entity.name}_relationship_{relation.name}"
    answer = {"200": _content("Identifiers of what is related.", schema)}
    reading = _operation(entity, Right.READ, f"read_{suffix}", answer, parameters)
    item: PathItem = {"parameters": [_id_parameter(entity)], "get": reading}
    for method, verb in _changes(relation):
        changed = {"204": {"description": "Changed."}}
        item[method] = _operation(entity, Right.UPDATE, f"{verb}_{suffix}", changed, []) | _body(reference(schema))
    return item


def _changes(relation: Relation) -> Iterator[tuple[str, str]]:
    yield "patch", "replace"
    if relation.many:
        yield "post", "add"
        yield "delete", "remove"


def _operation(
    entity: Entity, right: Right, name: str, answers: Mapping[str, Any], parameters: list[dict[str, Any]]
) -> dict[str, Any]:
    refusals = _READING if right is Right.READ else tuple(_REASONS)
    operation = {
        "operationId": name,
        "summary": name.replace("_", " ").capitalize(),
        "tags": [entity.name],
        "parameters": parameters,
        "responses": {**answers, **{status: _refused(status) for status in refusals}},
    }
    is_open = may(right, entity, GUEST)
    return operation if is_open else operation | {"security": [{"bearer": []}]}


def _body(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema} for kind in (JSON_API, JSON)}}}


def _content(description: str, schema: str) -> dict[str, Any]:
    content = {kind: {"schema": reference(schema)} for kind in (JSON_API, JSON)}
    return {"description": description, "content": content}


def _refused(status: str) -> dict[str, Any]:
    return {"$ref": f"#/components/responses/refused_{status}"}


def _refusal(reason: str) -> dict[str, Any]:
    answer = _content(reason, "failure")
    answer["content"][PROBLEM] = {"schema": {"type": "object"}}
    return answer


def _id_parameter(entity: Entity) -> dict[str, Any]:
    hint = " 'mine' is the signed-in account." if entity.owns_itself else ""
    description = f"The row's reference_id.{hint}"
    return {"name": "id", "in": "path", "required": True, "description": description, "schema": {"type": "string"}}
