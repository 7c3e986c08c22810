"""Entities and column types in, what clients of the original read of them out.

The keys are the original's, the facts are ours: an attribute stands under its key on the wire, a relation under the
name that documents have for it. What the actor may not see is absent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from entities import registry
from entities.actors import Actor
from entities.entity import Entity, Field, Relation
from entities.fields import ColumnType, all_column_types
from entities.filters.names import visible_relations
from entities.permissions import GUEST_SHIFT, USER_SHIFT, Right

Description = dict[str, Any]

# Kinds of columns that models have beside the column types, under the nearest type that clients have a control for.
_NEAREST = {"reference": "alias", "uuid": "alias", "ipaddress": "label", "duration": "label", "bytes": "file"}
# What the original notes beside a type for the author of a form; it is applied where an action asks for it.
_CONFORMATIONS = {"email": ["email"], "name": ["name"]}


@dataclass(frozen=True, slots=True)
class _Foreign:
    """What the original calls a kind of value: in its API description, in tables of a client, in GraphQL, in SQL."""

    blueprint: str
    recline: str
    graphql: str
    sql: str


_TEXT = _Foreign("string", "string", "String", "text")
_BY_FORMAT = {
    "date": _Foreign("string", "date", "DateTime", "date"),
    "date-time": _Foreign("string", "date-time", "DateTime", "timestamp"),
}
_BY_KIND = {
    "integer": _Foreign("number", "number", "Int", "integer"),
    "number": _Foreign("number", "number", "Float", "float"),
    "boolean": _Foreign("boolean", "boolean", "Boolean", "boolean"),
    "array": _Foreign("string", "binary", "String", "json"),
}
_BY_NAME = {
    "id": _Foreign("string", "string", "ID", "varchar"),
    "time": _Foreign("string", "time", "String", "time"),
    "json": _Foreign("string", "string", "String", "json"),
    "location": _Foreign("string", "geo_point", "String", "varchar"),
    "measurement": _Foreign("number", "number", "Int", "float"),
    "decimal": _Foreign("string", "number", "String", "decimal(30,10)"),
    "money": _Foreign("string", "number", "String", "decimal(19,4)"),
}


def column_types() -> dict[str, Description]:
    """Return every column type by name."""
    return {kind.name: _type_description(kind) for kind in all_column_types()}


def _type_description(kind: ColumnType) -> Description:
    foreign = _foreign(kind)
    return {
        "Name": kind.name,
        "BlueprintType": foreign.blueprint,
        "ReclineType": foreign.recline,
        "GraphqlType": foreign.graphql,
        "DataTypes": [_data_type(kind)],
        "Validations": [kind.tags] if kind.tags else [],
        "Conformations": _CONFORMATIONS.get(kind.name, []),
    }


def _foreign(kind: ColumnType) -> _Foreign:
    schema = kind.json_schema
    found = _BY_NAME.get(kind.name) or _BY_FORMAT.get(str(schema.get("format")))
    return found or _BY_KIND.get(str(schema.get("type")), _TEXT)


def _data_type(kind: ColumnType) -> str:
    size = kind.json_schema.get("maxLength")
    return f"varchar({size})" if size else _foreign(kind).sql


def column_info(name: str, kind: ColumnType, **facts: Any) -> Description:
    """Return one ColumnInfo: of a column, or of an action's input; ``facts`` are what else is known of it."""
    info = {
        "Name": name,
        "ColumnName": name,
        "ColumnDescription": "",
        "ColumnType": _NEAREST.get(kind.name, kind.name),
        "IsPrimaryKey": False,
        "IsAutoIncrement": False,
        "IsIndexed": False,
        "IsUnique": False,
        "IsNullable": False,
        "Permission": 0,
        "IsForeignKey": False,
        "ExcludeFromApi": False,
        "ForeignKeyData": {"DataSource": "", "Namespace": "", "KeyName": ""},
        "DataType": _data_type(kind),
        "DefaultValue": "",
        "Options": [
            {"ValueType": _foreign(kind).blueprint, "Value": value, "Label": label}
            for value, label in kind.options.items()
        ],
    }
    return {**info, **facts}


def column_model(entity: Entity, actor: Actor) -> dict[str, Description]:
    """Return the columns of an entity, and its relations to entities that the actor may read, by name."""
    relations = [relation for relation, _ in visible_relations(entity, actor)]
    shown = {info["ColumnName"]: info for info in _columns(entity, relations)}
    mark = {"Name": "type", "ColumnName": "__type", "ColumnType": "hidden"}
    return {**shown, "__type": mark, **{relation.name: _relation(relation) for relation in relations}}


def _relation(relation: Relation) -> Description:
    return {
        "jsonApi": "hasMany" if relation.many else "hasOne",
        "columnType": "entity",
        "type": relation.target,
        "ColumnName": relation.field.name if relation.field else relation.name,
    }


