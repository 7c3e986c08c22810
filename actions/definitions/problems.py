"""A refused text in, an answer out: one JSON:API error for each problem, with its line and column."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from actions.errors import Problem, RefusedDocument
from entities.encoding import to_json
from entities.media import JSON_API, PROBLEM, preferred


def respond(refused: RefusedDocument, request: HttpRequest, pointer: str) -> HttpResponse:
    """Return the answer; ``pointer`` says where in the request the text stands."""
    media_type = preferred(request) or JSON_API
    body = (
        _problem(refused) if media_type == PROBLEM else {"errors": [_error(item, pointer) for item in refused.problems]}
    )
    return HttpResponse(to_json(body), status=refused.status, content_type=media_type)


def shown(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON: what the command line prints, and the line itself; its file is the request."""
    facts = {name: value for name, value in problem.as_data().items() if name != "file"}
    return facts | {"excerpt": problem.location.excerpt()}


def _error(problem: Problem, pointer: str) -> dict[str, Any]:
    return {
        "status": str(RefusedDocument.status),
        "code": problem.code,
        "title": "Refused document",
        "detail": problem.message,
        "source": {"pointer": pointer},
        "meta": {"name": RefusedDocument.name, **shown(problem)},
    }


def _problem(refused: RefusedDocument) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": "Refused document",
        "status": refused.status,
        "detail": refused.message,
        "code": refused.code,
        "name": refused.name,
        "problems": [shown(item) for item in refused.problems],
    }
