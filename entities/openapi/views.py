"""``/openapi.json``, ``/openapi.yaml`` and the page for people at ``/docs``: what the caller may use, and how."""

from __future__ import annotations

from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from entities.authentication import actor_of_request
from entities.encoding import to_json
from entities.openapi.document import document
from entities.openapi.manual import chapters, operators


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Answer the document as JSON."""
    return _private(HttpResponse(to_json(_document(request)), content_type="application/json"))


@require_safe
def as_yaml(request: HttpRequest) -> HttpResponse:
    """Answer the document as YAML."""
    text = yaml.dump(_document(request), Dumper=_Plain, sort_keys=False, allow_unicode=True)
    return _private(HttpResponse(text, content_type="application/yaml"))


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Answer the page for people."""
    context = {"chapters": chapters(_document(request)), "operators": operators()}
    return _private(render(request, "entities/docs.html", context))


class _Plain(yaml.SafeDumper):
    """Writes everything out: anchors are for people who write YAML."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _document(request: HttpRequest) -> dict[str, Any]:
    return document(actor_of_request(request))


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ("Authorization", "Cookie"))
    return answer
