"""Answers leave as a whole, and a stop can wait for them."""

from __future__ import annotations

import threading
import time
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from actions.outbound import Request, fetch, set_waiting
from project.whole import WholeMessages
from tests.clocks import AT_ONCE, ends_within
from tests.upstreams import Upstream, waits_for

# The end of a request looks after the connection that a test before this one may have left.
pytestmark = pytest.mark.django_db


class Closing(HttpResponse):
    closed_by_us = False

    def close(self) -> None:
        self.closed_by_us = True
        super().close()


def whole(application: Any) -> WholeMessages:
    """Return the wrapper around an application: two may work, one may be waited for."""
    return WholeMessages(application, working=2, reading=1, largest=100)


def answer(response: Any) -> Any:
    """Serve one response."""
    return whole(lambda environ, start_response: response)({}, lambda *_: None)


def test_an_answer_is_one_piece_and_closed() -> None:
    """The server gets a list, and Django has given back what the request held."""
    response = Closing(b"whole")
    assert answer(response) == [b"whole"]
    assert response.closed_by_us


@pytest.mark.parametrize(
    ("path", "length", "read"),
    [
        pytest.param("/", 100, 100, id="largest"),
        pytest.param("/", 101, 0, id="too-large"),
        pytest.param("/import/", 200, 200, id="larger"),
        pytest.param("/import/", 201, 0, id="too-large-there"),
        pytest.param("/import/x", 101, 0, id="elsewhere"),
    ],
)
def test_one_page_takes_larger_bodies(path: str, length: int, read: int) -> None:
    """Everywhere else the bound of all holds; of what is larger nothing is read."""
    found: list[int] = []

    def application(environ: Any, start_response: Any) -> HttpResponse:
        found.append(len(environ["wsgi.input"].read()))
        return HttpResponse()

    served = WholeMessages(application, working=1, reading=1, largest=100, larger={"/import/": 200})  # type: ignore[arg-type]
    served({"PATH_INFO": path, "CONTENT_LENGTH": str(length), "wsgi.input": BytesIO(b"x" * length)}, lambda *_: None)
    assert found == [read]


def test_a_stream_stays_a_stream() -> None:
    """Whoever streams does so because it is too much for one piece."""
    response = StreamingHttpResponse(iter([b"a", b"b"]))
    assert answer(response) is response


@pytest.mark.parametrize("fails", [False, True], ids=["answered", "failed"])
def test_waiting_ends_with_the_last_request(fails: bool) -> None:
    """Whether it was answered or failed."""
    release, entered = threading.Event(), threading.Event()

    def slow(environ: Any, start_response: Any) -> HttpResponse:
        entered.set()
        release.wait(30)
        if fails:
            raise ValueError
        return HttpResponse(b"done")

    served = whole(slow)

    def request() -> None:
        try:
            served({}, lambda *_: None)
        except ValueError:
            assert fails

    thread = threading.Thread(target=request)
    thread.start()
    entered.wait(30)
    began = time.monotonic()
    threading.Timer(0.3, release.set).start()
    served.wait_until_idle(30)
    assert 0.2 < time.monotonic() - began < AT_ONCE
    thread.join()
    served.wait_until_idle(30)


def test_waiting_has_an_end() -> None:
    """A request that hangs does not keep the process."""
    release, entered = threading.Event(), threading.Event()

    def hangs(environ: Any, start_response: Any) -> HttpResponse:
        entered.set()
        release.wait(30)
        return HttpResponse()

    served = whole(hangs)
    thread = threading.Thread(target=served, args=({}, lambda *_: None))
    thread.start()
    entered.wait(30)
    with ends_within(AT_ONCE):
        served.wait_until_idle(0.1)
    release.set()
    thread.join()


def in_thread(served: WholeMessages, **environ: Any) -> threading.Thread:
    """Start a request."""
    thread = threading.Thread(target=served, args=(environ, lambda *_: None))
    thread.start()
    return thread


def test_a_request_that_waits_for_another_server_leaves_its_place() -> None:
    """Two may work: with two that wait two others are served, and those that waited go on one after the other."""
    answered, gone, working, most = threading.Event(), threading.Semaphore(0), [], []

    def calls_out(environ: Any, start_response: Any) -> HttpResponse:
        with served.waiting():
            gone.release()
            answered.wait(30)
        working.append(None)
        most.append(len(working))
        time.sleep(0.01)
        working.pop()
        return HttpResponse(b"done")

    served = whole(lambda environ, start_response: environ["view"](environ, start_response))
    waiting = [in_thread(served, view=calls_out) for _ in range(6)]
    for _ in waiting:
        assert gone.acquire(timeout=30)
    assert served({"view": lambda *_: HttpResponse(b"other")}, lambda *_: None) == [b"other"]
    served.wait_until_idle(0)
    answered.set()
    for thread in waiting:
        thread.join(30)
    assert max(most) <= 2
    assert places(served) == 2


