"""JSON Schemas of an entity's documents. Component names end in what they describe: ``todo_row``, ``todo_new``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from entities.actors import Actor
from entities.entity import Entity, Field, Relation
from entities.filters.names import visible_relations

Schema = dict[str, Any]

# What a row says is not always what a write takes: an amount goes out as text, a file as its name.
_SHOWN: Mapping[str, Schema] = {
    "DecimalField": {"type": "string", "format": "decimal"},
    "FileField": {"type": "string"},
    "ImageField": {"type": "string"},
}
_ID: Schema = {"type": "string"}
_LINK: Schema = {"type": ["string", "null"], "format": "uri-reference"}


def reference(name: str) -> Schema:
    """Return a reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def shared_schemas() -> dict[str, Schema]:
    """Return the schemas that every entity's documents share."""
    numbers = {name: {"type": ["integer", "null"]} for name in ("current_page", "from", "to")}
    counts = {name: {"type": "integer"} for name in ("total", "per_page", "last_page")}
    pages = dict.fromkeys(("self", "first", "last", "prev", "next"), _LINK)
    urls = {f"{name}_page_url": _LINK for name in ("first", "prev", "next", "last")}
    return {
        "page_numbers": _object({**counts, **numbers}),
        "page_links": _object({**pages, **counts, **numbers, **urls, "related": _LINK}, required=["self"]),
        "identifier": _object({"type": {"type": "string"}, "id": _ID}, required=["type", "id"]),
        "relationship_to_one": _relationship({"anyOf": [reference("identifier"), {"type": "null"}]}),
        "relationship_to_many": _relationship({"type": "array", "items": reference("identifier")}),
        "included": {"type": "array", "items": {"type": "object"}},
        "failure": _object({"errors": {"type": "array", "minItems": 1, "items": _error()}}, required=["errors"]),
        "done": _object({"meta": {"type": ["object", "null"]}}),
    }


def entity_schemas(entity: Entity, actor: Actor) -> dict[str, Schema]:
    """Return the schemas of one entity's documents by component name."""
    name = entity.name
    relations = [relation for relation, _ in visible_relations(entity, actor)]
    writable = [field for field in entity.fields.values() if _is_writable(field, actor)]
    required = [field.name for field in writable if field.required]
    row = _object({"data": reference(f"{name}_row"), "included": reference("included")}, required=["data"])
    return {
        f"{name}_row": _row(entity, relations),
        f"{name}_document": row,
        f"{name}_list": _list(name),
        f"{name}_new": _written(entity, writable, relations, required),
        f"{name}_changes": _written(entity, writable, relations, ()),
    }


def _row(entity: Entity, relations: Iterable[Relation]) -> Schema:
    attributes = {field.name: _shown(field) for field in entity.fields.values() if field.readable}
    attributes |= {name: _nullable(kind.json_schema) for name, kind in entity.computed.items()}
    kinds = {True: "relationship_to_many", False: "relationship_to_one"}
    related = {relation.name: reference(kinds[relation.many]) for relation in relations}
    properties = {
        "type": {"const": entity.name},
        "id": _ID,
        "attributes": _object({"__type": {"const": entity.name}, "reference_id": _ID, **attributes}),
        "relationships": _object(related),
        "links": _object({"self": _LINK}),
    }
    return _object(properties, required=["type", "id"])


def _list(name: str) -> Schema:
    properties = {
        "data": {"type": "array", "items": reference(f"{name}_row")},
        "links": reference("page_links"),
        "meta": reference("page_numbers"),
        "included": reference("included"),
    }
    return _object(properties, required=["data", "links", "meta"])


def _written(entity: Entity, fields: list[Field], relations: list[Relation], required: Iterable[str]) -> Schema:
    attributes = _object({field.name: _taken(field) for field in fields})
    to_one = {item.name: reference("relationship_to_one") for item in relations if item.field in fields}
    wanted = [name for name in required if not _is_reference(entity, name)]
    data = {
        "type": {"enum": [entity.name, *entity.aliases]},
        "attributes": attributes | ({"required": wanted} if wanted else {}),
        "relationships": _object(to_one),
    }
    resource = _object(data, required=["type", "attributes"] if wanted else ["type"])
    return _object({"data": resource}, required=["data"])


def _is_reference(entity: Entity, name: str) -> bool:
    # It may come as an attribute or as a relationship, which a list of required attributes cannot say.
    return entity.fields[name].target is not None


def _is_writable(field: Field, actor: Actor) -> bool:
    return field.writable and (actor.is_unrestricted or not field.guarded)


def _shown(field: Field) -> Schema:
    schema = _SHOWN.get(field.model_field.get_internal_type(), dict(field.column_type.json_schema))
    return _nullable(schema) if field.nullable else dict(schema)


def _taken(field: Field) -> Schema:
    schema = _ID if field.target else dict(field.column_type.json_schema)
    return _nullable(schema) if field.nullable else dict(schema)


def _nullable(schema: Mapping[str, Any]) -> Schema:
    return {"anyOf": [dict(schema), {"type": "null"}]}


def _relationship(data: Schema) -> Schema:
    return _object({"data": data, "links": _object({"self": _LINK, "related": _LINK})})


def _error() -> Schema:
    texts = {name: {"type": "string"} for name in ("status", "code", "title", "detail")}
    source = _object({"pointer": {"type": "string"}, "parameter": {"type": "string"}})
    return _object({**texts, "source": source, "meta": {"type": "object"}}, required=["status", "code", "title"])


def _object(properties: Mapping[str, Any], required: Iterable[str] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": dict(properties)}
    return schema | ({"required": list(required)} if required else {})
