"""The routes of CRUD. Each method reads what is asked, checks the right, calls one function and writes the answer.

DRF does authentication, negotiation, throttling and exceptions; bodies and answers are our own. Every write is one
transaction. Sources: JSON:API 1.1 and Daptin (reference 4.5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request
from rest_framework.views import APIView

from entities import rows
from entities.access import find, require
from entities.actors import Actor
from entities.addresses import PageLinks, entity_path
from entities.authentication import RequestCredentials, actor_of
from entities.documents import Resource, read_changes, read_identifiers, read_new
from entities.encoding import to_json
from entities.entity import Entity, Relation
from entities.errors import BadParameter, NotAuthenticated, NotFound, UnknownRelation
from entities.filters import ListQuery, parse_presentation, parse_query
from entities.filters.names import find_relation, visible_relations
from entities.media import AnyJson, Negotiation, answer_type, check_content_type
from entities.parsing import Bounds, read_body, read_json
from entities.permissions import Right, grants, may
from entities.problems import respond
from entities.registry import get as get_entity
from entities.relationships import Relationship
from entities.serializers import Document, empty_document, identifier, list_document, row_document
from entities.store import unit

MINE = "mine"
# What a JavaScript client makes of a list: ``query[][column]=...``. The original reads ``query`` as JSON text only.
UNREAD = "query[]["


class EntityView(APIView):
    """What every route has: the entity of the address, the actor, and answers in JSON:API."""

    authentication_classes = [RequestCredentials]
    permission_classes = []
    renderer_classes = [AnyJson]
    content_negotiation_class = Negotiation

    entity: Entity
    actor: Actor
    pointers: Mapping[str, str] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Know who asks, and for what."""
        super().initial(request, *args, **kwargs)
        self.actor = actor_of(request)
        self.entity = find(kwargs["name"], self.actor)

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Answer any failure."""
        if getattr(exc, "status_code", None) == 401:
            exc.auth_header = self.get_authenticate_header(self.request)  # type: ignore[attr-defined]
        return respond(exc, self.http_request, self.pointers)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Say which methods there are, in ``Allow``."""
        return nothing()

    @property
    def http_request(self) -> HttpRequest:
        """Django's request."""
        return self.request._request

    @property
    def params(self) -> dict[str, list[str]]:
        """The query parameters, each a list of texts; without those that the original's clients send in vain."""
        return {name: values for name, values in self.http_request.GET.lists() if not name.startswith(UNREAD)}

    def body(self) -> Any:
        """Return the JSON value of the request's body."""
        bounds = Bounds.of_settings()
        body = read_body(self.http_request, bounds)
        if body:
            check_content_type(self.http_request)
        return read_json(body, bounds)

    def answer(self, document: Document, status: int = 200) -> HttpResponse:
        """Return a document as the answer."""
        return HttpResponse(to_json(document), status=status, content_type=answer_type(self.http_request))

    def row_answer(self, entity: Entity, row: Mapping[str, Any], query: ListQuery, status: int = 200) -> HttpResponse:
        """Return one row as the answer."""
        return self.answer(row_document(entity, row, query, self.actor), status)

    def page_answer(self, entity: Entity, page: rows.Page, query: ListQuery) -> HttpResponse:
        """Return a page of rows as the answer."""
        links = PageLinks.of(self.http_request, page)
        return self.answer(list_document(entity, page, query, self.actor, links))

    def refuse_parameters(self) -> None:
        """Refuse any query parameter, where none means anything."""
        for name in self.params:
            raise BadParameter(f"Unknown parameter '{name[:60]}'.", parameter=name[:60])

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep answers, which depend on who asks, out of shared caches."""
        response.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ("Accept", "Authorization", "Cookie"))
        return super().finalize_response(request, response, *args, **kwargs)


class ListView(EntityView):
    """``/api/<entity>``."""

    def get(self, request: Request, name: str) -> HttpResponse:
        """Answer a page of the rows that the actor may read."""
        require(self.entity, Right.READ, self.actor)
        query = parse_query(self.entity, self.params, self.actor)
        return self.page_answer(self.entity, rows.select(self.entity, query, self.actor), query)

    def post(self, request: Request, name: str) -> HttpResponse:
        """Create a row."""
        require(self.entity, Right.CREATE, self.actor)
        query = parse_presentation(self.entity, self.params, self.actor)
        resource = _noted(self, read_new(self.entity, self.body()))
        with unit(self.actor) as work:
            row = work.create(self.entity, resource.values)
            work.flush()
            row = _presented(self.entity, row, query, self.actor)
        answer = self.row_answer(self.entity, row, query, status=201)
        answer["Location"] = f"{entity_path(self.entity)}/{row['reference_id']}"
        return answer


class RowView(EntityView):
    """``/api/<entity>/<id>``; the id ``mine`` is the signed-in account's."""

    public_id: str

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Know which row is meant."""
        super().initial(request, *args, **kwargs)
        self.public_id = kwargs["public_id"]
        if self.public_id == MINE and self.entity.owns_itself:
            if self.actor.id is None:
                raise NotAuthenticated("Sign in to have an account of your own.")
            self.public_id = str(self.actor.id)

    def get(self, request: Request, **names: str) -> HttpResponse:
        """Answer the row."""
        require(self.entity, Right.READ, self.actor)
        query = parse_presentation(self.entity, self.params, self.actor)
        row = rows.fetch(self.entity, self.public_id, self.actor, Right.READ, query)
        return self.row_answer(self.entity, row, query)

    def patch(self, request: Request, **names: str) -> HttpResponse:
        """Change the fields that are named."""
        require(self.entity, Right.UPDATE, self.actor)
        query = parse_presentation(self.entity, self.params, self.actor)
        resource = _noted(self, read_changes(self.entity, self.public_id, self.body()))
        with unit(self.actor) as work:
            row = work.update(self.entity, self.public_id, resource.values)
            work.flush()
            if not self._may_read(row):
                return nothing()
            row = _presented(self.entity, row, query, self.actor)
        return self.row_answer(self.entity, row, query)

    def _may_read(self, row: Mapping[str, Any]) -> bool:
        """Say whether a row that was changed may be shown; who may change it may perhaps not read it."""
        values = {**row, self.entity.key_column: self.entity.key(self.public_id)}
        return may(Right.READ, self.entity, self.actor) and grants(self.entity, values, Right.READ, self.actor)

    def delete(self, request: Request, **names: str) -> HttpResponse:
        """Delete the row."""
        require(self.entity, Right.DELETE, self.actor)
        self.refuse_parameters()
        with unit(self.actor) as work:
            work.delete(self.entity, self.public_id)
        return self.answer({"meta": None})


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


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer an address below ``/api`` that is none."""
    return respond(NotFound("address"), request)


def nothing() -> HttpResponse:
    """Return the answer without a body."""
    answer = HttpResponse(status=204)
    del answer["Content-Type"]
    return answer


def _noted(view: EntityView, resource: Resource) -> Resource:
    """Let a later refusal point to where the value stands in the document."""
    view.pointers = resource.pointers
    return resource


def _presented(entity: Entity, row: dict[str, Any], query: ListQuery, actor: Actor) -> dict[str, Any]:
    """Return a row just written with what is to be included; as it is where the actor may not read it again."""
    if not query.include:
        return row
    return rows.fetch(entity, row["reference_id"], actor, Right.READ, query)


def _related_id(view: RelationView) -> str | None:
    """Return the id of the one related row."""
    field = view.relation.field
    if field is not None:
        held: str | None = rows.get(view.entity, view.public_id, view.actor)[field.name]
        return held
    found = view.related_page(parse_query(view.target, {}, view.actor)).rows
    return str(found[0]["reference_id"]) if found else None
