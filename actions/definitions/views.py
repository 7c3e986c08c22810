"""``/api/action`` and ``/api/action/<id>``: the routes of CRUD, with the text of a definition in place of columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from actions.definitions import changes
from actions.definitions.attributes import attributes_of
from actions.definitions.changes import Done
from actions.definitions.problems import respond, shown
from actions.errors import RefusedDocument
from entities import rows
from entities.addresses import PageLinks, entity_path
from entities.documents import Resource, read_changes, read_new
from entities.entity import Entity
from entities.errors import Forbidden, NotAuthenticated, NotFound
from entities.filters import ListQuery, parse_presentation
from entities.identifiers import parse_uuid
from entities.permissions import Right
from entities.serializers import Document, list_document, row_document
from entities.views import EntityView, ListView, RowView


class DefinitionView(EntityView):
    """What both routes have: computed attributes, and the problems of a text as errors."""

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        if isinstance(exc, RefusedDocument):
            return respond(exc, self.http_request, self.pointers["text"])
        return super().handle_exception(exc)

    def page_answer(self, entity: Entity, page: rows.Page, query: ListQuery) -> HttpResponse:
        document = list_document(entity, page, query, self.actor, PageLinks.of(self.http_request, page))
        self._complete(document["data"], query)
        return self.answer(document)

    def row_answer(self, entity: Entity, row: Any, query: ListQuery, status: int = 200) -> HttpResponse:
        return self.answer(self._document(row, query), status)

    def written(self, done: Done, query: ListQuery, status: int) -> HttpResponse:
        """Answer a definition just saved, with the warnings about its text."""
        row = rows.fetch(self.entity, str(done.id), self.actor, Right.READ, query)
        document = self._document(row, query)
        if done.warnings:
            document["meta"] = {"warnings": [shown(problem) for problem in done.warnings]}
        return self.answer(document, status)

    def _document(self, row: Any, query: ListQuery) -> Document:
        document = row_document(self.entity, row, query, self.actor)
        self._complete([document["data"]], query)
        return document

    def _complete(self, resources: Iterable[Document], query: ListQuery) -> None:
        """Add the computed attributes, unless the caller names the columns that they want."""
        if self.entity.name in query.fields:
            return
        resources = list(resources)
        found = attributes_of([UUID(resource["id"]) for resource in resources], self.actor)
        for resource in resources:
            resource["attributes"] |= found.get(UUID(resource["id"]), {})

    def check_administrator(self) -> None:
        """Refuse who may not write definitions.

        Raises:
            NotAuthenticated, Forbidden.
        """
        if self.actor.is_guest:
            raise NotAuthenticated("Sign in to change definitions.")
        if not self.actor.is_unrestricted:
            raise Forbidden("Definitions are changed by administrators.")

    def point_to(self, attribute: str, resource: Resource) -> None:
        """Let a later refusal point to where the text stands in the document."""
        self.pointers = {**resource.pointers, "text": f"/data/attributes/{attribute}"}


class DefinitionListView(DefinitionView, ListView):
    """``/api/action``."""

    def post(self, request: Request, name: str) -> HttpResponse:
        """Create a definition."""
        self.check_administrator()
        query = parse_presentation(self.entity, self.params, self.actor)
        resource = read_new(self.entity, self.body())
        change = changes.read_change(resource.values)
        self.point_to(change.attribute, resource)
        done = changes.create(change, self.actor)
        answer = self.written(done, query, status=201)
        answer["Location"] = f"{entity_path(self.entity)}/{done.id}"
        return answer


class DefinitionRowView(DefinitionView, RowView):
    """``/api/action/<id>``."""

    def patch(self, request: Request, **names: str) -> HttpResponse:
        """Change the text, who may execute it, or whether it is served."""
        self.check_administrator()
        query = parse_presentation(self.entity, self.params, self.actor)
        resource = read_changes(self.entity, self.public_id, self.body())
        current = changes.stored_values(self._key())
        change = changes.read_change(resource.values, current)
        self.point_to(change.attribute, resource)
        return self.written(changes.update(self._key(), change, current, self.actor), query, status=200)

    def delete(self, request: Request, **names: str) -> HttpResponse:
        """Stop serving the definition. What once ran can still be read: nothing is deleted."""
        self.check_administrator()
        self.refuse_parameters()
        current = changes.stored_values(self._key())
        changes.update(self._key(), changes.Change(enabled=False), current, self.actor)
        return self.answer({"meta": None})

    def _key(self) -> UUID:
        key = parse_uuid(self.public_id)
        if key is None:
            raise NotFound(self.entity.name, self.public_id)
        return key
