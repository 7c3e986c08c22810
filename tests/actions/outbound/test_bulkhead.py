"""So many calls at a time, and so many to one host: others wait for their turn, and the next one is refused at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from actions.errors import ActionError
from actions.options import option
from actions.outbound import Limits, Request, UpstreamBusy, fetch, set_waiting
from actions.outbound.bulkhead import bulkhead
from tests.clocks import AT_ONCE, ends_within
from tests.upstreams import Upstream, allow, answer, redirect, waits_for


class Calls:
    """Calls in threads, which end when the test lets them."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.failures: list[ActionError] = []
        self._threads: list[threading.Thread] = []

    def start(self, number: int, url: str) -> None:
        """Begin so many calls, and wait until all of them wait."""
        before = bulkhead.waiting()
        for _ in range(number):
            self._threads.append(threading.Thread(target=self._call, args=(url,)))
            self._threads[-1].start()
        wait_until(lambda: bulkhead.waiting() == before + number)

    def _call(self, url: str) -> None:
        try:
            fetch(Request("GET", url))
        except ActionError as error:
            self.failures.append(error)

    def end(self) -> None:
        """Let all of them end."""
        self.release.set()
        for thread in self._threads:
            thread.join(30)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that happens in another thread."""
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.fixture
def calls(upstream: Upstream) -> Iterator[Calls]:
    made = Calls()
    yield made
    made.end()
    assert made.failures == []
    assert bulkhead.waiting() == 0


@pytest.fixture
def down(settings: Any, upstream: Upstream, calls: Calls) -> str:
    """A server that does not answer, reached under many names."""
    allow(settings, "*")
    return upstream.at("/down", waits_for(calls.release))


def refused_at_once(url: str) -> None:
    """Nothing is asked of anybody."""
    told = r"^Too many calls wait for the other server\.$"
    with ends_within(AT_ONCE), pytest.raises(UpstreamBusy, match=told) as busy:
        fetch(Request("GET", url))
    assert (busy.value.code, busy.value.name, busy.value.status) == ("ACT574", "upstream_busy", 503)
    assert busy.value.headers == {"Retry-After": "1"}


def test_one_host_has_its_share(upstream: Upstream, calls: Calls, down: str) -> None:
    """Eight are made, 16 wait for their turn, the next is refused, and other hosts are called as ever."""
    calls.start(24, down)
    refused_at_once(down)
    assert fetch(Request("GET", f"http://localhost:{upstream.port}/up")).status == 200
    wait_until(lambda: len(upstream.requests) == 9)
    calls.end()
    assert len(upstream.requests) == 25
    assert fetch(Request("GET", f"{upstream.url}/up")).status == 200


def test_several_hosts_that_are_down_leave_the_share_of_one() -> None:
    """Eight are made to each and eight more wait; a third host still has its eight, and what it has more is refused."""
    with entered("a", 8), entered("b", 16):
        assert all(cannot_enter(host) for host in "ab")
        with entered("c", 8):
            assert all(cannot_enter(host) for host in "abcd")
    assert bulkhead.waiting() == 0


@contextmanager
def entered(host: str, number: int) -> Iterator[None]:
    """Hold so many places."""
    for _ in range(number):
        bulkhead.enter(host)
    try:
        yield
    finally:
        for _ in range(number):
            bulkhead.leave(host, made=False)


def cannot_enter(host: str) -> bool:
    """Say whether one more is refused."""
    try:
        bulkhead.enter(host)
    except UpstreamBusy:
        return True
    bulkhead.leave(host, made=False)
    return False


def test_all_hosts_together_have_theirs(upstream: Upstream) -> None:
    """32; then even a host that nobody waits for is not called."""
    with ExitStack() as places:
        for number in range(4):
            places.enter_context(entered(f"h{number}.example.org", 8))
        refused_at_once(f"{upstream.url}/up")
    assert fetch(Request("GET", f"{upstream.url}/up")).status == 200


def test_the_settings_say_how_many(settings: Any, calls: Calls, down: str) -> None:
    """Without them 32, 8 and 16."""
    settings.ACTIONS = {**settings.ACTIONS, "OUTBOUND": {"ALLOWED_HOSTS": ["*"]}}
    assert [option("OUTBOUND", key) for key in ("CALLS", "CALLS_PER_HOST", "WAITING_PER_HOST")] == [32, 8, 16]
    limit(settings, CALLS_PER_HOST=2, WAITING_PER_HOST=1)
    calls.start(3, down)
    refused_at_once(down)
    limit(settings, CALLS=3)
    refused_at_once(down)


def limit(settings: Any, **limits: int) -> None:
    """Set how many calls there may be."""
    settings.ACTIONS = {**settings.ACTIONS, "OUTBOUND": {"ALLOWED_HOSTS": ["*"], **limits}}


def test_a_turn_comes_in_order_and_within_the_time(settings: Any, upstream: Upstream) -> None:
    """Who came first is called first; whose time is over before its turn is told of the time, and called nobody."""
    limit(settings, CALLS_PER_HOST=1)
    release, ended = threading.Event(), []

    def call(path: str, seconds: float) -> None:
        try:
            ended.append(f"{path} {fetch(Request('GET', upstream.url + path), Limits(timeout=seconds)).status}")
        except ActionError as error:
            ended.append(f"{path} {error.message}")

    upstream.at("/0", waits_for(release))
    threads = []
    for path, seconds in (("/0", 5.0), ("/1", 5.0), ("/2", 0.2), ("/3", 5.0)):
        threads.append(threading.Thread(target=call, args=(path, seconds)))
        threads[-1].start()
        wait_until(lambda: bulkhead.waiting() == len(threads))
    wait_until(lambda: bool(ended))
    release.set()
    for thread in threads:
        thread.join(10)
    assert ended == ["/2 The other server did not answer within 0.2 s.", "/0 200", "/1 200", "/3 200"]
    assert upstream.paths == ["/0", "/1", "/3"]


def test_a_place_moves_with_a_redirect(upstream: Upstream, calls: Calls, down: str) -> None:
    """Whoever is sent to a host with too many waiting is refused like everybody; its own place is free again."""
    calls.start(24, down)
    elsewhere = f"http://localhost:{upstream.port}"
    upstream.at("/to-down", redirect(down))
    refused_at_once(f"{elsewhere}/to-down")
    assert bulkhead.waiting() == 24
    assert fetch(Request("GET", f"{elsewhere}/up")).status == 200


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://x.invalid/", "ftp://x/"])
def test_a_failure_leaves_its_place(settings: Any, url: str) -> None:
    """Whatever it was."""
    allow(settings, "127.0.0.1")
    for _ in range(40):
        with pytest.raises(ActionError) as failed:
            fetch(Request("GET", url), Limits(timeout=1))
        assert not isinstance(failed.value, UpstreamBusy)
    assert bulkhead.waiting() == 0


def test_waiting_happens_within_what_is_installed(upstream: Upstream) -> None:
    """Entered before anything is sent and left after the answer; not for what is refused; left by failures too."""
    seen: list[str] = []

    @contextmanager
    def recorded() -> Iterator[None]:
        seen.append(f"enter {len(upstream.requests)}")
        try:
            yield
        finally:
            seen.append(f"leave {len(upstream.requests)}")

    before = set_waiting(recorded)
    try:
        fetch(Request("GET", upstream.at("/", answer(200))))
        with pytest.raises(ActionError):
            fetch(Request("GET", upstream.at("/large", answer(200, b"xx"))), Limits(most_bytes=1))
        with pytest.raises(ActionError):
            fetch(Request("GET", "ftp://example.org/"))
    finally:
        assert set_waiting(before) is recorded
    assert seen == ["enter 0", "leave 1", "enter 1", "leave 2"]
