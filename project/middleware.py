"""Middleware of the project: what browsers need, only where a browser is, and one header for all.

Sessions, their account and messages cost some 40 microseconds a request, a quarter of an empty one over the server.
Clients of the API carry a token or nothing, so these three run for the admin and for requests with a session cookie.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from actions.options import option
from entities.errors import EntityError
from entities.problems import respond

ADMIN = "/admin/"
POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


def is_browser(request: HttpRequest) -> bool:
    """Say whether a request is for the admin or comes with its session."""
    cookies = request.META.get("HTTP_COOKIE")
    return request.path_info.startswith(ADMIN) or bool(cookies and settings.SESSION_COOKIE_NAME in cookies)


class OnlyBrowsers(MiddlewareMixin):
    """Passes every other request straight on."""

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if is_browser(request) else self.get_response(request)


class BrowserSessions(OnlyBrowsers, SessionMiddleware):
    """``request.session``."""


class BrowserAccounts(OnlyBrowsers, AuthenticationMiddleware):
    """``request.user``."""


class BrowserMessages(OnlyBrowsers, MessageMiddleware):
    """What the admin tells after a redirect, and what a form told a guest, who has no session but the cookie."""

    def __call__(self, request: HttpRequest) -> Any:
        if is_browser(request) or CookieStorage.cookie_name not in request.META.get("HTTP_COOKIE", ""):
            return super().__call__(request)
        request._messages = CookieStorage(request)  # type: ignore[attr-defined]
        return self.process_response(request, self.get_response(request))  # type: ignore[arg-type]


class Refusals(MiddlewareMixin):
    """Answers for views that have no answer of their own to what they refuse, such as a token that is at an end."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return respond(exception, request) if isinstance(exception, EntityError) else None


class ContentSecurityPolicy(MiddlewareMixin):
    """Sends the policy with every answer that does not bring its own.

    A browser holds a form to it also where the answer redirects: so the hosts that actions may redirect to are in it.
    """

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        forms = " ".join(["form-action 'self'", *option("REDIRECT_HOSTS")])
        self._policy = POLICY.replace("form-action 'self'", forms)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Content-Security-Policy", self._policy)
        return response
