"""``/action/<type>/<name>``: POST runs an action, GET describes it. HTTP in, an invocation out, an answer back.

A browser that asks for ``text/html`` gets pages: the form of the action, and what came of it (``actions.forms``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from actions.bodies import read_attributes
from actions.catalog import Served
from actions.engine.transactions import unreachable
from actions.errors import (
    ActionError,
    InternalFault,
    MethodNotAllowed,
    NotPermitted,
    TokenRevoked,
    UnknownAction,
    UnreadableInput,
)
from actions.forms.pages import Place, answer_page, failure_page, form_page, guide_page
from actions.forms.requests import as_meant, page_key, wants_page
from actions.idempotency import answer_again, answer_once, claim_for, claim_for_content, read_key
from actions.inputs import input_schema
from actions.invocations import Invocation
from actions.invoke import admit, check_served, check_subject, invoke_admitted, invoke_with
from actions.permissions import check_may_see_traces
from actions.rehearsal import rehearse, render_rehearsal
from actions.responses import JSON, PROBLEM, Answer, render_entries, render_failure
from actions.schema import action_schema
from actions.webhooks import allowed_methods, find_receiver, receive
from entities import errors as entity_errors
from entities.actors import Actor
from entities.authentication import actor_of_request
from entities.callers import caller_address
from entities.identifiers import uuid7
from entities.outages import is_outage

logger = logging.getLogger("actions")
DRY_RUN = "dry_run"
DRY_WORDS = {"true": True, "1": True, "false": False, "0": False}
ALLOW = {"Allow": "GET, HEAD, OPTIONS, POST"}


class ActionView(View):
    """One action, on the entity or on one instance of it."""

    has_pages = True

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """Return the view, once: what decorates ``dispatch`` is made anew with every request.

        Where a request with a cookie comes from is asked by ``entities.authentication``.
        """
        return csrf_exempt(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.has_pages and wants_page(request):
            return _guarded(request, partial(_page, request, **kwargs), partial(failure_page, request))
        answered = _guarded(request, lambda: _response(self._answer(request, **kwargs)), _response)
        if request.method in ("GET", "HEAD"):
            patch_vary_headers(answered, ("Accept",))
        return answered

    def _answer(self, request: HttpRequest, type_name: str, name: str, subject_id: str | None = None) -> Answer:
        receiver = find_receiver(type_name, name) if subject_id is None else None
        if receiver is not None:
            return _receive(request, receiver)
        if request.method == "POST":
            return _execute(request, _asked(request, type_name, name, subject_id))
        if request.method in ("GET", "HEAD"):
            return _description(Invocation(type_name, name, _actor(request)))
        if request.method == "OPTIONS":
            return Answer(204, b"", JSON, ALLOW)
        refusal = render_failure(MethodNotAllowed(str(request.method)[:20]), as_problem=wants_problem(request))
        return replace(refusal, headers={**refusal.headers, **ALLOW})


class WebhookView(ActionView):
    """One receiver. What is no receiver is not here."""

    has_pages = False

    def _answer(self, request: HttpRequest, type_name: str, name: str, subject_id: str | None = None) -> Answer:
        receiver = find_receiver(type_name, name)
        if receiver is None:
            raise UnknownAction(type_name, name)
        return _receive(request, receiver)


def _guarded(
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


def _page(request: HttpRequest, type_name: str, name: str, subject_id: str | None = None) -> HttpResponse:
    """Answer a person: show the form, or run the action and show what came of it.

    A receiver takes signed requests only, whatever they say that their senders like to read.
    """
    receiver = find_receiver(type_name, name) if subject_id is None else None
    if receiver is not None:
        return _guarded(request, lambda: _response(_receive(request, receiver)), _response)
    asked = _asked(request, type_name, name, subject_id)
    served = check_served(asked)
    if request.method != "POST":
        return form_page(request, Place(served, _checked_instance(request, asked, served)))
    place = Place(served, subject_id)
    run = partial(_execute, request, asked, by_person=True)
    return _guarded(request, lambda: answer_page(request, place, run()), partial(answer_page, request, place))


def _checked_instance(request: HttpRequest, asked: Invocation, served: Served) -> object:
    """Return the public id of the instance that the form is for, ``None`` without one; ``?instance=`` may name it."""
    named = None if served.contract.declares("instance") else request.GET.get("instance") or None
    subject = check_subject(served, asked if asked.subject_id is not None else replace(asked, subject_id=named))
    return None if subject is None else subject["reference_id"]


def _asked(request: HttpRequest, type_name: str, name: str, subject_id: str | None) -> Invocation:
    address = caller_address(request.META)
    return Invocation(type_name, name, _actor(request), subject_id=subject_id, address=address)


def wants_problem(request: HttpRequest) -> bool:
    """Say whether the client names RFC 9457 problems, and likes nothing else better."""
    if PROBLEM not in request.META.get("HTTP_ACCEPT", "").lower() or wants_page(request):
        return False
    return request.get_preferred_type([PROBLEM, JSON]) == PROBLEM


def _receive(request: HttpRequest, receiver: Served) -> Answer:
    """Take a signed request. Who is signed in where it comes from is not looked at."""
    if request.method == "OPTIONS":
        return Answer(204, b"", JSON, {"Allow": allowed_methods(receiver)})
    try:
        return receive(request, receiver, as_problem=wants_problem(request))
    except MethodNotAllowed as error:
        refusal = render_failure(error, as_problem=wants_problem(request))
        return replace(refusal, headers={**refusal.headers, "Allow": allowed_methods(receiver)})


def _execute(request: HttpRequest, asked: Invocation, *, by_person: bool = False) -> Answer:
    """Run the action, with an Idempotency-Key once, however often it is asked for.

    The body of a caller who may not, or not so often, is not looked at.
    """
    served = admit(asked)
    is_dry = _is_dry(request, served)
    if is_dry:
        check_may_see_traces(served, asked.actor)
    invocation = _with_contents(request, asked, served, by_person=by_person)
    if is_dry:
        return render_rehearsal(rehearse(served, invocation))
    refuse = partial(render_failure, as_problem=wants_problem(request))
    header = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if header is not None:
        claim = claim_for(read_key(header), invocation)
        return answer_once(claim, partial(invoke_with, served, replace(invocation, seed=claim.seed)), refuse)
    key = page_key(request, served.contract) if by_person else None
    if key is not None:
        claim = claim_for_content(read_key(key), invocation)
        return answer_again(claim, partial(invoke_with, served, replace(invocation, seed=claim.seed)), refuse)
    return render_entries(invoke_admitted(served, invocation))


def _is_dry(request: HttpRequest, served: Served) -> bool:
    """Say whether nothing shall be left behind; an input of that name is an input.

    Raises:
        UnreadableInput: it is neither true nor false.
    """
    word = request.GET.get(DRY_RUN)
    if word is None or served.contract.declares(DRY_RUN):
        return False
    if word.lower() not in DRY_WORDS:
        raise UnreadableInput(f"'{DRY_RUN}' is true or false.")
    return DRY_WORDS[word.lower()]


def _with_contents(
    request: HttpRequest, invocation: Invocation, served: Served, *, by_person: bool = False
) -> Invocation:
    declares = served.contract.declares
    envelope = frozenset(name for name in ("Name", "OnType") if not declares(name))
    sent = read_attributes(request, envelope)
    sent = as_meant(served.contract, sent) if by_person else sent
    if DRY_RUN in request.GET and not declares(DRY_RUN):
        sent = replace(sent, query={name: value for name, value in sent.query.items() if name != DRY_RUN})
    given = None
    names = (invocation.type_name, served.plan.type_name)  # an alias names the instance too
    for key in dict.fromkeys(f"{name}_id" for name in names):
        value, sent = (sent.get(key), sent) if declares(key) else sent.without(key)
        given = value if given is None and value != "" else given  # an empty text counts as not sent
    subject_id = given if invocation.subject_id is None else invocation.subject_id
    return replace(invocation, sent=sent, subject_id=subject_id, request=_facts(request))


def _facts(request: HttpRequest) -> dict[str, Any]:
    """What expressions may know of the request: headers only as far as the settings name them."""
    variables = _header_variables(tuple(settings.ACTIONS["REQUEST_HEADERS"]))
    headers = {name: request.META[variable] for name, variable in variables if variable in request.META}
    return {"method": request.method, "path": request.path, "headers": headers}


@lru_cache(maxsize=8)
def _header_variables(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the variables of WSGI that hold these headers: cheaper than a mapping of all headers."""
    return tuple((name, f"HTTP_{name.upper().replace('-', '_')}") for name in names)


