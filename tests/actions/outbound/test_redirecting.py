"""Redirects are followed by hand: what is repeated, what is dropped, how many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from actions.outbound import Limits, Request, TooManyRedirects, fetch
from tests.upstreams import Upstream, allow, answer, bomb, drip, flood, head, redirect

HEADERS = (
    ("Authorization", "Bearer s3cret"),
    ("Cookie", "a=b"),
    ("Proxy-Authorization", "s3cret"),
    ("X-Api-Key", "s3cret"),
    ("Idempotency-Key", "7"),
    ("Content-Type", "application/json"),
)
SECRETS = {"authorization", "cookie", "proxy-authorization", "x-api-key"}
REQUEST_SECRETS = frozenset({"X-API-Key"})


@pytest.fixture
def other(settings: Any, upstream: Upstream) -> Iterator[Upstream]:
    """Another server, which may be called as well."""
    with Upstream() as running:
        allow(settings, upstream.netloc, running.netloc, f"localhost:{upstream.port}")
        yield running


def post(url: str, limits: Limits = Limits()) -> Any:  # noqa: B008 - a value
    """POST something with credentials."""
    return fetch(Request("POST", url, HEADERS, b'{"a":1}', REQUEST_SECRETS), limits)


@pytest.mark.parametrize(
    ("method", "status", "becomes"),
    [
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("PUT", 303, "GET"),
        ("PUT", 302, "PUT"),
        ("HEAD", 303, "HEAD"),
        ("GET", 302, "GET"),
        ("POST", 307, "POST"),
        ("POST", 308, "POST"),
        ("DELETE", 308, "DELETE"),
    ],
)
def test_a_redirect_repeats_or_asks(upstream: Upstream, method: str, status: int, becomes: str) -> None:
    """As browsers do it; who asks with GET sends no body, and no headers that are about one."""
    url = upstream.at("/old", redirect("/new?x=1", status))
    response = fetch(Request(method, url, HEADERS, b'{"a":1}'))
    first, second = upstream.requests
    assert (first.method, second.method, second.target) == (method, becomes, "/new?x=1")
    assert second.body == (b'{"a":1}' if becomes == method else b"")
    assert second.header.get("content-type") == ("application/json" if becomes == method else None)
    assert second.header["authorization"] == "Bearer s3cret"
    assert (response.status, response.url, response.attempts) == (200, f"{upstream.url}/new?x=1", 1)


@pytest.mark.parametrize("status", [302, 307])
def test_credentials_stay_with_their_server(upstream: Upstream, other: Upstream, status: int) -> None:
    """Another port is another server; the secret headers that the request names count, whatever their case."""
    post(upstream.at("/old", redirect(f"{other.url}/new", status)))
    assert set(upstream.requests[0].header) >= SECRETS
    assert not set(other.requests[0].header) & SECRETS
    assert other.requests[0].header["idempotency-key"] == "7"
    assert other.requests[0].header["host"] == other.netloc


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("X-Api-Key", True),
        ("apikey", True),
        ("X-Auth-Token", True),
        ("PRIVATE-TOKEN", True),
        ("Ocp-Apim-Subscription-Key", True),
        ("X-Amz-Security-Token", True),
        ("X-Client-Secret", True),
        ("X-Session-Id", True),
        ("Idempotency-Key", False),
        ("Accept", False),
        ("webhook-signature", False),
        ("X-Monkey", True),
    ],
)
def test_a_header_that_is_called_like_a_credential_stays(
    upstream: Upstream, other: Upstream, name: str, stays: bool
) -> None:
    """Also where it was written as any header is; rather one too many than a key for strangers."""
    fetch(Request("POST", upstream.at("/old", redirect(f"{other.url}/new", 307)), ((name, "s3cret"),), b"{}"))
    assert upstream.requests[0].header[name.lower()] == "s3cret"
    assert (other.requests[0].header.get(name.lower()) != "s3cret") is stays


def test_another_host_name_is_another_server(upstream: Upstream, other: Upstream) -> None:
    """Even where it leads to the same address and port."""
    post(upstream.at("/old", redirect(f"http://localhost:{upstream.port}/new")))
    assert not set(upstream.requests[1].header) & SECRETS


def test_credentials_do_not_come_back(upstream: Upstream, other: Upstream) -> None:
    """Who was sent through another server comes back as a stranger."""
    other.answers(redirect(f"{upstream.url}/back", 307))
    post(upstream.at("/old", redirect(other.url, 307)))
    assert upstream.paths == ["/old", "/back"]
    assert not set(upstream.requests[1].header) & SECRETS


@pytest.mark.parametrize(("most", "followed"), [(3, True), (2, False)], ids=["as-many-as-allowed", "one-more"])
def test_redirects_are_counted(upstream: Upstream, most: int, followed: bool) -> None:
    """A chain of three."""
    upstream.at("/2", redirect("3"))
    upstream.at("/1", redirect("/2"))
    url = upstream.at("/0", redirect("/1"))
    if followed:
        assert fetch(Request("GET", url), Limits(redirects=most)).url == f"{upstream.url}/3"
    else:
        with pytest.raises(TooManyRedirects, match=r"^The other server redirects more than 2 times\.$") as failed:
            fetch(Request("GET", url), Limits(redirects=most))
        assert (failed.value.code, failed.value.name, failed.value.status) == ("ACT575", "too_many_redirects", 502)
    assert len(upstream.requests) == (4 if followed else 3)


def test_a_circle_ends(upstream: Upstream) -> None:
    """At the bound; each hop on the same connection or a new one."""
    with pytest.raises(TooManyRedirects):
        fetch(Request("GET", upstream.at("/", redirect("/"))))
    assert len(upstream.requests) == 6


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_that_is_not_followed_is_the_answer(upstream: Upstream, status: int) -> None:
    """With 0 redirects; its Location is as it came."""
    url = upstream.at("/old", redirect("file:///etc/passwd", status))
    response = fetch(Request("GET", url), Limits(redirects=0))
    assert (response.status, response.headers["location"]) == (status, "file:///etc/passwd")


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_3xx_are_answers(upstream: Upstream, status: int) -> None:
    """A choice, what the caller has, and a proxy that nobody should use."""
    assert fetch(Request("GET", upstream.at("/old", redirect("/new", status)))).status == status


def test_a_redirect_without_location_is_the_answer(upstream: Upstream) -> None:
    """There is nothing to follow."""
    assert fetch(Request("GET", upstream.at("/old", answer(302, b"where?")))).body == b"where?"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(flood(at_once=head(302, [("Location", "/new")])), id="endless"),
        pytest.param(drip(b"x", at_once=head(302, [("Location", "/new"), ("Content-Length", "99")])), id="slow"),
        pytest.param(redirect("/new", headers={"Content-Encoding": "gzip"}), id="not-packed-as-it-says"),
    ],
)
def test_nobody_reads_what_a_redirect_says_besides(upstream: Upstream, body: Any) -> None:
    """However long or slow it is."""
    assert fetch(Request("GET", upstream.at("/old", body)), Limits(timeout=2)).url.endswith("/new")


def test_the_bounds_hold_behind_a_redirect(upstream: Upstream) -> None:
    """The last answer is measured as a first one is."""
    upstream.at("/new", bomb(6))
    with pytest.raises(Exception, match=r"^The other server's answer is larger than 5242880 bytes\.$"):
        fetch(Request("GET", upstream.at("/old", redirect("/new"))))
