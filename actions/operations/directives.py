"""Directives: instructions to the client, with the shape that each must have.

A name outside ``client.*`` and ``render`` is data and has no shape. What a literal shows is judged when the definition
is loaded, the final value of a redirect or a header when it is made.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.utils.http import url_has_allowed_host_and_scheme

from actions.errors import OutcomeRefused, RedirectRefused
from actions.operations.base import Param
from actions.options import option
from entities.errors import did_you_mean

DIRECTIVES: Mapping[str, tuple[Param, ...]] = {
    "client.notify": (
        Param("type", str, "How it is shown.", choices=("success", "error", "warning", "info")),
        Param("message", str, "What is shown."),
        Param("title", str, "Its heading.", required=False),
    ),
    "client.redirect": (
        Param("location", str, "A path of this site, or a URL on a host that the settings allow."),
        Param("window", str, "Where it opens.", required=False, choices=("self", "blank", "parent", "top")),
        Param("delay", int, "Milliseconds to wait.", required=False),
    ),
    "client.store.set": (
        Param("key", str, "Name in the client's storage."),
        Param("value", object, "What to keep."),
    ),
    "client.cookie.set": (
        Param("key", str, "Name of the cookie."),
        Param("value", str, "Its value and attributes."),
    ),
    "client.file.download": (
        Param("content", str, "The file, base64."),
        Param("name", str, "File name."),
        Param("contentType", str, "Media type."),
        Param("message", str, "What is shown.", required=False),
    ),
    "client.header.set": (Param("status", int, "HTTP status of the answer.", required=False),),
    "render": (
        Param("content", str, "The body, base64."),
        Param("mime_type", str, "Media type of the body."),
        Param("headers", dict, "Further HTTP headers.", required=False),
    ),
}

PREFIX = "client."

# A directive that takes attributes beyond its shape: a header's name is the attribute's.
OPEN_DIRECTIVES = frozenset({"client.header.set"})

_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,4096}")
# Headers that decide how the answer is framed, who is signed in or where a browser goes: never an outcome's to set.
_OWN_HEADERS = frozenset(
    {"content-length", "transfer-encoding", "connection", "set-cookie", "host", "date", "server", "refresh"}
)


def stays_allowed(location: str, hosts: Collection[str] | None = None) -> bool:
    """Say whether a redirect to ``location`` stays on this site or goes to an allowed host."""
    allowed = set(option("REDIRECT_HOSTS") if hosts is None else hosts)
    return url_has_allowed_host_and_scheme(location, allowed)


def check_directive(name: str, attributes: Mapping[str, Any]) -> None:
    """Judge the final values of a directive.

    Raises:
        RedirectRefused: a redirect off the site. OutcomeRefused: a header that HTTP does not allow, content that is
            not base64, a file's name that is more than a line.
    """
    if name == "client.redirect":
        _check_location(attributes.get("location"))
    if name == "client.header.set":
        check_headers(attributes)
    if name == "render":
        _check_page(attributes)
    if name == "client.file.download":
        _check_file(attributes)


def check_attributes(name: str, attributes: Mapping[str, Any]) -> None:
    """Judge the name of a directive that was computed, and whether it has what it needs; other names are data.

    Raises:
        OutcomeRefused: no client follows it, or not like this.
    """
    if name.lower().startswith(PREFIX) and name not in DIRECTIVES:
        raise OutcomeRefused(f"Unknown directive '{name}'.", hint=did_you_mean(name, DIRECTIVES))
    for param in DIRECTIVES.get(name, ()):
        value = attributes.get(param.name)
        if param.required and param.name not in attributes:
            raise OutcomeRefused(f"'{param.name}' of '{name}' is missing.")
        if param.choices and value not in param.choices and (param.required or value is not None):
            raise OutcomeRefused(f"'{param.name}' of '{name}' is one of {', '.join(param.choices)}.")


def _check_location(location: Any) -> None:
    if not (isinstance(location, str) and stays_allowed(location)):
        raise RedirectRefused("The redirect leaves this site.", hint="Allow its host in REDIRECT_HOSTS.")


def content_of(attributes: Mapping[str, Any]) -> bytes:
    """Return the decoded content of a ``render``.

    Raises:
        OutcomeRefused: it is not base64.
    """
    try:
        return base64.b64decode(str(attributes.get("content") or ""), validate=True)
    except ValueError:
        raise OutcomeRefused("'content' of 'render' is not base64.") from None


def _check_file(attributes: Mapping[str, Any]) -> None:
    """Refuse a name or a media type that a client could take for more than one header."""
    for name in ("name", "contentType"):
        value = attributes.get(name)
        if isinstance(value, str) and any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in value):
            raise OutcomeRefused(f"'{name}' of a file must be one line, without control characters.")


def _check_page(attributes: Mapping[str, Any]) -> None:
    """Judge a page while everything can still be undone: when it is sent, the run is committed."""
    headers = attributes.get("headers") or {}
    if not isinstance(headers, Mapping):
        raise OutcomeRefused("'headers' of 'render' is a mapping.")
    content_of(attributes)
    check_headers({**headers, "Content-Type": attributes.get("mime_type") or "text/plain"})


def check_headers(headers: Mapping[str, Any]) -> None:
    """Refuse headers that could split or reframe the answer, or lead off the site, and a status that is none.

    Raises:
        OutcomeRefused: naming the header. RedirectRefused: a ``Location`` off the site.
    """
    for name, value in headers.items():
        if name == "__type":
            continue
        if name.lower() == "status":
            _check_status(value)
        elif not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN_HEADERS:
            raise OutcomeRefused(f"The header '{name[:100]}' may not be set.")
        elif isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise OutcomeRefused(f"The header '{name}' must be a text.")
        elif not _HEADER_VALUE.fullmatch(str(value)):
            raise OutcomeRefused(f"The header '{name}' has a value that HTTP does not allow.")
        elif name.lower() == "location":
            _check_location(value)


def _check_status(value: Any) -> None:
    if not re.fullmatch(r"[2-5][0-9][0-9]", str(value)):
        raise OutcomeRefused("A status is a number from 200 to 599.")
