"""A ``Request`` in, a ``Response`` out: the phases of a call, in order."""

from __future__ import annotations

from dataclasses import replace

from actions.echoes import masked
from actions.outbound.bulkhead import Place, place_for
from actions.outbound.calls import Call, calling
from actions.outbound.checking import Sendable, checked
from actions.outbound.errors import TooManyRedirects
from actions.outbound.messages import Limits, Request, Response
from actions.outbound.pausing import waiting
from actions.outbound.redirecting import following
from actions.outbound.retrying import Attempts
from actions.outbound.sending import Answer

DEFAULTS = Limits()


def fetch(request: Request, limits: Limits = DEFAULTS) -> Response:
    """Send a request and return what came back, whatever its status.

    Raises:
        RequestRefused: the request cannot be sent; nothing was.
        OutboundBlocked: it leads, or a redirect leads, where actions may not call.
        UpstreamBusy: too many calls wait; nothing was sent.
        UpstreamTimeout, UpstreamFailed, ResponseTooLarge, TooManyRedirects: the request may have had its effect.
    """
    sendable = checked(request)
    with place_for(sendable.target.host) as place, waiting(), calling(limits) as call:
        attempts = Attempts(call)
        answer = _followed(sendable, call, attempts, place)
        return _as_response(_without_echoes(answer, request.secrets), attempts.made, call.milliseconds())


def _followed(sendable: Sendable, call: Call, attempts: Attempts, place: Place) -> Answer:
    """Return the first answer that is no redirect, or none that is to be followed."""
    most = call.limits.redirects
    for _ in range(most + 1):
        place.take(sendable.target.host, call)
        answer = attempts.exchange(sendable)
        if most == 0 or answer.location is None:
            return answer
        sendable = following(sendable, answer.status, answer.location)
    raise TooManyRedirects(most)


def _without_echoes(answer: Answer, secrets: tuple[str, ...]) -> Answer:
    """Return the answer with a mask where the other server repeats what authenticated the request."""
    if not secrets:
        return answer
    headers = {name: _masked(value, secrets) for name, value in answer.headers.items()}
    return replace(answer, headers=headers, body=masked(answer.body, secrets), url=_masked(answer.url, secrets))


def _masked(text: str, secrets: tuple[str, ...]) -> str:
    return masked(text.encode("latin-1"), secrets).decode("latin-1")


def _as_response(answer: Answer, attempts: int, milliseconds: float) -> Response:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Response(answer.status, answer.headers, answer.body, answer.url, attempts, milliseconds, kind)