def _columns(entity: Entity, relations: Iterable[Relation]) -> Iterator[Description]:
    """Yield every column that a client may read or send, the row's id first."""
    targets = {relation.field.name for relation in relations if relation.field}
    id_type = next((item.column_type for item in entity.fields.values() if _is_id(entity, item)), None)
    if id_type is not None:
        yield column_info("reference_id", id_type, IsUnique=True, IsIndexed=True)
    for field in entity.fields.values():
        if (field.readable or field.writable) and not _is_id(entity, field):
            yield column_info(field.name, field.column_type, **_facts(field, is_shown=field.name in targets))
    for name, kind in entity.computed.items():
        yield column_info(name, kind, IsNullable=True)


def _is_id(entity: Entity, field: Field) -> bool:
    return field.column == entity.key_column and not field.target


def _facts(field: Field, *, is_shown: bool) -> Description:
    item: Any = field.model_field
    facts: Description = {
        "ColumnDescription": str(item.help_text),
        "IsIndexed": bool(item.db_index or item.unique),
        "IsUnique": bool(item.unique),
        "IsNullable": not field.required,
        "DefaultValue": _default(field),
    }
    if is_shown:
        target = {"DataSource": "self", "Namespace": field.target, "KeyName": "reference_id"}
        facts |= {"IsForeignKey": True, "ForeignKeyData": target}
    return facts


def _default(field: Field) -> str:
    """Return a constant default as text; what is made for each row is not told."""
    default = field.model_field.default
    is_constant = field.model_field.has_default() and not callable(default) and default is not None
    return literal(default) if is_constant and not field.column_type.is_secret else ""


def literal(value: Any) -> str:
    """Return a constant as the text that the original keeps a default in."""
    if isinstance(value, str | Decimal):
        return str(value)
    return json.dumps(value, default=str, ensure_ascii=False)


def table_info(entity: Entity) -> Description:
    """Return the TableInfo of an entity: what everybody may know who may know of the entity at all."""
    relations = [relation for relation in entity.relations.values() if _is_common_knowledge(entity, relation)]
    joins = is_join_table(entity)
    return {
        "TableName": entity.name,
        "TableId": 0,
        "TableDescription": entity.label,
        "DefaultPermission": default_permission(entity),
        "Columns": list(_columns(entity, relations)),
        "Relations": list(_table_relations(entity, relations)),
        "StateMachines": [],
        "IsTopLevel": not joins,
        "Permission": entity.permission,
        "IsHidden": joins,
        "IsJoinTable": joins,
        "IsStateTrackingEnabled": False,
        "IsAuditEnabled": False,
        "TranslationsEnabled": False,
        "DefaultGroups": [],
        "DefaultRelations": {},
        "Validations": [],
        "Conformations": [],
        "DefaultOrder": default_order(entity),
        "Icon": "",
        "CompositeKeys": [],
    }


def _is_common_knowledge(entity: Entity, relation: Relation) -> bool:
    """Say whether all who may know of the entity may also read what the relation leads to."""
    target = registry.get(relation.target)
    knowing = _classes(entity.permission, Right.PEEK | Right.READ) | ({USER_SHIFT} if entity.access_groups else set())
    return knowing <= _classes(target.permission, Right.READ)


def _classes(permission: int, rights: Right) -> set[int]:
    """Return the classes of actors that have one of the rights; the guest's bits hold for everybody."""
    has_guests = bool(permission >> GUEST_SHIFT & rights)
    has_users = has_guests or bool(permission >> USER_SHIFT & rights)
    return {shift for shift, has in ((GUEST_SHIFT, has_guests), (USER_SHIFT, has_users)) if has}


def _table_relations(entity: Entity, relations: Iterable[Relation]) -> Iterator[Description]:
    for relation in relations:
        if relation.field is not None:
            kind = "has_one" if relation.field.nullable else "belongs_to"
        else:
            kind = "has_many" if relation.many else "has_one"
        yield {
            "Subject": entity.name,
            "Object": relation.target,
            "Relation": kind,
            "SubjectName": f"{entity.name}_id",
            "ObjectName": relation.field.name if relation.field else relation.name,
        }


def is_join_table(entity: Entity) -> bool:
    """Say whether the rows of an entity only tie rows of two others together."""
    return any(
        item.remote_field.through is entity.model
        for other in registry.all_entities()
        for item in other.model._meta.many_to_many
    )


def default_permission(entity: Entity) -> int:
    """Return the bits that a new row gets, 0 where rows have none."""
    if not entity.has_row_permissions:
        return 0
    permission: Any = entity.model._meta.get_field("permission")
    return int(permission.get_default())


def default_order(entity: Entity) -> str:
    """Return how a list is sorted that nobody sorts."""
    return "-created_at" if entity.has_row_permissions else ""
