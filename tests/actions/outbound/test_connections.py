"""Connections are kept and shared, made anew where they have ended, and secured with the name that was asked for."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.outbound import Request, UpstreamFailed, fetch
from actions.outbound.connecting import GuardedBackend, GuardedStream
from actions.outbound.errors import OutboundBlocked
from actions.outbound.pooling import forget_connections, get_pool
from tests.actions.outbound.conftest import Names
from tests.certificates import Authority, new_authority
from tests.upstreams import Upstream, allow, answer, hang_up, head, raw, redirect

NAME = "api.example.org"


def get(url: str) -> Any:
    """GET without bounds of one's own."""
    return fetch(Request("GET", url))


def test_a_connection_is_kept(upstream: Upstream) -> None:
    """One for calls that follow one another, also after failures of the other server and across threads."""
    upstream.answers(answer(500), answer(404), answer(200))
    for _ in range(2):
        get(upstream.url)
    thread = threading.Thread(target=get, args=(upstream.url,))
    thread.start()
    thread.join()
    assert (upstream.connections, len(upstream.requests)) == (1, 3)


def test_one_pool_serves_all_threads(upstream: Upstream) -> None:
    """Two calls at a time need two connections, and the certificates are read once."""
    pools: list[Any] = []
    threads = [threading.Thread(target=lambda: pools.append(get_pool())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, pools))) == 1


def test_a_kept_connection_that_was_closed_is_noticed(upstream: Upstream) -> None:
    """Before anything is sent on it: even a POST is sent once."""
    get(upstream.url)
    upstream.close_connections()
    assert fetch(Request("POST", upstream.url, body=b"{}")).status == 200
    assert (upstream.connections, len(upstream.requests)) == (2, 2)


