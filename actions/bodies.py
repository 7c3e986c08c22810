"""An HTTP request in, the attributes of an invocation out: JSON, urlencoded, multipart and the query string.

A key of the body wins over the same key of the query string. What comes from a form or the query string is text, which
the inputs read by their types. Nothing is evaluated and nothing is guessed.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict, RawPostDataException, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from actions.errors import InputTooLarge, UnreadableInput, UnsupportedBody
from actions.invocations import Attributes
from actions.options import option
from entities import errors as entities
from entities.media import check_encoding
from entities.parsing import Bounds, read_body, read_json

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# What Django puts where bytes are not UTF-8. Nobody sends it on purpose.
UNREADABLE = "\ufffd"


def read_attributes(request: HttpRequest, envelope: frozenset[str]) -> Attributes:
    """Return everything the request sends; ``envelope`` are keys beside ``attributes`` that say nothing new.

    Raises:
        UnreadableInput, InputTooLarge, UnsupportedBody.
    """
    try:
        check_encoding(request)
        query = _texts(request.GET)
        if request.content_type in FORMS:
            return Attributes(_form(request), query, is_form=True)
        return Attributes(_json(request, envelope), query)
    except (TooManyFieldsSent, TooManyFilesSent):
        raise InputTooLarge("The request has too many fields or files.") from None
    except RequestDataTooBig:
        raise InputTooLarge("The body is too large.") from None
    except (SuspiciousOperation, MultiPartParserError, RawPostDataException, UnreadablePostError):
        raise UnreadableInput("The form cannot be read.") from None
    except entities.UnsupportedMediaType as error:
        raise UnsupportedBody(error.message, hint=error.hint) from None
    except entities.TooLarge as error:
        raise InputTooLarge(error.message, hint=error.hint) from None
    except entities.Unreadable as error:
        raise UnreadableInput(error.message, hint=error.hint) from None


def _form(request: HttpRequest) -> dict[str, Any]:
    if "HTTP_TRANSFER_ENCODING" in request.META:
        # The end of a chunked form cannot be told from a connection that broke, and half a form reads like a whole one.
        raise UnreadableInput("A form without a length is not read.", hint="Send Content-Length, or JSON.")
    _check_length(request)
    request.encoding = "utf-8"  # Django takes exception to other names of it
    content = {**_texts(request.POST), **_files(request)}
    if not content and request.META.get("CONTENT_LENGTH", "0") not in ("", "0"):
        raise UnreadableInput("The form has no field that can be read.", hint="Look at its boundary.")
    return content


def _check_length(request: HttpRequest) -> None:
    """Refuse by the announced length, before anything is read; a body never exceeds what it announces."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = option("MAX_UPLOAD")
    if not (length.isascii() and length.isdigit()) or int(length[:20]) > most:
        raise InputTooLarge("The body is too large.", hint=f"Send at most {most} bytes.")


def _json(request: HttpRequest, envelope: frozenset[str]) -> dict[str, Any]:
    bounds = Bounds.of_settings()
    content = read_body(request, bounds)
    if not content.strip():
        if "HTTP_TRANSFER_ENCODING" in request.META:
            raise UnreadableInput("The body broke off.", hint="Send Content-Length: 0 for no body.")
        return {}
    kind = request.content_type
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedBody(
            f"Bodies of type '{kind[:100]}' are not read.",
            hint="Send application/json, application/x-www-form-urlencoded or multipart/form-data.",
        )
    document = read_json(content, bounds)
    if not isinstance(document, dict):
        raise UnreadableInput("The body is no JSON object.", hint='Send {"attributes": {...}}.')
    return _unwrap(document, envelope)


def _unwrap(document: dict[str, Any], envelope: frozenset[str]) -> dict[str, Any]:
    """Lift ``attributes`` (in any case); the keys beside it are attributes too, as in the original."""
    key = next((key for key in document if key.lower() == "attributes"), None)
    if key is None or not isinstance(document[key], dict | None):
        return document
    beside = {name: value for name, value in document.items() if name != key and name not in envelope}
    return {**beside, **(document[key] or {})}


def _texts(data: QueryDict) -> dict[str, Any]:
    for key, values in data.lists():
        if any(UNREADABLE in text for text in (key, *values)):
            raise UnreadableInput("The form or the query string is not UTF-8.", hint="Send UTF-8.")
    return {key: values[0] if len(values) == 1 else list(values) for key, values in data.lists()}


def _files(request: HttpRequest) -> dict[str, Any]:
    return {key: [_file(upload) for upload in request.FILES.getlist(key)] for key in request.FILES}


def _file(upload: UploadedFile[Any]) -> Mapping[str, str]:
    content = base64.b64encode(upload.read()).decode()
    return {"name": str(upload.name), "file": content, "type": upload.content_type or ""}
