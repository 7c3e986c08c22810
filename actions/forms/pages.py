"""An action, what was sent and the answer in JSON in, a page out: the form, what came of it, or why not.

Pages are in the reader's language, as far as there is a catalog, and are never kept by anybody else. Status and headers
are those of the answer, but where a redirect is followed.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override

from actions import catalog
from actions.catalog import Served
from actions.forms import notices
from actions.forms.building import ActionForm, FieldFault, forms_of
from actions.forms.directives import Effects, Notice, file_response, read_effects, set_cookies
from actions.forms.messages import SAID, SCRIPT, WHOLE, readable, translated
from actions.forms.requests import KEY_FIELD, UNREAD, is_from_here, posted
from actions.permissions import may_execute
from actions.responses import JSON, Answer
from entities.actors import GUEST
from entities.encoding import to_json

VARY = ("Accept", "Accept-Language", "Authorization", "Cookie")
SIGN_IN = ("user_account", "signin")


class SeeOther(HttpResponseRedirect):
    """What was sent is done; look there."""

    status_code = 303


@dataclass(frozen=True, slots=True)
class Place:
    """The action that a page is about, and the instance it is for."""

    served: Served
    subject_id: object = None

    @property
    def address(self) -> str:
        """Where its form is sent to."""
        plan = self.served.plan
        parts = (plan.type_name, plan.name) if self.subject_id is None else (plan.type_name, self.subject_id, plan.name)
        return "/action/" + "/".join(quote(str(part), safe="") for part in parts)


def form_page(request: HttpRequest, place: Place) -> HttpResponse:
    """Return the page with the form as it is opened."""
    with _in_language_of(request):
        form = forms_of(place.served).first(request.GET)
        return _form(request, place, form, Answer(200, b""))


def answer_page(request: HttpRequest, place: Place, answer: Answer) -> HttpResponse:
    """Return what the answer comes to for a browser: a redirect, a file, what happened, or what to mend."""
    if answer.content_type != JSON:
        return _with_head(HttpResponse(answer.body, content_type=answer.content_type), answer)
    with _in_language_of(request):
        entries = orjson.loads(answer.body)
        if answer.status >= 400 and _failure(entries) is not None:
            return _refused(request, place, answer)
        return _done(request, place, answer, read_effects(entries, forms_of(place.served).data_types))


def failure_page(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Return the page for a request that never came to an action's form."""
    with _in_language_of(request):
        facts = _failure(orjson.loads(answer.body)) or {}
        context = {"problem": _sentence(facts), "status": answer.status, "sign_in": answer.status == 401 and _sign_in()}
        return _page(request, "actions/failure.html", context, answer)


def guide_page(request: HttpRequest) -> HttpResponse:
    """Return the page that shows how to put a form onto a site."""
    context = {"label": "Forms", "site": settings.SITE_URL}
    return _page(request, "actions/guide.html", context, Answer(200, b""))


def _form(request: HttpRequest, place: Place, form: ActionForm, answer: Answer, problem: str = "") -> HttpResponse:
    plan = place.served.plan
    context = {
        "form": form,
        "label": translated(plan.label or plan.name),
        "address": place.address,
        "name": f"{plan.type_name}/{plan.name}",
        "key_field": KEY_FIELD,
        "key": secrets.token_urlsafe(16),
        "token": get_token(request),
        "problem": problem,
        "sentences": _script_sentences(place.served),
        "has_script": not forms_of(place.served).data_types,
        "has_files": form.is_multipart(),
        "notices": notices.kept(request),
    }
    response = _page(request, "actions/form.html", context, answer)
    notices.forget(request, response)
    return response


def _refused(request: HttpRequest, place: Place, answer: Answer) -> HttpResponse:
    facts = _failure(orjson.loads(answer.body)) or {}
    faults = [
        FieldFault(str(item["field"]), str(item["code"]), str(item["message"])) for item in facts.get("errors", ())
    ]
    sent = QueryDict() if answer.status in UNREAD else posted(request)
    return _form(request, place, forms_of(place.served).again(sent, faults), answer, _sentence(facts))


def _done(request: HttpRequest, place: Place, answer: Answer, effects: Effects) -> HttpResponse:
    told = [Notice(item.kind, translated(item.title), translated(item.text)) for item in effects.notices]
    if effects.download is not None:
        response = _with_head(file_response(effects.download), answer)
        notices.keep(request, response, told)
    elif effects.location is not None:
        response = _with_head(SeeOther(effects.location), answer, status=SeeOther.status_code)
        notices.keep(request, response, told)
    else:
        label = translated(place.served.plan.label or place.served.plan.name)
        data = [(readable(name), lines) for name, lines in effects.data]
        context = {"label": label, "notices": told, "data": data, "address": place.address}
        response = _page(request, "actions/done.html", context, answer)
    if effects.cookies and is_from_here(request):
        set_cookies(response, effects.cookies)
    return response


def _failure(entries: Any) -> Mapping[str, Any] | None:
    """Return the facts of a failure, ``None`` for an answer that is none of ours."""
    if isinstance(entries, list) and len(entries) == 1 and isinstance(entries[0], dict):
        facts = entries[0].get("Attributes")
        return facts if isinstance(facts, dict) and "errors" in facts else None
    return None


def _sentence(facts: Mapping[str, Any]) -> str:
    """Return what went wrong; an id that is worth quoting, and what an author wrote, stay in it."""
    said = WHOLE.get(str(facts.get("code")))
    if said is None:
        return translated(facts.get("message"))
    return f"{said} ({facts['error_id']})" if "error_id" in facts else str(said)


def _script_sentences(served: Served) -> str:
    """Return what the script says, as JSON: by code, and what authors wrote by itself where it is translated."""
    written = {text: translated(text) for text in (*SAID, *forms_of(served).texts)}
    changed = {text: other for text, other in written.items() if other != text}
    sentences = {key: str(text) for key, text in {**WHOLE, **SCRIPT}.items()}
    return to_json({**sentences, **changed}).decode()


def _sign_in() -> str:
    found = catalog.find(*SIGN_IN)
    return Place(found).address if found is not None and may_execute(found, GUEST) else ""


def _page(request: HttpRequest, template: str, context: Mapping[str, Any], answer: Answer) -> HttpResponse:
    language = get_language_from_request(request)
    response = HttpResponse(render_to_string(template, {**context, "language": language}))
    response["Content-Language"] = language
    return _with_head(response, answer)


def _with_head(response: HttpResponse, answer: Answer, status: int | None = None) -> HttpResponse:
    response.status_code = status or answer.status
    for name, value in answer.headers.items():
        if name.lower() not in ("content-type", "location"):
            response[name] = value
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, VARY)
    return response


def _in_language_of(request: HttpRequest) -> override:
    return override(get_language_from_request(request))
