"""One checked request in, one answer out: no redirect is followed and nothing is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import httpcore

from actions.outbound.calls import Call
from actions.outbound.checking import Sendable
from actions.outbound.connecting import Stale
from actions.outbound.errors import ResponseTooLarge, UpstreamFailed
from actions.outbound.pooling import MOST_KEPT, get_pool
from actions.outbound.targets import Target
from actions.outbound.unpacking import read_body

MOST_ANSWER_HEADERS = 200
AGENT = "outfield"
# Added where the request says nothing else. What is not asked for need not be unpacked.
DEFAULTS = (("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate"), ("User-Agent", AGENT))
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What one server answered; ``headers`` as ``Response`` has them."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str

    @property
    def location(self) -> str | None:
        """Where a redirect leads; ``None`` for every other answer."""
        return self.headers.get("location") if self.status in REDIRECTS else None


def exchange(sendable: Sendable, call: Call) -> Answer:
    """Send a request; anew where a kept connection turned out to be closed before anything was sent.

    Raises:
        OutboundBlocked, UpstreamFailed, UpstreamTimeout, ResponseTooLarge, UpstreamBusy
    """
    for _ in range(MOST_KEPT + 1):
        with suppress(Stale):
            return _exchange(sendable, call)
    raise UpstreamFailed("broken")


def _exchange(sendable: Sendable, call: Call) -> Answer:
    call.begin(sendable.target)
    with _failures():
        response = get_pool().handle_request(_as_sent(sendable))
        try:
            headers = _joined(response.headers)
            answer = Answer(response.status, headers, b"", sendable.target.url)
            if call.limits.redirects > 0 and answer.location is not None:
                return answer  # nobody reads what a redirect says besides
            call.begin_body()
            _check_length(sendable, headers, call)
            body = read_body(response.iter_stream(), headers.get("content-encoding", ""), call.limits.most_bytes)
        finally:
            response.close()
    return replace(answer, body=body)


def _check_length(sendable: Sendable, headers: dict[str, str], call: Call) -> None:
    """Read nothing of a body that says it is too large; the length in an answer to HEAD is of no body."""
    length = headers.get("content-length", "")
    if sendable.method != "HEAD" and length.isdecimal() and int(length[:20]) > call.limits.most_bytes:
        raise ResponseTooLarge(call.limits.most_bytes)


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except httpcore.ProtocolError:
        raise UpstreamFailed("protocol") from None
    except (httpcore.NetworkError, httpcore.TimeoutException):
        raise UpstreamFailed("broken") from None


def _as_sent(sendable: Sendable) -> httpcore.Request:
    target = sendable.target
    given = {name.lower() for name, _ in sendable.headers}
    headers = [("Host", target.netloc), *sendable.headers]
    headers += [(name, value) for name, value in DEFAULTS if name.lower() not in given]
    if sendable.body is not None or sendable.method in ("POST", "PUT", "PATCH"):
        headers.append(("Content-Length", str(len(sendable.body or b""))))
    raw = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
    return httpcore.Request(sendable.method, _url(target), headers=raw, content=sendable.body or b"")


def _url(target: Target) -> httpcore.URL:
    return httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)


def _joined(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return values by lower-case name, those of a repeated one joined."""
    if len(raw) > MOST_ANSWER_HEADERS:
        raise UpstreamFailed("protocol")
    joined: dict[str, str] = {}
    for key, content in raw:
        name, value = key.decode("latin-1").lower(), content.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
