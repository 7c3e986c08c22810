"""Entries or a failure in, the body of the answer out, in the shape of the original.

A success is the ordered list of ``{"ResponseType", "Attributes"}``. A failure is the same shape with one
``client.notify`` of type ``error``, or an RFC 9457 problem for a client that asks for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.errors import ActionError, InternalFault
from actions.operations.base import Entry
from actions.operations.directives import content_of
from entities.encoding import to_json

JSON = "application/json"
PROBLEM = "application/problem+json"
_STATUS_HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="api"'},
    503: {"Retry-After": "1"},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an edge sends: status, body, media type and further headers."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def render_entries(entries: Sequence[Entry]) -> Answer:
    """Return the answer for a run that succeeded."""
    status, headers = _head(entries)
    page = next((entry for entry in entries if entry.type == "render"), None)
    if page is not None:
        return _page(page, status, headers)
    body = to_json([{"ResponseType": entry.type, "Attributes": entry.attributes} for entry in entries])
    return Answer(status, body, JSON, headers)


def _head(entries: Sequence[Entry]) -> tuple[int, dict[str, str]]:
    status, headers = 200, {}
    for entry in entries:
        if entry.type == "client.header.set":
            for name, value in entry.attributes.items():
                if name.lower() == "status":
                    status = int(value)
                elif name != "__type":
                    headers[name] = str(value)
    return status, headers


def _page(entry: Entry, status: int, headers: dict[str, str]) -> Answer:
    attributes = entry.attributes
    content = content_of(attributes)
    further = {name: str(value) for name, value in (attributes.get("headers") or {}).items()}
    return Answer(status, content, str(attributes.get("mime_type") or "text/plain"), {**headers, **further})


def render_failure(error: ActionError, *, as_problem: bool = False) -> Answer:
    """Return the answer for a run that failed."""
    facts = _facts(error)
    headers = {**_STATUS_HEADERS.get(error.status, {}), **error.headers}
    if as_problem:
        body = {"type": f"/docs#{error.code}", "title": error.message, "status": error.status, **facts}
        return Answer(error.status, to_json(body), PROBLEM, headers)
    attributes = {"type": "error", "title": "failed", "message": error.message, **facts}
    return Answer(error.status, to_json([{"ResponseType": "client.notify", "Attributes": attributes}]), JSON, headers)


def _facts(error: ActionError) -> dict[str, Any]:
    facts: dict[str, Any] = {"code": error.name}
    if error.hint:
        facts["hint"] = error.hint
    facts["errors"] = [{"field": item.field, "code": item.code, "message": item.message} for item in error.errors]
    if error.outcome is not None:
        facts["outcome"] = {"index": error.outcome.index, "reference": error.outcome.reference}
    if isinstance(error, InternalFault):
        facts["error_id"] = error.hint
        del facts["hint"]
    return facts