def _actor(request: HttpRequest) -> Actor:
    """Return who asks; the proof of where a request comes from may stand in a form, which may be unreadable."""
    try:
        return actor_of_request(request)
    except entity_errors.TokenRevoked as error:
        raise TokenRevoked(error.message, hint=error.hint, headers=error.headers) from None
    except entity_errors.Forbidden as error:
        raise NotPermitted(error.message, hint=error.hint) from None
    except (entity_errors.Unreadable, SuspiciousOperation):
        raise UnreadableInput("The form cannot be read.") from None


def _description(invocation: Invocation) -> Answer:
    plan = check_served(invocation).plan
    body = {
        "type": plan.type_name,
        "name": plan.name,
        "label": plan.label,
        "instance": "optional" if plan.instance_optional else "required",
        "method": "POST",
        "inputs": input_schema(plan),
    }
    return Answer(200, JsonResponse(body).content)


def _outage(request: HttpRequest, error: Exception) -> Answer:
    logger.warning("The database is not available: %s", error)
    return render_failure(unreachable(), as_problem=wants_problem(request))


def _fault(request: HttpRequest) -> Answer:
    """Log our own fault under an id, and tell the client no more than the id."""
    error_id = str(uuid7())
    logger.exception("Fault %s in %s %r", error_id, request.method, request.path)
    fault = InternalFault(f"Something went wrong on our side. Quote {error_id}.", hint=error_id)
    return render_failure(fault, as_problem=wants_problem(request))


def _response(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    for name, value in answer.headers.items():
        response[name] = value
    return response


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer an address below ``/action`` or ``/webhook`` that is none."""
    place, _, rest = request.path_info.strip("/").partition("/")
    type_name, _, name = rest.strip("/").partition("/")
    error = UnknownAction(type_name, name)
    error.hint = f"{'A receiver' if place == 'webhook' else 'An action'} is at /{place}/<type>/<name>."
    answer = render_failure(error, as_problem=wants_problem(request))
    return failure_page(request, answer) if wants_page(request) else _response(answer)


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Answer the page that shows how to put a form onto a site."""
    return guide_page(request)


def schema(request: HttpRequest) -> HttpResponse:
    """Serve the JSON Schema of the notation, for editors."""
    return JsonResponse(action_schema())
