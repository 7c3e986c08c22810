"""What every route of CRUD has: the entity of the address, who asks, what was sent, and answers in JSON:API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request
from rest_framework.views import APIView

from entities import rows
from entities.access import find
from entities.actors import Actor
from entities.addresses import PageLinks
from entities.authentication import RequestCredentials, actor_of
from entities.encoding import to_json
from entities.entity import Entity
from entities.errors import BadParameter, NotFound
from entities.filters import ListQuery
from entities.media import AnyJson, Negotiation, answer_type, check_content_type
from entities.parsing import Bounds, read_body, read_json
from entities.problems import respond
from entities.serializers import Document, list_document, row_document

# What a JavaScript client makes of a list: ``query[][column]=...``. The original reads ``query`` as JSON text only.
UNREAD = "query[]["


class EntityView(APIView):
    """A route of one entity, for one actor."""

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


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer an address below ``/api`` that is none."""
    return respond(NotFound("address"), request)


def nothing() -> HttpResponse:
    """Return the answer without a body."""
    answer = HttpResponse(status=204)
    del answer["Content-Type"]
    return answer
