"""S12 to S15 and S38 over HTTP: addresses, redirects, schemes, answers and values that are meant to do harm."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from actions.errors import RefusedDocument
from tests.acceptance.conftest import failure
from tests.servers import free_port
from tests.upstreams import Upstream, allow, answer, bomb, computed, drip_body, drip_head, flood, redirect, reset

pytestmark = pytest.mark.django_db(transaction=True)

ASK = """
Name: ask
OnType: todo
Permission: {guest: [execute]}
InFields:
  - {Name: url, ColumnType: content}
  - {Name: value, ColumnType: content, IsNullable: true}
OutFields:
  - {Type: todo, Method: POST, Attributes: {title: asked}}
  - Type: $network.request
    Method: EXECUTE
    Reference: answer
    Attributes: {Url: "~url", Timeout: 1, Headers: {X-Value: "~value"}}
"""


@pytest.fixture
def ask(define: Any, post: Any) -> Any:
    """Ask an address, and perhaps send a value in a header."""
    define(ASK)
    return lambda url, **more: post("todo/ask", {"url": url, **more})


@contextmanager
def listening() -> Iterator[tuple[int, list[int]]]:
    """Count the connections to a port of this machine."""
    connections: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def count() -> None:
            while not over.is_set():
                try:
                    server.accept()[0].close()
                except TimeoutError:
                    continue
                connections.append(1)

        thread = threading.Thread(target=count)
        thread.start()
        try:
            yield server.getsockname()[1], connections
        finally:
            over.set()
            thread.join()


def test_s12_no_address_inside_is_called(ask: Any) -> None:
    """One answer for open and closed ports, in every notation of an address; nobody is connected to."""
    with listening() as (port, connections):
        hosts = ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
        urls = [f"http://{host}:{port}/" for host in hosts] + [f"http://127.0.0.1:{free_port()}/admin/"]
        urls += ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.5/", "http://[fd00::1]/", "http://db:5432/"]
        told = {ask(url).content for url in urls}
    assert connections == []
    (body,) = told
    assert b'"code":"outbound_blocked"' in body


@pytest.mark.parametrize(
    ("behaviour", "status", "code"),
    [
        pytest.param(redirect("http://127.0.0.1:1/"), 422, "outbound_blocked", id="S13-inside"),
        pytest.param(redirect("http://[::1]/"), 422, "outbound_blocked", id="S13-inside-v6"),
        pytest.param(redirect("file:///etc/passwd"), 422, "outbound_blocked", id="S13-file"),
        pytest.param(redirect("/again"), 502, "too_many_redirects", id="S13-for-ever"),
        pytest.param(bomb(10_000), 502, "response_too_large", id="S15-bomb"),
        pytest.param(flood(), 502, "response_too_large", id="S15-without-an-end"),
        pytest.param(drip_body(), 504, "timeout", id="S15-slow-body"),
        pytest.param(drip_head(), 504, "timeout", id="S15-slow-head"),
        pytest.param(reset(b"HTTP/1.1 200 OK\r\n"), 502, "upstream_failed", id="reset"),
    ],
)
def test_answers_that_do_harm(ask: Any, upstream: Upstream, behaviour: Any, status: int, code: str) -> None:
    """A failure within the time of the call that names the outcome; nothing was written."""
    upstream.answers(behaviour)
    response = ask(f"{upstream.url}/")
    told = failure(response)
    assert (response.status_code, told["code"], told["outcome"]["reference"]) == (status, code, "answer")


def test_s13_eleven_hops_are_too_many(ask: Any, upstream: Upstream) -> None:
    """Each hop counts, though each leads somewhere that may be called."""
    upstream.answers(computed(lambda request: redirect(f"/{int(request.path.strip('/') or 0) + 1}")))
    assert failure(ask(f"{upstream.url}/0"))["code"] == "too_many_redirects"
    assert len(upstream.requests) == 6


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://x/", "ftp://x/", "data:,x", "unix:/run/x", "//x/", "http:///x"]
)
def test_s14_other_schemes_are_refused_when_saved_and_when_computed(define: Any, ask: Any, url: str) -> None:
    """No address is guessed from half a URL."""
    with pytest.raises(RefusedDocument) as caught:
        define(ASK.replace('"~url"', f'"{url}"'))
    assert [problem.code for problem in caught.value.problems] == ["ACT246"]
    assert ask(url).status_code == 422


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\x00"])
def test_s38_no_value_becomes_a_header(ask: Any, upstream: Upstream, value: str) -> None:
    """A failure that names the outcome, and nothing on the wire."""
    response = ask(f"{upstream.url}/", value=value)
    assert response.status_code in (400, 422)
    assert upstream.requests == []


def test_s38_no_value_becomes_more_than_a_files_name(define: Any, post: Any) -> None:
    """The client would write it into a header."""
    file = "{content: QQ==, name: ~url, contentType: a/b}"
    download = f"{{Type: client.file.download, Method: ACTIONRESPONSE, Attributes: {file}}}"
    define(ASK.split("OutFields:", maxsplit=1)[0] + f"OutFields:\n  - {download}\n")
    assert post("todo/ask", {"url": "a.txt"}).status_code == 200
    assert failure(post("todo/ask", {"url": "a.txt\r\nX-Evil: 1"}))["code"] == "invalid_outcome"


@pytest.mark.parametrize("url", ["http://[", "http://[::1", "http://a]b/", "http://[x]/?y", "?", "http://\u2100/"])
def test_half_a_url_is_refused_also_where_a_query_is_added(define: Any, post: Any, url: str) -> None:
    """Whatever cannot be read is the caller's mistake, and none of ours."""
    define(ASK.replace("Timeout: 1,", "Timeout: 1, Query: {a: b},"))
    response = post("todo/ask", {"url": url})
    assert (response.status_code, failure(response)["outcome"]["reference"]) == (422, "answer")


def test_what_is_allowed_is_allowed_alone(ask: Any, settings: Any) -> None:
    """Once hosts are named, no other one is called, public or not."""
    with Upstream(answer(204)) as upstream:
        allow(settings, upstream.netloc)
        assert ask(upstream.url).status_code == 200
        assert failure(ask("https://example.org/"))["code"] == "outbound_blocked"
