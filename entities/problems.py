"""Any failure in, an answer out: JSON:API errors, or an RFC 9457 problem for who prefers one.

The one place where errors get HTTP. What nobody foresaw is logged under an id, and the client sees only the id.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions

from entities.encoding import to_json
from entities.errors import (
    EntityError,
    FieldProblem,
    Forbidden,
    InternalFault,
    NotAcceptable,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Throttled,
    TooLarge,
    Unavailable,
    Unreadable,
    UnsupportedMediaType,
)
from entities.identifiers import uuid7
from entities.media import JSON_API, PROBLEM, preferred
from entities.outages import is_outage

logger = logging.getLogger(__name__)

RETRY_AFTER = "1"


@dataclass(frozen=True, slots=True)
class Failure:
    """What goes wrong, as told to a client."""

    status: int
    code: str
    name: str
    detail: str
    hint: str = ""
    pointer: str = ""
    parameter: str = ""
    errors: tuple[FieldProblem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The name as words."""
        return self.name.replace("_", " ").capitalize()


def respond(error: Exception, request: HttpRequest, pointers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return the answer for a failure; ``pointers`` say where in the document a field stands, if not in attributes."""
    failure = failure_of(error)
    media_type = preferred(request) or JSON_API
    body = problem(failure) if media_type == PROBLEM else document(failure, pointers or {})
    answer = HttpResponse(to_json(body), status=failure.status, content_type=media_type)
    for name, value in failure.headers.items():
        answer[name] = value
    return answer


def document(failure: Failure, pointers: Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON:API document: an error for each refused field, or one."""
    if failure.errors and not failure.parameter:
        return {"errors": [_field_error(failure, item, pointers) for item in failure.errors]}
    return {"errors": [_error(failure)]}


def problem(failure: Failure) -> dict[str, Any]:
    """Return the RFC 9457 problem with the same content."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": failure.title,
        "status": failure.status,
        "detail": failure.detail,
        "code": failure.code,
        "name": failure.name,
    }
    extras = {"hint": failure.hint, "pointer": failure.pointer, "parameter": failure.parameter}
    body |= {name: value for name, value in extras.items() if value}
    if failure.errors:
        body["errors"] = [{"field": item.field, "code": item.code, "message": item.message} for item in failure.errors]
    return body


def failure_of(error: Exception) -> Failure:
    """Return what to tell about an exception; an unforeseen one is logged."""
    for kind, translate in _KINDS:
        if isinstance(error, kind):
            return translate(error)
    if is_outage(error):
        return _of_database(error)
    error_id = str(uuid7())
    logger.error("error %s", error_id, exc_info=error)
    return _of_entity_error(InternalFault(error_id))


def _error(failure: Failure) -> dict[str, Any]:
    error: dict[str, Any] = {
        "status": str(failure.status),
        "code": failure.code,
        "title": failure.title,
        "detail": failure.detail,
    }
    source = {"pointer": failure.pointer, "parameter": failure.parameter}
    error |= {"source": {name: value for name, value in source.items() if value}} if any(source.values()) else {}
    meta = {"name": failure.name, "hint": failure.hint}
    return error | {"meta": {name: value for name, value in meta.items() if value}}


def _field_error(failure: Failure, item: FieldProblem, pointers: Mapping[str, str]) -> dict[str, Any]:
    error = {
        "status": str(failure.status),
        "code": failure.code,
        "title": failure.title,
        "detail": item.message or failure.detail,
        "meta": {"name": failure.name, "field": item.field, "code": item.code},
    }
    if item.field:
        error["source"] = {"pointer": pointers.get(item.field) or f"/data/attributes/{_step(item.field)}"}
    return error


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _of_entity_error(error: EntityError) -> Failure:
    headers = {401: {"WWW-Authenticate": 'Bearer realm="api"'}, 503: {"Retry-After": RETRY_AFTER}}
    return Failure(
        status=error.status,
        code=error.code,
        name=error.name,
        detail=error.message,
        hint=error.hint,
        pointer=error.pointer,
        parameter=error.parameter,
        errors=error.errors,
        headers={**headers.get(error.status, {}), **error.headers},
    )


_FRAMEWORK: Mapping[int, type[EntityError]] = {
    kind.status: kind
    for kind in (Unreadable, NotAuthenticated, Forbidden, NotAllowed, NotAcceptable, UnsupportedMediaType, Throttled)
}


def _of_framework(error: exceptions.APIException) -> Failure:
    kind = _FRAMEWORK.get(error.status_code, Unreadable)
    headers = {"WWW-Authenticate": getattr(error, "auth_header", None), "Retry-After": _seconds(error)}
    return Failure(
        status=error.status_code,
        code=kind.code,
        name=kind.name,
        detail=str(error.detail),
        headers={name: str(value) for name, value in headers.items() if value},
    )


def _seconds(error: exceptions.APIException) -> int | None:
    wait = getattr(error, "wait", None)
    return None if wait is None else math.ceil(wait)


def _of_database(error: Exception) -> Failure:
    logger.warning("The database is not available: %s", type(error).__name__, exc_info=error)
    return _of_entity_error(Unavailable("The database cannot serve this request now.", hint="Try again."))


_KINDS: tuple[tuple[type[Exception], Callable[[Any], Failure]], ...] = (
    (EntityError, _of_entity_error),
    (exceptions.APIException, _of_framework),
    (Http404, lambda _: _of_entity_error(NotFound("resource"))),
    (PermissionDenied, lambda _: _of_entity_error(Forbidden("You may not do that."))),
    (RequestDataTooBig, lambda _: _of_entity_error(TooLarge("The request is too large."))),
    (SuspiciousOperation, lambda _: _of_entity_error(Unreadable("The request cannot be read."))),
)
