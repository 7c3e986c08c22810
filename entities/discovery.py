"""``/meta``: what clients of the original ask before anything else, and what such routes have in common."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from entities.actors import Actor
from entities.authentication import actor_of_request
from entities.descriptions import column_types
from entities.encoding import to_json
from entities.errors import BadParameter, NotAllowed
from entities.problems import respond

JSON = "application/json"
SAFE = ("GET", "HEAD")
QUERIES = ("column_types",)

View = Callable[..., HttpResponse]


def discovery(answer: Callable[..., Any]) -> View:
    """Make a view of a function from a request and an actor to a JSON value; whatever it raises is answered."""

    @csrf_exempt  # nothing is changed here: another method is refused as such
    @functools.wraps(answer)
    def view(request: HttpRequest, **names: str) -> HttpResponse:
        try:
            _check_method(request)
            return _private(HttpResponse(to_json(answer(request, actor_of_request(request), **names)), JSON))
        except Exception as error:
            return _private(respond(error, request))

    return view


def _check_method(request: HttpRequest) -> None:
    if request.method not in SAFE:
        raise NotAllowed(f"'{str(request.method)[:20]}' is not allowed here.", hint="Use GET.")


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ("Accept", "Authorization", "Cookie"))
    return answer


@discovery
def meta(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Answer the column types by name."""
    query = request.GET.get("query", "")
    if query not in QUERIES:
        raise BadParameter("'query' must be 'column_types'.", parameter="query")
    return column_types()