def test_one_that_is_noticed_late_is_replaced_while_nothing_was_sent(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool thought them alive, the first write fails: again, until it is a new connection."""
    both = threading.Barrier(2, timeout=30)
    upstream.at("/both", lambda exchange: bool(both.wait() + 1) and answer()(exchange))
    threads = [threading.Thread(target=get, args=(f"{upstream.url}/both",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept: list[Any] = get_pool().connections
    monkeypatch.setattr(GuardedStream, "get_extra_info", lambda self, info: None)
    for each in kept:
        each._connection._network_stream._socket.shutdown(socket.SHUT_RDWR)
    response = fetch(Request("POST", upstream.url, body=b"{}"))
    assert (len(kept), response.status, response.attempts, upstream.connections) == (2, 200, 1, 3)
    assert [request.method for request in upstream.requests] == ["GET", "GET", "POST"]


SURPLUS = head(200, [("Content-Length", "6")]) + b"poison"


@pytest.mark.parametrize(
    ("method", "first"),
    [
        pytest.param("GET", head(200, [("Content-Length", "2")]) + b"ok", id="length"),
        pytest.param("GET", head(200, [("Transfer-Encoding", "chunked")]) + b"0\r\n\r\n", id="chunks"),
        pytest.param("HEAD", head(200, [("Content-Length", str(len(SURPLUS)))]), id="body-of-a-head"),
        pytest.param("GET", head(204, []), id="body-of-no-content"),
    ],
)
def test_what_nobody_asked_for_is_nobodys_answer(upstream: Upstream, method: str, first: bytes) -> None:
    """Whatever follows an answer: the next request, which may be another user's, goes over a connection of its own."""
    upstream.answers(raw(first + SURPLUS, keeps=True), answer(200, b"mine"))
    assert fetch(Request(method, upstream.url)).status in (200, 204)
    assert [get(upstream.url).body for _ in range(2)] == [b"mine", b"mine"]
    assert upstream.connections == 2


def test_one_that_ends_after_sending_is_a_failure(upstream: Upstream) -> None:
    """The request may have had its effect; it is not sent again."""
    upstream.answers(answer(200), hang_up(), answer(200))
    get(upstream.url)
    with pytest.raises(UpstreamFailed):
        get(upstream.url)
    assert len(upstream.requests) == 2


def test_nothing_is_logged(upstream: Upstream, caplog: pytest.LogCaptureFixture) -> None:
    """Not even where everything is: neither what is sent nor what is answered."""
    caplog.set_level(logging.DEBUG)
    upstream.answers(answer(200, b"s3cret", headers={"Set-Cookie": "s3cret"}))
    fetch(Request("POST", f"{upstream.url}/s3cret", (("Authorization", "s3cret"),), b"s3cret"))
    assert caplog.text == ""


def test_a_fork_begins_without_connections(upstream: Upstream) -> None:
    """Parent and child never talk on the same one."""
    get(upstream.url)
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if get(upstream.url).status == 200 else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    get(upstream.url)
    assert [request.connection for request in upstream.requests] == [1, 2, 1]


def test_there_is_no_network_outside_of_a_call() -> None:
    """Neither sockets of the file system, nor a target that nobody judged."""
    backend = GuardedBackend()
    with pytest.raises(OutboundBlocked):
        backend.connect_unix_socket("/run/x.sock")
    with pytest.raises(LookupError):
        backend.connect_tcp("127.0.0.1", 80)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The authority of these tests is trusted."""
    forget_connections()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    yield
    forget_connections()


@pytest.mark.usefixtures("trusted")
def test_tls_verifies_the_name_and_not_the_address(settings: Any, authority: Authority, names: Names) -> None:
    """The connection goes to the judged address, and its certificate has the name."""
    allow(settings, NAME, "other.example.org")
    names(NAME, ["127.0.0.1"])
    names("other.example.org", ["127.0.0.1"])
    with Upstream(answer(json={"safe": True}), tls=authority.server(NAME)) as server:
        for _ in range(2):
            assert get(f"https://{NAME}:{server.port}/").body == b'{"safe": true}'
        with pytest.raises(UpstreamFailed, match=r"^No secure connection to the other server can be made\.$"):
            get(f"https://other.example.org:{server.port}/")
        assert len(server.requests) == 2
        assert {request.connection for request in server.requests} == {1}


@pytest.mark.usefixtures("trusted")
def test_tls_verifies_an_address_that_was_asked_for(settings: Any, authority: Authority) -> None:
    """Where the URL has no name."""
    with Upstream(tls=authority.server("127.0.0.1")) as server:
        allow(settings, server.netloc)
        assert get(server.url).status == 200


def test_a_certificate_that_nobody_vouches_for_is_refused(settings: Any, tmp_path: Path) -> None:
    """And retried by nobody: it does not pass."""
    with Upstream(tls=new_authority(tmp_path).server("127.0.0.1")) as server:
        allow(settings, server.netloc)
        with pytest.raises(UpstreamFailed) as failed:
            get(server.url)
    forget_connections()
    assert failed.value.reason == "tls"


def test_a_server_without_tls_is_a_failure_of_tls(settings: Any) -> None:
    """Asked for over https."""
    with Upstream(greeting=lambda exchange: exchange.send(head(400, []))) as server:
        allow(settings, server.netloc)
        with pytest.raises(UpstreamFailed) as failed:
            get(f"https://{server.netloc}/")
    assert failed.value.reason == "tls"


@pytest.mark.usefixtures("trusted")
def test_credentials_are_not_sent_in_the_clear(settings: Any, authority: Authority, upstream: Upstream) -> None:
    """A redirect from https to http is followed as a stranger."""
    with Upstream(redirect(upstream.url, 307), tls=authority.server("127.0.0.1")) as server:
        allow(settings, server.netloc, upstream.netloc)
        fetch(Request("POST", server.url, (("Authorization", "Bearer s3cret"), ("Cookie", "a=b")), b"{}"))
        assert server.requests[0].header["authorization"] == "Bearer s3cret"
    assert not set(upstream.requests[0].header) & {"authorization", "cookie"}
