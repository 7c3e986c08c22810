"""A ``Request`` in, a ``Response`` out."""

from __future__ import annotations

from actions.outbound.calls import Call, calling
from actions.outbound.checking import Sendable, checked
from actions.outbound.messages import Limits, Request, Response
from actions.outbound.pausing import waiting
from actions.outbound.sending import exchange


def fetch(request: Request, limits: Limits = Limits()) -> Response:  # noqa: B008 - a value
    """Send a request and return what came back, whatever its status."""
    sendable = checked(request)
    with waiting(), calling(limits) as call:
        return _answered(sendable, call)


def _answered(sendable: Sendable, call: Call) -> Response:
    answer = exchange(sendable, call)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Response(answer.status, answer.headers, answer.body, answer.url, 1, call.milliseconds(), kind)
