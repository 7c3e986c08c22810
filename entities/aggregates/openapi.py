"""What ``/aggregate/<entity>`` takes and answers, for the OpenAPI document: for who may read the entity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entities.access import visible_entities
from entities.actors import GUEST, Actor
from entities.aggregates.functions import COALESCE, FUNCTIONS, PERIODS
from entities.aggregates.parameters import PAGES
from entities.entity import Entity
from entities.media import JSON, JSON_API
from entities.openapi import contribute
from entities.options import option
from entities.permissions import Right, may

_EXAMPLE = {"column": ["count"]}
_REFUSALS = ("400", "401", "403", "404")


@contribute
def aggregate_paths(actor: Actor) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return path items and components."""
    readable = [entity for entity in visible_entities(actor) if may(Right.READ, entity, actor)]
    paths = {f"/aggregate/{entity.name}": _item(entity) for entity in readable}
    parameters = {f"aggregate_{name}": _parameter(name, about) for name, about in _texts().items()}
    parameters |= {f"aggregate_{_bare(name)}": _number(name) for name in PAGES}
    return paths, {"schemas": {"aggregate": _document(), "aggregate_question": _question()}, "parameters": parameters}


def _texts() -> Mapping[str, str]:
    functions = ", ".join(f"{item.name} ({item.about})" for item in FUNCTIONS.values())
    return {
        "column": f"What to compute: count, sum(x), a grouped column; ' as name' after it. Functions: {functions}, "
        f"{COALESCE} (a value in place of null).",
        "group": "By what rows are grouped: columns, relation.column, functions of them, names given with 'as'.",
        "filter": "Conditions on rows: eq(status,paid), in(status,a,b), gt(total,10), eq(year(created_at),2024).",
        "having": "Conditions on groups: gt(count,1), gte(sum(total),100).",
        "order": "What is computed or grouped by; '-' for descending.",
        "join": "A relation to one row, by its name. Not needed: write relation.column.",
        "query": "A JSON list of {column, operator, value, logical_group}, as for a list of rows.",
        "timesample": f"By periods of created_at: {', '.join(PERIODS)}; or of a column: month(paid_at).",
        "timefrom": "From this moment on.",
        "timeto": "Before this moment.",
    }


def _item(entity: Entity) -> dict[str, Any]:
    parameters = [f"aggregate_{name}" for name in (*_texts(), *map(_bare, PAGES))]
    asked = {"parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters]}
    body = {"schema": {"$ref": "#/components/schemas/aggregate_question"}, "example": _EXAMPLE}
    posted = {"requestBody": {"required": True, "content": dict.fromkeys((JSON, JSON_API), body)}}
    return {"get": _operation(entity, "aggregate") | asked, "post": _operation(entity, "ask") | posted}


def _operation(entity: Entity, verb: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/aggregate"}}
    answer = {"description": "A resource for each group.", "content": dict.fromkeys((JSON_API, JSON), schema)}
    statuses = _REFUSALS if verb == "aggregate" else (*_REFUSALS, "409", "413", "415")
    refused = {status: {"$ref": f"#/components/responses/refused_{status}"} for status in statuses}
    operation = {
        "operationId": f"{verb}_{entity.name}",
        "summary": f"Figures over {entity.name}",
        "tags": [entity.name],
        "responses": {"200": answer, **refused},
    }
    is_open = may(Right.READ, entity, GUEST)
    return operation if is_open else operation | {"security": [{"bearer": []}]}


def _bare(name: str) -> str:
    return name.replace("[", "_").rstrip("]")


def _parameter(name: str, about: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": about, "schema": {"type": "string"}}


def _number(name: str) -> dict[str, Any]:
    ceiling = {"maximum": option("MAX_GROUPS")} if name == "page[size]" else {}
    schema = {"type": "integer", "minimum": 1, **ceiling}
    return _parameter(name, "Without a page an answer has all groups, or is refused.") | {"schema": schema}


def _document() -> dict[str, Any]:
    group = {
        "type": "object",
        "required": ["type", "id", "attributes"],
        "properties": {"type": {"type": "string"}, "id": {"type": "string"}, "attributes": {"type": "object"}},
    }
    meta = {"type": "object", "properties": {"has_more": {"type": "boolean"}}}
    properties = {"data": {"type": "array", "items": group}, "links": {"type": "object"}, "meta": meta}
    return {"type": "object", "required": ["data"], "properties": properties}


def _question() -> dict[str, Any]:
    texts = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    properties: dict[str, Any] = {name: {**texts, "description": about} for name, about in _texts().items()}
    properties["query"] = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}]}
    pages = {name: {"type": "integer", "minimum": 1} for name in PAGES}
    return {"type": "object", "properties": {"root_entity": {"type": "string"}, **properties, **pages}}
