"""Notices across a redirect: kept in Django's signed message cookie, shown by the next page of this site.

Guests have no session here, so the messages of these pages are always kept in the cookie. Where the middleware has
made the storage already (the admin's session), that one is used and saved by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.messages import constants
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse

from actions.forms.directives import Notice

_LEVELS = {
    "success": constants.SUCCESS,
    "error": constants.ERROR,
    "warning": constants.WARNING,
    "info": constants.INFO,
}
_KINDS = {level: kind for kind, level in _LEVELS.items()}


def keep(request: HttpRequest, response: HttpResponse, notices: Iterable[Notice]) -> None:
    """Keep the notices for the next page."""
    storage = _storage(request)
    for notice in notices:
        text = f"{notice.title}: {notice.text}" if notice.title else notice.text
        storage.add(_LEVELS[notice.kind], text)
    _save(request, storage, response)


def kept(request: HttpRequest) -> list[Notice]:
    """Return what was kept for this page."""
    return [Notice(_KINDS.get(item.level, "info"), "", str(item.message)) for item in _storage(request)]


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Tell the browser that what was kept has been shown."""
    _save(request, _storage(request), response)


def _storage(request: HttpRequest) -> Any:
    if not hasattr(request, "_messages"):
        request._messages = CookieStorage(request)  # type: ignore[attr-defined]
        request.own_messages = True  # type: ignore[attr-defined]
    return request._messages  # type: ignore[attr-defined]


def _save(request: HttpRequest, storage: Any, response: HttpResponse) -> None:
    if getattr(request, "own_messages", False):
        storage.update(response)
