"""No part of a request can smuggle another one: refused before anything is sent."""

from __future__ import annotations

import pytest

from actions.outbound import Limits, Request, RequestRefused, check_request, fetch
from tests.upstreams import Upstream

Headers = tuple[tuple[str, str], ...]


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        pytest.param(
            (("X-Name", "Ada\r\nX-Admin: yes"),), "The header 'X-Name' has a value that cannot be sent.", id="cr-lf"
        ),
        pytest.param((("X-Name", "Ada\nB"),), "The header 'X-Name' has a value that cannot be sent.", id="lf"),
        pytest.param((("X-Name", "Ada\rB"),), "The header 'X-Name' has a value that cannot be sent.", id="cr"),
        pytest.param((("X-Name", "A\0"),), "The header 'X-Name' has a value that cannot be sent.", id="nul"),
        pytest.param((("X-Name", "A\x1bB"),), "The header 'X-Name' has a value that cannot be sent.", id="control"),
        pytest.param((("X-Name", "A\x7f"),), "The header 'X-Name' has a value that cannot be sent.", id="delete"),
        pytest.param((("X-Name", "\u0416"),), "The header 'X-Name' has a value that cannot be sent.", id="not-latin"),
        pytest.param(
            (("X-Name", "a\u560d\u560ab"),), "The header 'X-Name' has a value that cannot be sent.", id="cr-lf-when-cut"
        ),
        pytest.param((("X Name", "A"),), "A header has a name that cannot be sent.", id="space-in-name"),
        pytest.param((("X-Name:", "A"),), "A header has a name that cannot be sent.", id="colon-in-name"),
        pytest.param((("X\r\nY", "A"),), "A header has a name that cannot be sent.", id="line-break-in-name"),
        pytest.param((("", "A"),), "A header has a name that cannot be sent.", id="no-name"),
        pytest.param((("X-\u00e4", "A"),), "A header has a name that cannot be sent.", id="umlaut-in-name"),
        pytest.param((("a" * 201, "A"),), "A header has a name that cannot be sent.", id="long-name"),
        *(
            pytest.param(((name, "x"),), f"The header '{name}' cannot be set.", id=name.lower())
            for name in (
                *("Host", "Content-Length", "Transfer-Encoding", "Connection", "TE", "Upgrade", "Expect", "Trailer"),
                *("Keep-Alive", "Proxy-Connection", "HTTP2-Settings", "hOST"),
            )
        ),
        pytest.param(
            tuple((f"X-{number}", "") for number in range(101)),
            "There are more than 100 headers, or 32768 bytes of them.",
            id="too-many",
        ),
        pytest.param(
            (("X-A", "x" * (32768 - 2)),), "There are more than 100 headers, or 32768 bytes of them.", id="too-large"
        ),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused(upstream: Upstream, headers: Headers, message: str) -> None:
    """Injection, what frames the message, and what is beyond the bounds; nothing reaches the other server."""
    with pytest.raises(RequestRefused) as refused:
        fetch(Request("GET", upstream.url, headers))
    assert refused.value.message == message
    assert upstream.connections == 0


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(tuple((f"X-{number}", "") for number in range(100)), id="as-many-as-there-may-be"),
        pytest.param((("X-A", "x" * (32768 - 3)),), id="as-large-as-they-may-be"),
        pytest.param((("X-A", "tab\tand \xff"),), id="tab-and-latin"),
        pytest.param((("X-A", "1"), ("X-A", "2")), id="twice"),
        pytest.param((("Authorization", "Bearer x"), ("Cookie", "a=b"), ("Proxy-Authorization", "x")), id="own"),
    ],
)
def test_a_header_within_the_bounds_is_sent_as_it_is(upstream: Upstream, headers: Headers) -> None:
    """Order and repetition are kept."""
    fetch(Request("GET", upstream.url, headers))
    names = {name.lower() for name, _ in headers}
    sent = [pair for pair in upstream.requests[0].headers if pair[0] in names]
    assert sent == [(name.lower(), value) for name, value in headers]


def test_white_space_around_a_value_is_no_part_of_it(upstream: Upstream) -> None:
    """As HTTP says."""
    fetch(Request("GET", upstream.url, (("X-A", " \t1\t "),)))
    assert b"X-A: 1\r\n" in upstream.requests[0].raw


@pytest.mark.parametrize("method", ["", "GET /x HTTP/1.1\r\nX", "G\u0395T", "CONNECT", "trace", "A" * 21, "GET "])
def test_a_method_that_cannot_be_sent_is_refused(upstream: Upstream, method: str) -> None:
    """Neither two lines, nor those that are for proxies."""
    with pytest.raises(RequestRefused, match=r"^The method is none that can be sent\.$"):
        fetch(Request(method, upstream.url))
    assert upstream.connections == 0


@pytest.mark.parametrize("method", ["get", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_other_methods_are_sent_in_capitals(upstream: Upstream, method: str) -> None:
    """Also those of other standards; one without a body says so where servers ask for it."""
    fetch(Request(method, upstream.url))
    (request,) = upstream.requests
    assert request.method == method.upper()
    assert request.header.get("content-length") == ("0" if method in ("POST", "PUT", "PATCH") else None)


@pytest.mark.parametrize(("size", "fits"), [(10 * 1024 * 1024, True), (10 * 1024 * 1024 + 1, False)])
def test_a_body_has_a_size(size: int, fits: bool) -> None:
    """10 MiB."""
    request = Request("POST", "http://example.org/", body=bytes(size))
    if fits:
        check_request(request)
    else:
        with pytest.raises(RequestRefused, match=r"^The body is larger than 10485760 bytes\.$"):
            check_request(request)


@pytest.mark.parametrize(
    "bounds",
    [
        {"timeout": 0},
        {"timeout": 60.1},
        {"timeout": float("nan")},
        {"most_bytes": -1},
        {"most_bytes": 100 * 1024 * 1024 + 1},
        {"redirects": -1},
        {"redirects": 21},
        {"retries": -1},
        {"retries": 11},
    ],
    ids=str,
)
def test_bounds_have_bounds(bounds: dict[str, float]) -> None:
    """Nobody waits longer, keeps more or asks more often than anybody may."""
    with pytest.raises(ValueError, match=r"^Bounds out of range"):
        Limits(**bounds)  # type: ignore[arg-type]
