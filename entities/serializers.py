"""Rows in, JSON:API 1.1 documents out. Source of the attributes: Daptin.

Rows come with included rows inside; here they become ``included``, each once. A relationship always says where it
leads; it says to which rows when the row itself knows (to one), or when they are included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from entities.actors import Actor
from entities.addresses import PageLinks, entity_path
from entities.entity import Entity, Relation
from entities.filters.names import visible_relations
from entities.filters.query import Include, ListQuery
from entities.rows import Page

Row = Mapping[str, Any]
Document = dict[str, Any]

VERSION = {"version": "1.1"}


def list_document(entity: Entity, page: Page, query: ListQuery, actor: Actor, links: PageLinks) -> Document:
    """Return the document for a page of a list."""
    writing = _Writing(actor, query.fields)
    data = writing.resources(entity, page.rows, query.include)
    body = {"jsonapi": VERSION, "data": data, "links": links.links(), "meta": links.numbers()}
    return _with_included(body, writing, query)


def row_document(entity: Entity, row: Row, query: ListQuery, actor: Actor) -> Document:
    """Return the document for one row."""
    writing = _Writing(actor, query.fields)
    resource = writing.resources(entity, [row], query.include)[0]
    body = {"jsonapi": VERSION, "data": resource, "links": dict(resource["links"])}
    return _with_included(body, writing, query)


def empty_document(path: str) -> Document:
    """Return the document for a related row that is not set."""
    return {"jsonapi": VERSION, "data": None, "links": {"self": path}}


def identifier(entity: Entity, public_id: str) -> dict[str, str]:
    """Return a resource identifier."""
    return {"type": entity.name, "id": public_id}


def _with_included(body: Document, writing: _Writing, query: ListQuery) -> Document:
    return {**body, "included": writing.included()} if query.include else body


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is the same for every row of one entity in one document."""

    entity: Entity
    path: str
    relations: tuple[tuple[Relation, Entity], ...]
    attributes: tuple[str, ...]


@dataclass(slots=True)
class _Writing:
    """One document being written; lives for one answer."""

    actor: Actor
    fields: Mapping[str, frozenset[str]]
    _shapes: dict[str, _Shape] = field(default_factory=dict)
    _primary: set[tuple[str, str]] = field(default_factory=set)
    _included: dict[tuple[str, str], Document] = field(default_factory=dict)

    def resources(self, entity: Entity, rows: Iterable[Row], include: tuple[Include, ...]) -> list[Document]:
        """Return resource objects for the primary data, and note what is included with them."""
        shape = self._shape(entity)
        found = [_resource(shape, row, include) for row in rows]
        self._primary = {(item["type"], item["id"]) for item in found}
        self._note(rows, include)
        return found

    def included(self) -> list[Document]:
        """Return the resource objects that were noted, without those that are primary data."""
        return [item for key, item in self._included.items() if key not in self._primary]

    def _note(self, rows: Iterable[Row], include: tuple[Include, ...]) -> None:
        for item in include:
            below = list(_unique(rows, item.relation.name))
            shape = self._shape(item.target)
            for row in below:
                resource = _resource(shape, row, item.children)
                known = self._included.setdefault((resource["type"], resource["id"]), resource)
                if known is not resource:
                    _merge(known, resource)
            self._note(below, item.children)

    def _shape(self, entity: Entity) -> _Shape:
        found = self._shapes.get(entity.name)
        if found is None:
            found = self._shapes[entity.name] = self._made_shape(entity)
        return found

    def _made_shape(self, entity: Entity) -> _Shape:
        wanted = self.fields.get(entity.name)
        relations = tuple(
            (relation, target)
            for relation, target in visible_relations(entity, self.actor)
            if wanted is None or relation.name in wanted
        )
        names = ["__type", "reference_id", *(name for name, _, _ in entity.columns if name != "id")]
        attributes = tuple(name for name in names if wanted is None or name in wanted)
        return _Shape(entity, entity_path(entity), relations, attributes)


def _resource(shape: _Shape, row: Row, include: tuple[Include, ...]) -> Document:
    public_id = row["reference_id"]
    address = f"{shape.path}/{public_id}"
    resource = {
        "type": shape.entity.name,
        "id": public_id,
        "attributes": {name: row[name] for name in shape.attributes},
        "links": {"self": address},
    }
    if shape.relations:
        shown = {item.relation.name for item in include}
        resource["relationships"] = {
            relation.name: _relationship(address, relation, target, row, shown)
            for relation, target in shape.relations
            if not relation.quiet or relation.name in shown
        }
    return resource


def _relationship(address: str, relation: Relation, target: Entity, row: Row, shown: set[str]) -> Document:
    found: Document = {
        "links": {"self": f"{address}/relationships/{relation.name}", "related": f"{address}/{relation.name}"}
    }
    if relation.field is not None:
        public_id = row[relation.field.name]
        found["data"] = identifier(target, public_id) if public_id else None
    elif relation.name in shown:
        below = row[relation.name]
        if relation.many:
            found["data"] = [identifier(target, item["reference_id"]) for item in below]
        else:
            found["data"] = identifier(target, below["reference_id"]) if below else None
    return found


def _unique(rows: Iterable[Row], name: str) -> Iterable[Row]:
    """Yield the rows included under ``name``, each object once."""
    seen: set[int] = set()
    for row in rows:
        below = row[name]
        for item in below if isinstance(below, list) else [below]:
            if item is not None and id(item) not in seen:
                seen.add(id(item))
                yield item


def _merge(known: Document, other: Document) -> None:
    """Keep what either says about its relationships."""
    for name, relationship in other.get("relationships", {}).items():
        known["relationships"].setdefault(name, {}).update(relationship)
