"""Time and size end a call, whatever the other server does, and its thread is free again."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from actions.errors import ActionError
from actions.outbound import Limits, Request, ResponseTooLarge, UpstreamFailed, UpstreamTimeout, fetch
from actions.outbound.pooling import forget_connections
from tests.actions.outbound.conftest import Names
from tests.clocks import AT_ONCE, ends_within
from tests.upstreams import (
    Behaviour,
    Exchange,
    Upstream,
    allow,
    answer,
    chunked,
    delay,
    drip,
    drip_body,
    drip_head,
    flood,
    hang,
    head,
    raw,
    redirect,
    reset,
)

SECONDS = 0.4


def ends(url: str, **bounds: Any) -> ActionError:
    """Return how a call ends that must end within its time."""
    with ends_within(AT_ONCE), pytest.raises(ActionError) as failed:
        fetch(Request("POST", url, body=b"{}"), Limits(**{"timeout": SECONDS, **bounds}))
    return failed.value


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(hang(), id="no-answer"),
        pytest.param(drip_body(), id="drips-its-body"),
        pytest.param(drip_head(), id="drips-its-headers"),
        pytest.param(drip(b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.02), id="drips-interim-answers"),
        pytest.param(drip(b"1\r\nx\r\n", at_once=head(200, [("Transfer-Encoding", "chunked")])), id="drips-chunks"),
        pytest.param(drip(b"\0", at_once=head(200, [("Content-Encoding", "br")])), id="drips-without-a-length"),
        pytest.param(delay(0.3, redirect("/")), id="redirects-slowly"),
    ],
)
def test_a_slow_server_ends_with_the_time_for_everything(upstream: Upstream, behaviour: Behaviour) -> None:
    """Not with the time of each read: all reads, hops and attempts together."""
    upstream.answers(behaviour)
    failed = ends(upstream.url, retries=10, redirects=20)
    assert (type(failed), failed.message) == (UpstreamTimeout, "The other server did not answer within 0.4 s.")
    assert (failed.code, failed.name, failed.status) == ("ACT572", "timeout", 504)


def test_a_server_that_does_not_read_ends_with_it(settings: Any) -> None:
    """A large body that nobody takes; taking a little now and then does not prolong it."""

    def sips(exchange: Exchange) -> None:
        exchange.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        while exchange.pause(0.05) and exchange.socket.recv(4096):
            pass

    with Upstream(greeting=sips) as server:
        allow(settings, server.netloc)
        with ends_within(AT_ONCE), pytest.raises(UpstreamTimeout):
            fetch(Request("POST", server.url, body=bytes(10 * 1024 * 1024)), Limits(timeout=SECONDS))


@pytest.mark.parametrize("drips", [False, True], ids=["silent", "drips"])
def test_a_slow_tls_handshake_ends_with_it(settings: Any, drips: bool) -> None:
    """Whether nothing comes, or a record byte by byte."""

    def greeting(exchange: Exchange) -> None:
        exchange.send(b"\x16\x03\x03\x40\x00")
        while exchange.pause(0.05):
            exchange.send(b"\x02" if drips else b"")

    with Upstream(greeting=greeting) as server:
        allow(settings, server.netloc)
        assert isinstance(ends(f"https://{server.netloc}/"), UpstreamTimeout)
    forget_connections()


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A resolver that answers when the test is over."""
    over = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        over.wait(30)
        return []

    monkeypatch.setattr("actions.outbound.resolving.resolve", resolve)
    yield over
    over.set()


def look_ups() -> int:
    """Return how many look-ups run."""
    return sum(thread.name == "look-up" for thread in threading.enumerate())


