"""What was answered, or whatever was raised, as an HTTP response; nothing internal is told."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from actions.engine.transactions import unreachable
from actions.errors import ActionError, InternalFault
from actions.responses import Answer, render_failure
from actions.views.asking import wants_problem
from entities.identifiers import uuid7
from entities.outages import is_outage

logger = logging.getLogger("actions")


def guarded(
    request: HttpRequest, work: Callable[[], HttpResponse], refuse: Callable[[Answer], HttpResponse]
) -> HttpResponse:
    """Return what ``work`` gives, or its failure as ``refuse`` shows it."""
    try:
        return work()
    except ActionError as error:
        answer = render_failure(error, as_problem=wants_problem(request))
    except Exception as error:
        answer = _outage(request, error) if is_outage(error) else _fault(request)
    return refuse(answer)


def _outage(request: HttpRequest, error: Exception) -> Answer:
    logger.warning("The database is not available: %s", error)
    return render_failure(unreachable(), as_problem=wants_problem(request))


def _fault(request: HttpRequest) -> Answer:
    """Log our own fault under an id, and tell the client no more than the id."""
    error_id = str(uuid7())
    logger.exception("Fault %s in %s %r", error_id, request.method, request.path)
    fault = InternalFault(f"Something went wrong on our side. Quote {error_id}.", hint=error_id)
    return render_failure(fault, as_problem=wants_problem(request))


def respond(answer: Answer) -> HttpResponse:
    """Return the answer as Django sends it."""
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    for name, value in answer.headers.items():
        response[name] = value
    return response
