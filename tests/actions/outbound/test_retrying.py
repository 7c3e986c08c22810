"""Further attempts: after what may pass, within the time, and as the other server asks."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from actions.outbound import Limits, Request, UpstreamFailed, fetch
from actions.outbound.retrying import backoff, retry_after
from tests.servers import free_port
from tests.upstreams import Upstream, allow, answer, hang_up, redirect, reset


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses, which take no time."""
    pauses: list[float] = []
    monkeypatch.setattr("actions.outbound.retrying.sleep", pauses.append)
    return pauses


def get(url: str, **bounds: Any) -> Any:
    """GET within bounds."""
    return fetch(Request("GET", url), Limits(**bounds))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(upstream: Upstream, slept: list[float], status: int) -> None:
    """As often as allowed; the body and the headers are the same each time."""
    url = upstream.at("/", answer(status), answer(status), answer(200, b"at last"))
    request = Request("POST", url, (("Idempotency-Key", "7"),), b"{}")
    response = fetch(request, Limits(retries=2))
    assert (response.status, response.body, response.attempts) == (200, b"at last", 3)
    assert len({each.raw for each in upstream.requests}) == 1
    assert len(slept) == 2


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 501, 505, 200])
def test_what_will_not_pass_is_the_answer(upstream: Upstream, status: int) -> None:
    """Asked once."""
    assert get(upstream.at("/", answer(status)), retries=3).attempts == 1


def test_the_last_answer_stands(upstream: Upstream) -> None:
    """When no attempt is left."""
    response = get(upstream.at("/", answer(503, b"1"), answer(503, b"2"), answer(200)), retries=1)
    assert (response.status, response.body, response.attempts) == (503, b"2", 2)


def test_nobody_is_asked_again_unless_told_so(upstream: Upstream) -> None:
    """0 retries is the default."""
    assert get(upstream.at("/", answer(503), answer(200))).status == 503


def test_no_connection_is_tried_again(settings: Any, slept: list[float]) -> None:
    """Nothing was sent; the failure stands when no attempt is left."""
    port = free_port()
    allow(settings, f"127.0.0.1:{port}")
    with pytest.raises(UpstreamFailed, match=r"^The other server cannot be reached\.$"):
        get(f"http://127.0.0.1:{port}/", retries=2)
    assert len(slept) == 2


@pytest.mark.parametrize("broken", [reset(), hang_up(), hang_up(b"HTTP/1.1 200 OK\r\n")], ids=["rst", "end", "half"])
def test_a_connection_that_breaks_afterwards_is_not(upstream: Upstream, broken: Any) -> None:
    """The request may have had its effect."""
    with pytest.raises(UpstreamFailed):
        get(upstream.at("/", broken, answer(200)), retries=3)
    assert len(upstream.requests) == 1


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        pytest.param("3", 3.0, id="seconds"),
        pytest.param(" 3 ", 3.0, id="spaces"),
        pytest.param("Wed, 21 Oct 2015 07:28:00 GMT", 0.0, id="past"),
        pytest.param("-3", 0.0, id="negative"),
        pytest.param("soon", 0.0, id="no-time"),
        pytest.param("", 0.0, id="empty"),
        pytest.param("9" * 400, 999_999_999, id="for-ever"),
        pytest.param("\u0663", 0.0, id="other-digits"),
        pytest.param("Wed, 21 Oct 99999 07:28:00 GMT", 0.0, id="no-date"),
        pytest.param("Wed, 21 Oct 2015 07:28:00 -9999", 0.0, id="no-time-zone"),
    ],
)
def test_retry_after_is_read(asked: str, pause: float) -> None:
    """Seconds or a date; everything else asks for nothing."""
    assert retry_after({"retry-after": asked}) == pause


def test_retry_after_may_be_a_date() -> None:
    """Then the pause ends at that time."""
    asked = format_datetime(datetime.now(UTC) + timedelta(seconds=1000), usegmt=True)
    assert 995 < retry_after({"retry-after": asked}) <= 1000


def test_a_date_may_lie_behind_the_end_of_time() -> None:
    """No calendar can say it in UTC; it is far away all the same."""
    assert retry_after({"retry-after": "Fri, 31 Dec 9999 23:59:59 -2359"}) > 1e9


def test_a_date_without_a_zone_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the oldest form of dates in HTTP is (RFC 9110 section 5.6.7), wherever this server stands."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        asked = time.strftime("%a %b %d %H:%M:%S %Y", time.gmtime(time.time() + 1000))
        assert 995 < retry_after({"retry-after": asked}) <= 1000
    finally:
        monkeypatch.undo()
        time.tzset()


def test_retry_after_is_honoured(upstream: Upstream, slept: list[float]) -> None:
    """At least so long."""
    url = upstream.at("/", answer(429, headers={"Retry-After": "2"}), answer(200))
    assert get(url, retries=1).status == 200
    assert slept == [2.0]


def test_a_pause_that_does_not_fit_ends_the_attempts(upstream: Upstream, slept: list[float]) -> None:
    """The answer is told now rather than after the time."""
    url = upstream.at("/", answer(429, headers={"Retry-After": "3"}), answer(200))
    response = get(url, retries=3, timeout=3)
    assert (response.status, response.attempts, slept) == (429, 1, [])


@pytest.mark.parametrize(("attempt", "most"), [(1, 0.25), (2, 0.5), (3, 1.0), (6, 8.0), (11, 8.0)])
def test_pauses_grow_and_are_left_to_chance(attempt: int, most: float) -> None:
    """Exponential with full jitter: many callers do not come back together."""
    pauses = [backoff(attempt) for _ in range(500)]
    assert 0 <= min(pauses) < most * 0.1
    assert most * 0.9 < max(pauses) <= most


def test_only_the_hop_that_failed_is_repeated(upstream: Upstream) -> None:
    """What was posted once is not posted again because the page behind it fails."""
    upstream.at("/receipt", answer(503), answer(200))
    response = fetch(Request("POST", upstream.at("/pay", redirect("/receipt", 303)), body=b"{}"), Limits(retries=1))
    assert upstream.paths == ["/pay", "/receipt", "/receipt"]
    assert (response.status, response.attempts) == (200, 2)