def test_a_resolver_that_hangs_ends_with_it(settings: Any, hanging: threading.Event) -> None:
    """The look-up has a thread of its own, and there are only so many of them: then calls are refused at once."""
    allow(settings)
    url = "http://api.example.org/"
    assert isinstance(ends(url), UpstreamTimeout)
    settings.ACTIONS = {**settings.ACTIONS, "OUTBOUND": {"CALLS": 100, "CALLS_PER_HOST": 100}}
    threads = [threading.Thread(target=ends, args=(url,)) for _ in range(31)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while look_ups() < 32:  # on a busy machine some end before they ask
        assert isinstance(ends(url), UpstreamTimeout)
    assert ends(url).code == "ACT574"
    assert look_ups() == 32


def test_an_address_that_swallows_connections_gets_its_share(
    settings: Any, upstream: Upstream, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next address is tried while there is time."""
    allow(settings, "api.example.org")
    names("api.example.org", ["192.0.2.1", "127.0.0.1"])
    connect, waits = socket.create_connection, []

    def swallowing(address: tuple[str, int], seconds: float) -> socket.socket:
        waits.append((address[0], seconds))
        if address[0] == "192.0.2.1":
            time.sleep(seconds)
            raise TimeoutError
        return connect(address, seconds)

    monkeypatch.setattr("actions.outbound.connecting.socket.create_connection", swallowing)
    assert fetch(Request("GET", f"http://api.example.org:{upstream.port}/"), Limits(timeout=1.0)).status == 200
    (first, second), (then, rest) = waits
    assert (first, then) == ("192.0.2.1", "127.0.0.1")
    assert 0 < second <= 0.5
    assert 0 < rest <= 1.0 - second


def test_an_address_that_swallows_connections_ends_with_the_time(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's own time for a connection, which is minutes, does not count."""

    def swallowing(address: tuple[str, int], seconds: float) -> socket.socket:
        assert 0 < seconds <= SECONDS
        raise TimeoutError

    allow(settings, "*")
    monkeypatch.setattr("actions.outbound.connecting.socket.create_connection", swallowing)
    assert isinstance(ends("http://192.0.2.1/"), UpstreamTimeout)


@pytest.mark.parametrize("size", [1000, 1001], ids=["most", "one-more"])
@pytest.mark.parametrize("told", [True, False], ids=["length-told", "in-chunks"])
def test_an_answer_has_a_size(upstream: Upstream, size: int, told: bool) -> None:
    """Exactly so many bytes."""
    upstream.answers(answer(200, bytes(size)) if told else chunked(bytes(size)))
    if size == 1000:
        assert len(fetch(Request("GET", upstream.url), Limits(most_bytes=1000)).body) == size
    else:
        with pytest.raises(ResponseTooLarge, match=r"^The other server's answer is larger than 1000 bytes\.$") as large:
            fetch(Request("GET", upstream.url), Limits(most_bytes=1000))
        assert (large.value.code, large.value.name, large.value.status) == ("ACT573", "response_too_large", 502)


def test_nothing_is_read_of_what_says_that_it_is_too_large(upstream: Upstream) -> None:
    """The length in the head is enough; that of an answer to HEAD is of no body."""
    upstream.answers(drip(b"x", at_once=head(200, [("Content-Length", "6000000")])))
    assert isinstance(ends(upstream.url, timeout=30), ResponseTooLarge)
    upstream.answers(raw(head(200, [("Content-Length", "6000000")]), keeps=True))
    assert fetch(Request("HEAD", upstream.url)).headers["content-length"] == "6000000"


def test_an_endless_answer_ends_with_its_size(upstream: Upstream) -> None:
    """Long before the time."""
    upstream.answers(flood())
    assert isinstance(ends(upstream.url, timeout=30), ResponseTooLarge)


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(raw(head(200, [(f"X-{n}", "") for n in range(201)])), id="too-many-headers"),
        pytest.param(raw(head(200, [("X-Long", "x" * 300_000)])), id="a-header-too-large"),
        pytest.param(flood(b"X-Y: z\r\n", at_once=b"HTTP/1.1 200 OK\r\n"), id="endless-headers"),
        pytest.param(flood(b"HTTP/1.1 100 Continue\r\n\r\n" * 400, at_once=b""), id="endless-interim-answers"),
        pytest.param(flood(b"x", at_once=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), id="no-chunk"),
        pytest.param(
            flood(at_once=head(200, [("Transfer-Encoding", "chunked")]) + b"1;x="), id="an-endless-chunk-extension"
        ),
        pytest.param(
            flood(b"X: y\r\n" * 900, at_once=head(200, [("Transfer-Encoding", "chunked")]) + b"0\r\n"),
            id="endless-trailers",
        ),
        pytest.param(raw(b"SSH-2.0-OpenSSH_9.6\r\n"), id="another-protocol"),
        pytest.param(raw(b"\0" * 100), id="no-text"),
        pytest.param(raw(head(200, [("Content-Length", "5"), ("Content-Length", "6")]) + b"12345"), id="two-lengths"),
        pytest.param(raw(head(200, [("Content-Length", "5")]) + b"123"), id="less-than-told"),
        pytest.param(raw(head(200, [("Transfer-Encoding", "chunked")]) + b"5\r\n12"), id="half-a-chunk"),
        pytest.param(raw(head(101, [("Upgrade", "x"), ("Connection", "upgrade")])), id="an-upgrade-nobody-asked-for"),
    ],
)
def test_what_is_no_answer_is_a_failure(upstream: Upstream, behaviour: Behaviour) -> None:
    """At once, and without a word of what came."""
    upstream.answers(behaviour)
    failed = ends(upstream.url, timeout=30)
    assert (type(failed), failed.code, failed.name, failed.status) == (UpstreamFailed, "ACT571", "upstream_failed", 502)
    assert failed.message == "The other server's answer cannot be read."


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(raw(b""), id="nothing"),
        pytest.param(reset(), id="rst"),
        pytest.param(reset(head(200, [("Content-Length", "5")]) + b"1"), id="rst-in-the-body"),
    ],
)
def test_a_connection_that_breaks_is_a_failure(upstream: Upstream, behaviour: Behaviour) -> None:
    """Before the answer or within it."""
    upstream.answers(behaviour)
    assert ends(upstream.url, timeout=30).message == "The other server broke the connection."


def test_many_tiny_chunks_are_a_failure(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs time, however small it is."""
    monkeypatch.setattr("actions.outbound.unpacking.MOST_PIECES", 50)
    upstream.answers(chunked(*[b"x"] * 50), chunked(*[b"x"] * 51))
    assert fetch(Request("GET", upstream.url)).body == b"x" * 50
    assert isinstance(ends(upstream.url, timeout=30), UpstreamFailed)
