"""A request and a redirect in, the request that follows it out: judged anew, and without what is not for strangers.

Methods as in the Fetch standard (section 4.4, HTTP-redirect fetch): 303 asks with GET, 301 and 302 turn POST into GET,
307 and 308 repeat the request.
"""

from __future__ import annotations

from dataclasses import replace

import httpx

from actions.outbound.checking import Headers, Sendable
from actions.outbound.errors import OutboundBlocked, RequestRefused
from actions.outbound.targets import Target, read_target

OF_BODIES = frozenset({"content-encoding", "content-language", "content-location", "content-md5", "content-type"})


def following(sendable: Sendable, status: int, location: str) -> Sendable:
    """Return the request that a redirect asks for. Credentials stay with the scheme, host and port that they are for.

    Raises:
        OutboundBlocked: it leads where actions may not call, or nowhere.
    """
    target = _target(sendable.target, location)
    dropped = frozenset() if target.origin == sendable.target.origin else sendable.credentials
    method = _method(sendable.method, status)
    if method == sendable.method:
        return replace(sendable, target=target, headers=_without(sendable.headers, dropped))
    headers = _without(sendable.headers, dropped | OF_BODIES)
    return replace(sendable, method=method, target=target, headers=headers, body=None)


def _target(now: Target, location: str) -> Target:
    try:
        return read_target(str(httpx.URL(now.url).join(location)))
    except (httpx.InvalidURL, ValueError, RequestRefused):
        raise OutboundBlocked from None


def _method(method: str, status: int) -> str:
    becomes_get = method not in ("GET", "HEAD") if status == 303 else status in (301, 302) and method == "POST"
    return "GET" if becomes_get else method


def _without(headers: Headers, names: frozenset[str]) -> Headers:
    return tuple((name, value) for name, value in headers if name.lower() not in names)
