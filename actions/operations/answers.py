"""What another server answers in, what expressions and clients read of it out; and which statuses are no failure."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from actions.errors import OutcomeRefused
from actions.expressions.shapes import Shape
from actions.operations.base import Entry, Result
from actions.outbound import Response, UpstreamFailed
from actions.outbox.calling import Spans
from entities.errors import EntityError
from entities.parsing import Bounds, read_json

MOST_ANSWER = 5 * 1024 * 1024
_BOUNDS = Bounds(MOST_ANSWER, depth=100, nodes=500_000)
_COLUMNS = ("__type", "status", "headers", "body", "bodyPlainText", "base32EncodedBody", "url", "effect")
SHAPE = Shape(columns=frozenset(_COLUMNS))
_STATUSES = "'ExpectStatus' is a status such as 201, a text such as '2xx', 'any', or a list of these."


def answered(name: str, answer: Mapping[str, Any]) -> Result:
    """Return the result of a call: what its Reference holds, and its entry. Cookies are no client's."""
    value = {"__type": "$network.response", **answer}
    headers = {key: text for key, text in answer.get("headers", {}).items() if key != "set-cookie"}
    shown = {**answer, "headers": headers} if "headers" in answer else dict(answer)
    return Result(value, (Entry(name, {"__type": name, **shown}),))


def readable(response: Response) -> dict[str, Any]:
    """Return an answer as expressions read it: JSON as data, text as text, and whatever is no JSON as base64 too.

    Raises:
        UpstreamFailed: it calls itself JSON and is none, or is over the bounds.
    """
    body = _read(response)
    read: dict[str, Any] = {"status": response.status, "headers": dict(response.headers), "body": body}
    if not _is_json(response.content_type):
        read["bodyPlainText"] = body
        read["base32EncodedBody"] = base64.b64encode(response.body).decode()  # the original's name for it
    return {**read, "url": response.url}


def _read(response: Response) -> Any:
    if not response.body:
        return None
    if _is_json(response.content_type):
        return _json(response.body) if response.body.strip() else None
    try:
        text = response.body.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _json(body: bytes) -> Any:
    try:
        return read_json(body, _BOUNDS)
    except EntityError:
        raise UpstreamFailed("json") from None


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def expected_statuses(value: Any) -> Spans:
    """Return ranges of statuses, both ends included.

    Raises:
        OutcomeRefused.
    """
    if value is None:
        return ()
    listed = value if isinstance(value, list | tuple) else [value]
    if not listed or len(listed) > 50:
        raise OutcomeRefused(_STATUSES)
    return tuple(_span(item) for item in listed)


def _span(item: Any) -> tuple[int, int]:
    text = "" if isinstance(item, bool) else str(item).strip().lower()
    if text == "any":
        return (100, 999)  # some servers have statuses of their own, as 999
    if len(text) == 3 and text[0] in "12345" and text[1:] == "xx":
        return int(text[0]) * 100, int(text[0]) * 100 + 99
    if len(text) == 3 and text.isascii() and text.isdigit() and 100 <= int(text) <= 599:
        return int(text), int(text)
    raise OutcomeRefused(_STATUSES)
