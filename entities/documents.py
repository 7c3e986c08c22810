"""A JSON:API request document in, values by wire name out; or what contradicts its address. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from entities import registry
from entities.entity import Entity, Relation
from entities.errors import FieldProblem, Forbidden, InvalidValues, TooLarge, TypeMismatch, Unreadable, did_you_mean
from entities.filters.names import find_relation
from entities.options import option

SHAPE = 'Send {"data": {"type": "...", "attributes": {...}}}.'
MARKS = ("__type", "reference_id")


@dataclass(frozen=True, slots=True)
class Resource:
    """The values that a document has for a row, and where those stand that came as relationships."""

    values: dict[str, Any]
    pointers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One member of a relationship; ``attributes`` are for the row in between, where there is one."""

    public_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


def read_new(entity: Entity, document: Any) -> Resource:
    """Return the values of a row to create.

    Raises:
        Unreadable, TypeMismatch, InvalidValues. Forbidden: ids are made here, not by clients.
    """
    data = _data(document)
    _check_type(entity, data.get("type"), "/data/type")
    if "id" in data:
        raise Forbidden("The id of a new row is made here.", hint="Leave 'id' out.", pointer="/data/id")
    return _resource(entity, data, None)


def read_changes(entity: Entity, public_id: str, document: Any) -> Resource:
    """Return the values to change of the row with that id.

    Raises:
        Unreadable, InvalidValues. TypeMismatch: the document is about another row.
    """
    data = _data(document)
    _check_type(entity, data.get("type"), "/data/type")
    _check_id(public_id, data.get("id", public_id), "/data/id")
    return _resource(entity, data, public_id)


def read_identifiers(target: Entity, relation: Relation, document: Any) -> tuple[Identifier, ...]:
    """Return the rows that a relationship's document names: for a relation to one, none or one.

    Raises:
        Unreadable, TypeMismatch, TooLarge.
    """
    if not isinstance(document, Mapping) or "data" not in document:
        raise Unreadable("A relationship is an object with 'data'.")
    data = document["data"]
    if relation.many != isinstance(data, list):
        wanted = "a list of identifiers" if relation.many else "an identifier or null"
        raise Unreadable(f"'data' of '{relation.name}' must be {wanted}.", pointer="/data")
    if not relation.many:
        return () if data is None else (_identifier(target, data, "/data"),)
    ceiling = option("MAX_VALUES")
    if len(data) > ceiling:
        raise TooLarge(f"'{relation.name}' may be given at most {ceiling} identifiers at once.", pointer="/data")
    return tuple(_identifier(target, item, f"/data/{index}") for index, item in enumerate(data))


def _data(document: Any) -> Mapping[str, Any]:
    data = document.get("data") if isinstance(document, Mapping) else None
    if not isinstance(data, Mapping):
        raise Unreadable("The document must be an object whose 'data' is an object.", hint=SHAPE, pointer="/data")
    return data


def _check_type(entity: Entity, name: Any, pointer: str) -> None:
    if not isinstance(name, str):
        raise Unreadable("'type' is missing.", hint=f"It is '{entity.name}' here.", pointer=pointer)
    if name not in (entity.name, *entity.aliases):
        raise TypeMismatch(f"The type is '{entity.name}' here, not '{name[:60]}'.", pointer=pointer)


def _check_id(public_id: str, given: Any, pointer: str) -> None:
    if not isinstance(given, str) or given.lower() != public_id.lower():
        raise TypeMismatch("The id is not the one of the address.", pointer=pointer)


def _resource(entity: Entity, data: Mapping[str, Any], public_id: str | None) -> Resource:
    attributes = _object(data, "attributes")
    values = {name: value for name, value in attributes.items() if name not in MARKS}
    _check_marks(entity, attributes, public_id)
    pointers: dict[str, str] = {}
    for name, relationship in _object(data, "relationships").items():
        relation = _to_one(entity, name)
        column = relation.field.name if relation.field else name
        pointers[column] = f"/data/relationships/{name}"
        given = [values[key] for key in (column, relation.name) if key in values]
        if not given:
            values[column] = _linkage(relation, relationship, pointers[column])
        elif not all(_agree(relation, value, relationship) for value in given):
            raise InvalidValues([FieldProblem(column, "duplicate", "Given as attribute and as relationship.")])
    return Resource(values, pointers)


def _object(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name, {})
    if not isinstance(found, Mapping):
        raise Unreadable(f"'{name}' must be an object.", pointer=f"/data/{name}")
    return found


def _check_marks(entity: Entity, attributes: Mapping[str, Any], public_id: str | None) -> None:
    """Let a row be sent back with what it says about itself, as long as that is true."""
    if "__type" in attributes:
        _check_type(entity, attributes["__type"], "/data/attributes/__type")
    if "reference_id" not in attributes:
        return
    pointer = "/data/attributes/reference_id"
    if public_id is None:
        raise Forbidden("The id of a new row is made here.", hint="Leave 'reference_id' out.", pointer=pointer)
    _check_id(public_id, attributes["reference_id"], pointer)


def _to_one(entity: Entity, name: str) -> Relation:
    relation = find_relation(entity, name)
    if relation is None:
        message = f"Unknown relation '{name}' on '{entity.name}'. {did_you_mean(name, entity.relations)}".strip()
        raise InvalidValues([FieldProblem(name, "unknown", message)])
    if relation.field is None:
        raise Forbidden(
            f"'{relation.name}' is not changed with the row.",
            hint=f"Use the relationship's own address, .../relationships/{relation.name}.",
            pointer=f"/data/relationships/{name}",
        )
    return relation


def _agree(relation: Relation, value: Any, relationship: Any) -> bool:
    """Say whether a relationship repeats the attribute. Some clients send the type alone of what they read as an id."""
    data = relationship.get("data", value) if isinstance(relationship, Mapping) else value
    if not isinstance(data, Mapping):
        return data is None and value is None
    target = registry.get(relation.target)
    return data.get("type") in (target.name, *target.aliases) and data.get("id", value) == value


def _linkage(relation: Relation, relationship: Any, pointer: str) -> str | None:
    if not isinstance(relationship, Mapping) or "data" not in relationship:
        raise Unreadable("A relationship is an object with 'data'.", pointer=pointer)
    data = relationship["data"]
    return None if data is None else _identifier(registry.get(relation.target), data, f"{pointer}/data").public_id


def _identifier(target: Entity, data: Any, pointer: str) -> Identifier:
    if not isinstance(data, Mapping):
        raise Unreadable("An identifier is an object with 'type' and 'id'.", pointer=pointer)
    _check_type(target, data.get("type"), f"{pointer}/type")
    public_id, attributes = data.get("id"), data.get("attributes", {})
    if not isinstance(public_id, str) or not public_id:
        raise Unreadable("'id' must be a text.", pointer=f"{pointer}/id")
    if not isinstance(attributes, Mapping):
        raise Unreadable("'attributes' must be an object.", pointer=f"{pointer}/attributes")
    return Identifier(public_id, attributes)
