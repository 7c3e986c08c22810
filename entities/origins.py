"""A request in; out whether it provably comes from a page of this site, and not from a form on somebody else's.

A browser sends cookies along with whatever page asks it to. So a request that may change something and is known by
a cookie alone must show where it comes from: by ``Sec-Fetch-Site`` or ``Origin``, which no page can forge, or by
Django's CSRF token. A request that carries its token in ``Authorization`` needs nothing of this.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.http import is_same_domain
from rest_framework.authentication import CSRFCheck

from entities.errors import Forbidden, Unreadable

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def check_origin(request: HttpRequest) -> None:
    """Refuse an unsafe request that a page of another site may have sent.

    Raises:
        Forbidden: it comes from elsewhere, or does not show where it comes from.
        Unreadable: the form that may hold the proof cannot be read.
    """
    if request.method in SAFE:
        return
    check = CSRFCheck(_nothing)
    origin = request.META.get("HTTP_ORIGIN")
    if origin is not None and not (_is_own(request, origin) or _is_trusted(check, origin)):
        raise Forbidden("This request comes from another site.", hint="CSRF_TRUSTED_ORIGINS lists those that may.")
    if not (_is_shown(check, request, origin) or _has_token(check, request)):
        raise Forbidden(
            "A cookie alone does not show where this request comes from.",
            hint="Send the token as 'Authorization: Bearer', or Django's CSRF token as 'X-CSRFToken'.",
        )


def _is_own(request: HttpRequest, origin: str) -> bool:
    return origin.lower() == f"{request.scheme}://{request.get_host()}".lower()


def _is_trusted(check: CSRFCheck, origin: str) -> bool:
    """Say whether CSRF_TRUSTED_ORIGINS has the origin, as it is or by ``https://*.domain``."""
    if origin in check.allowed_origins_exact:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return any(is_same_domain(parts.netloc, host) for host in check.allowed_origin_subdomains.get(parts.scheme, ()))


def _is_shown(check: CSRFCheck, request: HttpRequest, origin: str | None) -> bool:
    """Say whether the browser tells that the page is ours, or one that the operator trusts."""
    site = request.META.get("HTTP_SEC_FETCH_SITE")
    if site == "same-origin":
        return True
    # A page of ours that calls itself by its origin only: the browser is too old for the other header.
    return origin is not None and (site is None or _is_trusted(check, origin))


def _has_token(check: CSRFCheck, request: HttpRequest) -> bool:
    """Say whether Django's own check passes: a token in ``X-CSRFToken`` or in the form, and its cookie."""
    check.process_request(request)
    try:
        return check.process_view(request, _nothing, (), {}) is None
    except (BadRequest, MultiPartParserError):
        raise Unreadable("The form cannot be read.") from None


def _nothing(request: HttpRequest) -> HttpResponse:
    """Stand for the view that Django's check wants to be told."""
    return HttpResponse()
