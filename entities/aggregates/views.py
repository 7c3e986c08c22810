"""``/aggregate/<entity>``: a question by query parameters or as JSON, answered with a resource for each group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from entities import registry
from entities.access import require
from entities.aggregates.documents import groups_document, page_links
from entities.aggregates.parameters import parse_aggregate
from entities.aggregates.running import aggregate
from entities.entity import Entity
from entities.errors import TypeMismatch, Unreadable
from entities.permissions import Right
from entities.views import EntityView

ROOT = ("root_entity", "RootEntity")


class AggregateView(EntityView):
    """Figures over the rows that the actor may read."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: Request, name: str) -> HttpResponse:
        """Answer what the query parameters ask."""
        require(self.entity, Right.READ, self.actor)
        query = parse_aggregate(self.entity, self.params, self.actor)
        groups = aggregate(query, self.actor)
        links = page_links(self.http_request, query, groups)
        return self.answer(groups_document(query, groups, links))

    def post(self, request: Request, name: str) -> HttpResponse:
        """Answer what the body asks; nothing is changed."""
        require(self.entity, Right.READ, self.actor)
        self.refuse_parameters()
        query = parse_aggregate(self.entity, _question(self.entity, self.body()), self.actor)
        return self.answer(groups_document(query, aggregate(query, self.actor), {}))


def _question(entity: Entity, body: Any) -> Mapping[str, Any]:
    """Return the members of the body but for the name of the entity, which must be that of the address."""
    if not isinstance(body, Mapping):
        raise Unreadable("The body must be an object.", hint='For example {"column": ["count"], "group": ["status"]}.')
    for key in ROOT:
        given = body.get(key)
        if given is not None and registry.canonical_name(str(given)) != entity.name:
            raise TypeMismatch(f"'{key}' must be '{entity.name}', as in the address.", pointer=f"/{key}")
    return {name: value for name, value in body.items() if name not in ROOT}
