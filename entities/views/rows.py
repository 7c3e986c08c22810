"""``/api/<entity>`` and ``/api/<entity>/<id>``: rows are listed, read and written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from entities import rows
from entities.access import require
from entities.actors import Actor
from entities.addresses import entity_path
from entities.documents import Resource, read_changes, read_new
from entities.entity import Entity
from entities.errors import NotAuthenticated
from entities.filters import ListQuery, parse_presentation, parse_query
from entities.permissions import Right, grants, may
from entities.store import unit
from entities.views.base import EntityView, nothing

MINE = "mine"


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


def _noted(view: EntityView, resource: Resource) -> Resource:
    """Let a later refusal point to where the value stands in the document."""
    view.pointers = resource.pointers
    return resource


def _presented(entity: Entity, row: dict[str, Any], query: ListQuery, actor: Actor) -> dict[str, Any]:
    """Return a row just written with what is to be included; as it is where the actor may not read it again."""
    if not query.include:
        return row
    return rows.fetch(entity, row["reference_id"], actor, Right.READ, query)
