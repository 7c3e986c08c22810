"""What is sent arrives as it was meant, and what comes back is told whole."""

from __future__ import annotations

from actions.outbound import Request, fetch
from tests.upstreams import Upstream, answer


def test_a_request_arrives_as_it_was_meant(upstream: Upstream) -> None:
    """Method, target, headers and body; the headers that frame it are the client's."""
    url = upstream.at("/customers", answer(201, json={"id": 7}))
    headers = (("Content-Type", "application/json"), ("X-Plan", "b\u00e4r"))
    response = fetch(Request("post", f"{url}?q=a%20b#top", headers, b'{"name":"Ada"}'))
    (request,) = upstream.requests
    assert request.raw.decode("latin-1") == (
        f"POST /customers?q=a%20b HTTP/1.1\r\nHost: {upstream.netloc}\r\nContent-Type: application/json\r\n"
        "X-Plan: b\u00e4r\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\nUser-Agent: outfield\r\n"
        'Content-Length: 14\r\n\r\n{"name":"Ada"}'
    )
    assert (response.status, response.body, response.content_type) == (201, b'{"id": 7}', "application/json")
    assert response.url == f"{url}?q=a%20b"
    assert response.attempts == 1
    assert 0 < response.milliseconds < 5000


def test_any_status_is_an_answer(upstream: Upstream) -> None:
    """What a 500 means is the caller's to say."""
    assert fetch(Request("GET", upstream.at("/broken", answer(500, b"oh")))).body == b"oh"
