"""Groups in, a JSON:API document out. Source of its shape: Daptin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from entities.aggregates.query import AggregateQuery
from entities.aggregates.running import Groups
from entities.identifiers import uuid7
from entities.serializers import VERSION

Document = dict[str, Any]


def groups_document(query: AggregateQuery, groups: Groups, links: Document) -> Document:
    """Return the document; ``meta`` says whether more groups follow. An id is good for this answer only."""
    kind = f"aggregate_{query.entity.name}"
    data = [{"type": kind, "id": str(uuid7()), "attributes": row} for row in groups.rows]
    body: Document = {"jsonapi": VERSION, "data": data}
    if query.window is None:
        return body
    return {**body, **({"links": links} if links else {}), "meta": {"has_more": groups.has_more}}


def page_links(request: HttpRequest, query: AggregateQuery, groups: Groups) -> Document:
    """Return the addresses of this page and of those beside it."""
    if query.window is None:
        return {}
    number = query.window.number
    previous = _address(request, number - 1) if number > 1 else None
    following = _address(request, number + 1) if groups.has_more else None
    return {"self": request.get_full_path(), "prev": previous, "next": following}


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page[number]"] = str(number)
    return f"{request.path}?{query.urlencode()}"
