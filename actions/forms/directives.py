"""The directives of an answer in, what a browser without a script can do about them out.

Notices are shown in order; of several redirects the last one counts; a file is served as the answer. ``store.set``
needs a script and is left out. A cookie is set as the directive says, never one of the site's own, and with ``Secure``
where the site is reached by HTTPS.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.cookies import CookieError
from typing import Any, Literal, cast

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from actions.operations.directives import stays_allowed
from entities.encoding import to_json

KINDS = ("success", "error", "warning", "info")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}(?:; ?[\w.+-]{1,60}=[\w.+-]{1,60}){0,5}")
_COOKIE_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]{1,100}", re.ASCII)
_PATH = re.compile(r"/[\w/.~%-]{0,500}", re.ASCII)
_OLDEST, _LONGEST = 400 * 24 * 3600, 4096


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell: how, a heading (which may be empty), and the text."""

    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file for the visitor."""

    content: bytes
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Effects:
    """What an answer tells a browser to do."""

    notices: tuple[Notice, ...]
    cookies: tuple[tuple[str, str], ...]
    location: str | None
    download: Download | None
    data: tuple[tuple[str, tuple[str, ...]], ...] = ()


def read_effects(entries: Sequence[Mapping[str, Any]], data_types: Collection[str] = ()) -> Effects:
    """Return the effects of the entries of an answer, ``{"ResponseType", "Attributes"}`` each.

    Entries of ``data_types`` are for the visitor to read.
    """
    locations = [str(item.get("location") or "") for item in _of(entries, "client.redirect")]
    files = [_download(item) for item in _of(entries, "client.file.download")]
    return Effects(
        notices=tuple(
            _notice(item) for item in _of(entries, "client.notify", "client.file.download") if item.get("message")
        ),
        cookies=tuple(
            (str(item.get("key") or ""), str(item.get("value") or "")) for item in _of(entries, "client.cookie.set")
        ),
        location=next((location for location in reversed(locations) if stays_allowed(location)), None),
        download=files[-1] if files else None,
        data=tuple(pair for item in _of(entries, *data_types) for pair in _readable(item)),
    )


def _of(entries: Iterable[Mapping[str, Any]], *names: str) -> Iterable[Mapping[str, Any]]:
    found = (entry.get("Attributes") for entry in entries if entry.get("ResponseType") in names)
    return (item for item in found if isinstance(item, Mapping))


def _readable(attributes: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield names and what stands under them, as lines of text."""
    for name, value in attributes.items():
        if name != "__type" and value is not None:
            items = value if isinstance(value, list) else [value]
            yield name, tuple(item if isinstance(item, str) else to_json(item).decode() for item in items)


def _notice(attributes: Mapping[str, Any]) -> Notice:
    kind = str(attributes.get("type", "info"))
    return Notice(kind if kind in KINDS else "info", str(attributes.get("title") or ""), str(attributes["message"]))


def _download(attributes: Mapping[str, Any]) -> Download:
    media_type = str(attributes.get("contentType") or "")
    return Download(
        content=_content(str(attributes.get("content") or "")),
        name=str(attributes.get("name") or "file"),
        media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream",
    )


def _content(text: str) -> bytes:
    """Return the bytes of base64, or the text itself where it is none, as the original's clients take it."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return text.encode()


def file_response(download: Download) -> HttpResponse:
    """Return the file as an answer that is saved, not opened."""
    name = "".join(letter for letter in download.name if letter.isprintable())[-150:]
    response = HttpResponse(download.content, content_type=download.media_type)
    response["Content-Disposition"] = content_disposition_header(True, name or "file") or "attachment"
    return response


def set_cookies(response: HttpResponse, cookies: Iterable[tuple[str, str]]) -> None:
    """Set the cookies that an answer asks for."""
    own = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"}
    for name, written in cookies:
        if name not in own and _COOKIE_NAME.fullmatch(name) and len(written) <= _LONGEST:
            _set_cookie(response, name, written)


def _set_cookie(response: HttpResponse, name: str, written: str) -> None:
    value, *attributes = (part.strip() for part in written.split(";"))
    given = {key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in attributes)}
    same_site = given.get("samesite", "").capitalize()
    age = given.get("max-age", "")
    try:
        response.set_cookie(
            name,
            value,
            max_age=min(int(age), _OLDEST) if age.isascii() and age.isdigit() and len(age) < 12 else None,
            path=path if _PATH.fullmatch(path := given.get("path", "")) else "/",
            secure=settings.SESSION_COOKIE_SECURE or "secure" in given,
            samesite=cast(
                Literal["Lax", "Strict", "None"], same_site if same_site in ("Lax", "Strict", "None") else "Lax"
            ),
        )
    except CookieError:
        response.cookies.pop(name, None)
