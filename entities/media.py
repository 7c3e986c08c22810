"""Which media type an answer has, and which a body may have. Source: JSON:API 1.1, content negotiation.

A range with parameters other than ``profile`` does not ask for plain JSON:API, and nothing here speaks an extension.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.request import MediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from entities.errors import NotAcceptable, UnsupportedMediaType

JSON_API = "application/vnd.api+json"
JSON = "application/json"
PROBLEM = "application/problem+json"
OFFERED = (JSON_API, JSON, PROBLEM)
UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})  # ASCII is UTF-8 as well


def preferred(request: HttpRequest) -> str | None:
    """Return the offered type that the request likes best, ``None`` when it takes none of them."""
    best = max(OFFERED, key=lambda offered: _quality(request, offered))
    return best if _quality(request, best) > 0 else None


def answer_type(request: HttpRequest) -> str:
    """Return the type of an answer that is no error: who only takes problems gets JSON:API."""
    found = preferred(request)
    return JSON if found == JSON else JSON_API


def check_content_type(request: HttpRequest) -> None:
    """Refuse a body that is neither JSON:API nor JSON in UTF-8.

    Raises:
        UnsupportedMediaType.
    """
    given = MediaType(request.META.get("CONTENT_TYPE", ""))
    parameters = {name.lower() for name in given.params}
    kind = f"{given.main_type}/{given.sub_type}".lower()
    allowed = {"profile"} if kind == JSON_API else {"charset"}
    check_encoding(request)
    if kind not in {JSON_API, JSON} or parameters - allowed:
        raise UnsupportedMediaType(
            f"A body of type '{str(given)[:100]}' is not read here.", hint=f"Send '{JSON_API}' or '{JSON}'."
        )


def check_encoding(request: HttpRequest) -> None:
    """Refuse a body that is compressed, or text in another encoding than UTF-8.

    Raises:
        UnsupportedMediaType.
    """
    packed = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
    if packed not in {"", "identity"}:
        raise UnsupportedMediaType("A compressed body is not read here.", hint="Leave Content-Encoding out.")
    charset = (request.content_params or {}).get("charset", "utf-8").strip().lower()
    if charset not in UTF_8:
        raise UnsupportedMediaType(f"A body in '{charset[:40]}' is not read here.", hint="Send UTF-8.")


class AnyJson(BaseRenderer):
    """Names the type for DRF; what is answered is rendered before it could be asked."""

    media_type = JSON_API
    format = "json"

    def render(self, data: Any, *args: Any, **options: Any) -> bytes:
        """Return ``data``, which is bytes already."""
        return bytes(data)


class Negotiation(BaseContentNegotiation):
    """DRF's question for the type of the answer, put to ``preferred``."""

    def select_parser(self, request: Request, parsers: Any) -> None:
        """Bodies are read by ``entities.parsing``."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> tuple[Any, str]:
        if preferred(request._request) is None:
            raise NotAcceptable(f"Answers are '{JSON_API}' or '{JSON}'.")
        return renderers[0], JSON_API


def _quality(request: HttpRequest, offered: str) -> float:
    ranges = [item for item in _ranges(request) if item.match(offered)]
    return max(ranges, key=lambda item: item.specificity).quality if ranges else 0.0


def _ranges(request: HttpRequest) -> list[MediaType]:
    found = [MediaType(token) for token in request.META.get("HTTP_ACCEPT", "*/*").split(",") if token.strip()]
    for item in found:
        item.params.pop("profile", None)
    return [item for item in found if not item.params.keys() - {"q"}]
