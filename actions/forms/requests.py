"""A browser's own request in: whether it is one, and what it sent, as a visitor means it.

A browser that sends a form without a script asks for ``text/html``, and says less than an API client: an open box is
not sent, and an empty text is. So an unticked box is false, and an optional text that was left empty was not sent.
"""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError

from actions.inputs import InputContract
from actions.inputs.contract import DeclaredInput
from actions.invocations import Attributes
from entities.errors import EntityError
from entities.origins import check_origin
from entities.values import ABSENT

HTML = "text/html"
OTHERS = ["application/json", "application/problem+json"]
KEY_FIELD = "Idempotency-Key"
TOKEN_FIELD = "csrfmiddlewaretoken"  # noqa: S105 - its name, which is Django's
PAGE_METHODS = frozenset({"GET", "HEAD", "POST"})
UNREAD = frozenset({400, 413, 415})  # statuses of a body that was not read, and is not read for the page either


def wants_page(request: HttpRequest) -> bool:
    """Say whether a person is to read the answer: ``text/html`` is named, and nothing that we offer is liked better."""
    if HTML not in request.META.get("HTTP_ACCEPT", "").lower() or request.method not in PAGE_METHODS:
        return False
    return request.get_preferred_type([*OTHERS, HTML]) == HTML


def as_meant(contract: InputContract, sent: Attributes) -> Attributes:
    """Return what the visitor means by the form that was sent, without the fields that are the page's own."""
    if not sent.is_form:
        return sent
    body = {
        key: value for key, value in sent.body.items() if contract.declares(key) or key not in (KEY_FIELD, TOKEN_FIELD)
    }
    for item in contract.inputs:
        if item.is_declared and _is_box(item):
            body.setdefault(item.key, "false")
        elif body.get(item.key) == "" and _may_be_left_out(item):
            del body[item.key]
    return Attributes(body, sent.query, is_form=True)


def _is_box(item: DeclaredInput) -> bool:
    return item.column_type.control == "checkbox" and not item.column_type.options


def _may_be_left_out(item: DeclaredInput) -> bool:
    return not item.required and item.default is ABSENT


def posted(request: HttpRequest) -> QueryDict:
    """Return the texts of the form that was sent, none where it cannot be read."""
    try:
        return request.POST
    except (SuspiciousOperation, MultiPartParserError, OSError):
        return QueryDict()


def is_from_here(request: HttpRequest) -> bool:
    """Say whether the request provably comes from a page of this site, so that its browser may be given cookies."""
    try:
        check_origin(request)
    except EntityError:
        return False
    return True


def page_key(request: HttpRequest, contract: InputContract) -> str | None:
    """Return the key that the page carries, so that a double click has one effect."""
    return None if contract.declares(KEY_FIELD) else posted(request).get(KEY_FIELD)
