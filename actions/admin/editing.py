"""What the editor asks of the server while somebody types: the problems of a text, and the words that it completes.

Asking saves nothing. Who may change no definition and make none is refused; what is asked is bounded.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from actions.admin.forms import latest, other_action, taken_name
from actions.admin.vocabulary import attributes_of, vocabulary
from actions.errors import Problem, RefusedDocument
from actions.loading import Prepared, prepare
from actions.models import Definition
from entities.identifiers import parse_uuid

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    Pages = ModelAdmin[Definition]
else:
    Pages = object

MOST_BYTES = 1024 * 1024  # more than the longest document with every sign escaped as forms do


class EditorPages(Pages):
    """Adds the addresses that the editor asks."""

    def get_urls(self) -> list[URLPattern]:
        """Put them before the pages, whose addresses begin with any text."""
        check = self.admin_site.admin_view(require_POST(self.check_text))
        words = self.admin_site.admin_view(require_GET(self.show_vocabulary))
        attributes = self.admin_site.admin_view(require_GET(self.show_attributes))
        own = [
            path("check/", check, name="actions_definition_check"),
            path("vocabulary/", words, name="actions_definition_vocabulary"),
            path("attributes/", attributes, name="actions_definition_attributes"),
        ]
        return [*own, *super().get_urls()]

    def check_text(self, request: HttpRequest) -> HttpResponse:
        """Answer the problems of a text as saving would tell them."""
        self._check_may_edit(request)
        if len(request.body) > MOST_BYTES:
            return JsonResponse({"error": "The text is too long."}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        text = request.POST.get("text", "").replace("\r\n", "\n")
        definition = _definition(request.POST.get("definition", ""))
        return JsonResponse({"problems": _problems(text, definition, may_add=self.has_add_permission(request))})

    def show_vocabulary(self, request: HttpRequest) -> HttpResponse:
        """Answer what the editor completes and explains."""
        self._check_may_edit(request)
        return JsonResponse(vocabulary())

    def show_attributes(self, request: HttpRequest) -> HttpResponse:
        """Answer what an operation of an integration takes, for the editor to complete."""
        self._check_may_edit(request)
        return JsonResponse(attributes_of(request.GET.get("type", ""), request.GET.get("method", "")))

    def _check_may_edit(self, request: HttpRequest) -> None:
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied


def _definition(text: str) -> Definition | None:
    public_id: UUID | None = parse_uuid(text)
    return Definition.objects.filter(pk=public_id).first() if public_id else None


def _problems(text: str, definition: Definition | None, *, may_add: bool) -> list[dict[str, Any]]:
    try:
        prepared = prepare(text)
    except RefusedDocument as refused:
        return [_as_data(problem) for problem in refused.problems]
    told = [_as_data(problem) for problem in prepared.warnings]
    refusal = _refusal(prepared, definition, may_add=may_add)
    place = prepared.candidate.action.plan.location
    return [*told, _as_data(Problem("", refusal, place))] if refusal else told


def _refusal(prepared: Prepared, definition: Definition | None, *, may_add: bool) -> str:
    """Say why a text that compiles cannot be saved as this definition, or, where there is none, as a new one."""
    if definition is not None:
        return other_action(prepared, definition)
    served = latest(prepared) if may_add else None
    return taken_name(served) if served else ""


def _as_data(problem: Problem) -> dict[str, Any]:
    data = problem.as_data()
    del data["file"]
    return data
