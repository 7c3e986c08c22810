"""``/api/<entity>/<id>/<relation>`` and ``.../relationships/<relation>``: related rows, and which they are."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from entities import rows
from entities.access import require
from entities.addresses import PageLinks, entity_path
from entities.documents import read_identifiers
from entities.entity import Entity, Relation
from entities.errors import UnknownRelation
from entities.filters import ListQuery, parse_presentation, parse_query
from entities.filters.names import find_relation, visible_relations
from entities.permissions import Right
from entities.registry import get as get_entity
from entities.relationships import Relationship
from entities.serializers import empty_document, identifier
from entities.store import unit
from entities.views.base import nothing
from entities.views.rows import RowView


class RelationView(RowView):
    """What the two routes of a relation share."""

    relation: Relation
    target: Entity

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Know which relation is meant."""
        super().initial(request, *args, **kwargs)
        found = find_relation(self.entity, kwargs["relation"])
        if found is None:
            known = [item.name for item, _ in visible_relations(self.entity, self.actor)]
            raise UnknownRelation(self.entity.name, kwargs["relation"], known)
        self.relation, self.target = found, get_entity(found.target)

    def check_readable(self) -> None:
        """Refuse who may not read both sides."""
        require(self.entity, Right.READ, self.actor)
        require(self.target, Right.READ, self.actor)

    def related_page(self, query: ListQuery) -> rows.Page:
        """Return a page of the related rows."""
        return rows.related(self.entity, self.public_id, self.relation, query, self.actor)


class RelatedView(RelationView):
    """``/api/<entity>/<id>/<relation>``: the related rows themselves."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: Request, **names: str) -> HttpResponse:
        """Answer the related row, or a page of the related rows."""
        self.check_readable()
        if self.relation.many:
            query = parse_query(self.target, self.params, self.actor)
            return self.page_answer(self.target, self.related_page(query), query)
        query = parse_presentation(self.target, self.params, self.actor)
        public_id = _related_id(self)
        if public_id is None:
            return self.answer(empty_document(request.path))
        row = rows.fetch(self.target, public_id, self.actor, Right.READ, query)
        return self.row_answer(self.target, row, query)


class RelationshipView(RelationView):
    """``/api/<entity>/<id>/relationships/<relation>``: which rows are related."""

    def get(self, request: Request, **names: str) -> HttpResponse:
        """Answer identifiers: one or ``null``, or a page of them."""
        self.check_readable()
        address = f"{entity_path(self.entity)}/{self.public_id}"
        related = f"{address}/{self.relation.name}"
        if not self.relation.many:
            self.refuse_parameters()
            public_id = _related_id(self)
            data = identifier(self.target, public_id) if public_id else None
            return self.answer({"data": data, "links": {"self": request.path, "related": related}})
        query = parse_query(self.target, self.params, self.actor)
        page = self.related_page(query)
        links = PageLinks.of(self.http_request, page)
        members = [identifier(self.target, row["reference_id"]) for row in page.rows]
        return self.answer({"data": members, "links": {**links.links(), "related": related}, "meta": links.numbers()})

    def patch(self, request: Request, **names: str) -> HttpResponse:
        """Replace what is related."""
        return self._change("replace")

    def post(self, request: Request, **names: str) -> HttpResponse:
        """Add to what is related."""
        return self._change("add")

    def delete(self, request: Request, **names: str) -> HttpResponse:
        """Remove from what is related."""
        return self._change("remove")

    def _change(self, how: str) -> HttpResponse:
        require(self.entity, Right.READ, self.actor)
        self.refuse_parameters()
        members = read_identifiers(self.target, self.relation, self.body())
        with unit(self.actor) as work:
            relationship = Relationship(work, self.entity, self.public_id, self.relation)
            changes = {"replace": relationship.replace, "add": relationship.add, "remove": relationship.remove}
            changes[how](members)
        return nothing()


def _related_id(view: RelationView) -> str | None:
    """Return the id of the one related row."""
    field = view.relation.field
    if field is not None:
        held: str | None = rows.get(view.entity, view.public_id, view.actor)[field.name]
        return held
    found = view.related_page(parse_query(view.target, {}, view.actor)).rows
    return str(found[0]["reference_id"]) if found else None