def places(served: WholeMessages) -> int:
    """Return how many may begin to work now."""
    taken = 0
    while served._working.take_now():
        taken += 1
    return taken


def test_who_waited_goes_on_although_nobody_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who have the places may wait for what it holds: a lock. What was borrowed is paid back."""
    monkeypatch.setattr("project.whole.RETURN_SECONDS", 0.05)
    lock, held, taken = threading.Lock(), threading.Event(), threading.Semaphore(0)

    def holds(environ: Any, start_response: Any) -> HttpResponse:
        with lock:
            with served.waiting():
                held.set()
                assert taken.acquire(timeout=30)
                assert taken.acquire(timeout=30)
            return HttpResponse(b"done")

    def wants(environ: Any, start_response: Any) -> HttpResponse:
        taken.release()
        with lock:
            return HttpResponse(b"done")

    served = whole(lambda environ, start_response: environ["view"](environ, start_response))
    with ends_within(AT_ONCE):
        threads = [in_thread(served, view=holds)]
        assert held.wait(30)
        threads += [in_thread(served, view=wants) for _ in range(2)]
        for thread in threads:
            thread.join(30)
    assert places(served) == 2


def test_only_a_request_has_a_place_to_leave() -> None:
    """A thread of the command line or the outbox waits as it is; so does a request that waits within its waiting."""
    served = whole(lambda environ, start_response: environ["view"](environ, start_response))
    with served.waiting(), served.waiting():
        assert places(served) == 2

    def nested(environ: Any, start_response: Any) -> HttpResponse:
        with served.waiting(), served.waiting():
            return HttpResponse(str(places(served)))

    served = whole(nested)
    assert served({}, lambda *_: None) == [b"2"]


def test_a_server_that_is_down_slows_nobody_else(upstream: Upstream) -> None:
    """Eight requests wait for it, where two may work; others are served as if they were not there."""
    up = threading.Event()
    upstream.answers(waits_for(up))

    def view(environ: Any, start_response: Any) -> HttpResponse:
        if "call" not in environ:
            return HttpResponse(b"done")
        fetch(Request("GET", upstream.url))
        return HttpResponse(b"called")

    served = whole(view)
    before = set_waiting(served.waiting)
    try:
        threads = [in_thread(served, call=True) for _ in range(8)]
        until = time.monotonic() + 30
        while len(upstream.requests) < 8 and time.monotonic() < until:
            time.sleep(0.01)
        with ends_within(AT_ONCE):
            assert [served({}, lambda *_: None) for _ in range(100)] == [[b"done"]] * 100
        assert all(thread.is_alive() for thread in threads)
        up.set()
        for thread in threads:
            thread.join(30)
    finally:
        set_waiting(before)
    assert places(served) == 2


def test_a_failure_while_it_waits_keeps_the_count() -> None:
    """The place is taken again, and given back once."""

    def fails(environ: Any, start_response: Any) -> HttpResponse:
        with served.waiting():
            raise ValueError

    served = whole(fails)
    for _ in range(5):
        with pytest.raises(ValueError, match=r"^$"):
            served({}, lambda *_: None)
    assert places(served) == 2


class Stuck:
    """A body that does not arrive."""

    def __init__(self) -> None:
        self.asked, self.arrived = threading.Event(), threading.Event()

    def read(self, size: int) -> bytes:
        """Wait for the client."""
        self.asked.set()
        self.arrived.wait(30)
        return b""


def test_a_body_that_does_not_arrive_keeps_nobody_waiting() -> None:
    """Others are served; one more body is told to come again; the half body is refused."""
    served = whole(lambda environ, start_response: HttpResponse(b"done"))
    stuck, statuses = Stuck(), []

    def answer(environ: dict[str, Any]) -> Any:
        return list(served(environ, lambda status, headers: statuses.append(status)))  # type: ignore[arg-type]

    thread = threading.Thread(target=answer, args=({"wsgi.input": stuck, "CONTENT_LENGTH": "9"},))
    thread.start()
    stuck.asked.wait(30)
    assert answer({}) == answer({}) == answer({}) == [b"done"]
    assert answer({"wsgi.input": stuck, "CONTENT_LENGTH": "9"}) == []
    served.wait_until_idle(0)
    stuck.arrived.set()
    thread.join()
    assert statuses == ["503 Service Unavailable", "400 Bad Request"]
