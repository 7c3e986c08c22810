"""Each route: a request in, one phase after the other called, an answer out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from actions.catalog import Served
from actions.errors import MethodNotAllowed, UnknownAction
from actions.forms.pages import Place, answer_page, failure_page, form_page, guide_page
from actions.forms.requests import page_key, wants_page
from actions.idempotency import answer_again, answer_once, claim_for, claim_for_content, read_key
from actions.inputs import input_schema
from actions.invocations import Invocation
from actions.invoke import admit, check_served, check_subject, invoke_admitted, invoke_with
from actions.permissions import check_may_see_traces
from actions.rehearsal import rehearse, render_rehearsal
from actions.responses import JSON, Answer, render_entries, render_failure
from actions.schema import action_schema
from actions.views.answering import guarded, respond
from actions.views.asking import actor_of, asked_for, wants_dry_run, wants_problem, with_contents
from actions.webhooks import allowed_methods, find_receiver, receive

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
            return guarded(request, partial(_page, request, **kwargs), partial(failure_page, request))
        answered = guarded(request, lambda: respond(self._answer(request, **kwargs)), respond)
        if request.method in ("GET", "HEAD"):
            patch_vary_headers(answered, ("Accept",))
        return answered

    def _answer(self, request: HttpRequest, type_name: str, name: str, subject_id: str | None = None) -> Answer:
        receiver = find_receiver(type_name, name) if subject_id is None else None
        if receiver is not None:
            return _receive(request, receiver)
        if request.method == "POST":
            return _execute(request, asked_for(request, type_name, name, subject_id))
        if request.method in ("GET", "HEAD"):
            return _description(Invocation(type_name, name, actor_of(request)))
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


def _page(request: HttpRequest, type_name: str, name: str, subject_id: str | None = None) -> HttpResponse:
    """Answer a person: show the form, or run the action and show what came of it.

    A receiver takes signed requests only, whatever they say that their senders like to read.
    """
    receiver = find_receiver(type_name, name) if subject_id is None else None
    if receiver is not None:
        return guarded(request, lambda: respond(_receive(request, receiver)), respond)
    asked = asked_for(request, type_name, name, subject_id)
    served = check_served(asked)
    if request.method != "POST":
        return form_page(request, Place(served, _checked_instance(request, asked, served)))
    place = Place(served, subject_id)
    run = partial(_execute, request, asked, by_person=True)
    return guarded(request, lambda: answer_page(request, place, run()), partial(answer_page, request, place))


def _checked_instance(request: HttpRequest, asked: Invocation, served: Served) -> object:
    """Return the public id of the instance that the form is for, ``None`` without one; ``?instance=`` may name it."""
    named = None if served.contract.declares("instance") else request.GET.get("instance") or None
    subject = check_subject(served, asked if asked.subject_id is not None else replace(asked, subject_id=named))
    return None if subject is None else subject["reference_id"]


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
    is_dry = wants_dry_run(request, served)
    if is_dry:
        check_may_see_traces(served, asked.actor)
    invocation = with_contents(request, asked, served, by_person=by_person)
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


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer an address below ``/action`` or ``/webhook`` that is none."""
    place, _, rest = request.path_info.strip("/").partition("/")
    type_name, _, name = rest.strip("/").partition("/")
    error = UnknownAction(type_name, name)
    error.hint = f"{'A receiver' if place == 'webhook' else 'An action'} is at /{place}/<type>/<name>."
    answer = render_failure(error, as_problem=wants_problem(request))
    return failure_page(request, answer) if wants_page(request) else respond(answer)


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Answer the page that shows how to put a form onto a site."""
    return guide_page(request)


def schema(request: HttpRequest) -> HttpResponse:
    """Serve the JSON Schema of the notation, for editors."""
    return JsonResponse(action_schema())
