"""Names are judged by every address that they lead to, and the connection goes to one that was judged."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from actions.errors import ActionError
from actions.outbound import Limits, OutboundBlocked, Request, UpstreamFailed, fetch
from actions.outbound.pooling import forget_connections
from tests.actions.outbound.conftest import Names
from tests.servers import free_port
from tests.upstreams import Upstream, allow, answer, redirect

NAME = "api.example.org"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    forget_connections()


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where connections are attempted; they lead to the test's own server, which is told by ``lead``."""
    attempts: list[tuple[str, int]] = []
    connect = socket.create_connection

    def recorded(address: tuple[str, int], *rest: Any) -> socket.socket:
        attempts.append(address)
        return connect(("127.0.0.1", address[1]), *rest)

    monkeypatch.setattr("actions.outbound.connecting.socket.create_connection", recorded)
    return attempts


def failure(url: str) -> ActionError:
    """Return how a call fails."""
    with pytest.raises(ActionError) as failed:
        fetch(Request("GET", url), Limits(timeout=2))
    return failed.value


def test_open_closed_private_and_unknown_look_alike(
    settings: Any, upstream: Upstream, names: Names, dialled: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No difference in class, code, text or headers, and no connection: nobody scans ports or names through this."""
    allow(settings)
    names("inside.example.org", ["10.0.0.5"])
    names("open.example.org", ["127.0.0.1"])
    names("mixed.example.org", ["8.8.8.8", "127.0.0.1"])
    names("nothing.example.org", [])
    known = names("scoped.example.org", ["fe80::1%eth0"])
    port = upstream.port
    urls = [
        *(f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{free_port()}/", f"http://localhost:{port}/"),
        *(f"http://{name}.example.org:{port}/" for name in ("inside", "open", "mixed", "nothing", "scoped")),
    ]
    failures = [failure(url) for url in urls]
    monkeypatch.setattr("actions.outbound.resolving.resolve", unknown)
    failures.append(failure(f"http://unknown.example.org:{port}/"))
    assert {(type(each), each.message, each.hint, each.status, str(each.headers)) for each in failures} == {
        (OutboundBlocked, failures[0].message, failures[0].hint, 422, "{}")
    }
    assert dialled == []
    assert upstream.connections == 0
    assert len(known) == 5


def unknown(host: str, port: int) -> list[str]:
    """A resolver that knows no name."""
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def unavailable(host: str, port: int) -> list[str]:
    """A resolver that cannot be reached."""
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


@pytest.mark.parametrize(
    ("patterns", "resolver", "reason"),
    [
        pytest.param([NAME], unknown, "The name of the other server leads nowhere.", id="allowed-but-unknown"),
        pytest.param([NAME], unavailable, "The other server cannot be reached.", id="allowed-but-no-resolver"),
        pytest.param([], unavailable, "The other server cannot be reached.", id="no-resolver"),
    ],
)
def test_a_resolver_that_fails_is_a_failure(
    settings: Any, monkeypatch: pytest.MonkeyPatch, patterns: list[str], resolver: Any, reason: str
) -> None:
    """One that may pass is not told as a refusal; what the name is, only who may call it learns."""
    allow(settings, *patterns)
    monkeypatch.setattr("actions.outbound.resolving.resolve", resolver)
    failed = failure(f"http://{NAME}/")
    assert (type(failed), failed.message, failed.status) == (UpstreamFailed, reason, 502)


def test_a_name_is_resolved_once_and_the_judged_address_called(
    settings: Any, upstream: Upstream, names: Names, dialled: list[Any]
) -> None:
    """A name that leads elsewhere the second time (DNS rebinding) is not asked a second time."""
    allow(settings)
    asked = names(NAME, ["8.8.8.8"], ["127.0.0.1"])
    assert fetch(Request("GET", f"http://{NAME}:{upstream.port}/")).status == 200
    assert dialled == [("8.8.8.8", upstream.port)]
    assert asked == [NAME]
    assert upstream.requests[0].header["host"] == f"{NAME}:{upstream.port}"


def test_a_connection_that_is_kept_needs_no_second_look(
    settings: Any, upstream: Upstream, names: Names, dialled: list[Any]
) -> None:
    """It leads to the address that was judged; a new one is judged anew, and refused where the name moved inside."""
    allow(settings)
    asked = names(NAME, ["8.8.8.8"], ["10.0.0.1"])
    url = f"http://{NAME}:{upstream.port}/"
    assert [fetch(Request("GET", url)).status for _ in range(2)] == [200, 200]
    assert (len(dialled), asked) == (1, [NAME])
    forget_connections()
    assert isinstance(failure(url), OutboundBlocked)
    assert len(dialled) == 1


def test_the_next_address_is_tried(settings: Any, upstream: Upstream, names: Names) -> None:
    """A name with several addresses is reachable while one of them is."""
    allow(settings, NAME)
    names(NAME, ["127.0.0.2", "127.0.0.1"])
    assert fetch(Request("GET", f"http://{NAME}:{upstream.port}/")).status == 200


def test_a_name_leads_to_few_connections(settings: Any, names: Names, dialled: list[Any]) -> None:
    """However many addresses it has: nobody scans others through this."""
    allow(settings)
    port = free_port()
    names(NAME, [f"8.8.8.{number}" for number in range(100)])
    assert failure(f"http://{NAME}:{port}/").message == "The other server cannot be reached."
    assert dialled == [(f"8.8.8.{number}", port) for number in range(6)]


def test_a_name_that_is_allowed_may_lead_inside(settings: Any, upstream: Upstream, names: Names) -> None:
    """That is what an operator names it for."""
    allow(settings, f"{NAME}:{upstream.port}")
    names(NAME, ["127.0.0.1"])
    assert fetch(Request("GET", f"http://{NAME}:{upstream.port}/")).status == 200


def test_a_redirect_is_judged(settings: Any, upstream: Upstream, names: Names, dialled: list[Any]) -> None:
    """A public server cannot send the caller inside, neither by address nor by name."""
    allow(settings)
    names(NAME, ["8.8.8.8"])
    names("inside.example.org", ["10.0.0.5"])
    for to in ("http://127.0.0.1/", "//localhost/", "http://inside.example.org/", "http://2130706433/"):
        upstream.answers(redirect(to))
        assert isinstance(failure(f"http://{NAME}:{upstream.port}/"), OutboundBlocked), to
    assert {host for host, _ in dialled} == {"8.8.8.8"}


@pytest.mark.parametrize("to", ["file:///etc/passwd", "gopher://x.example.org/", "http://u:p@127.0.0.1/", "http://[/"])
def test_a_redirect_to_what_is_no_url_of_http_is_blocked(upstream: Upstream, to: str) -> None:
    """Whoever may be called."""
    upstream.answers(redirect(to))
    assert isinstance(failure(upstream.url), OutboundBlocked)


def test_the_environment_has_no_say(upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Neither proxies nor the credentials of .netrc."""
    with Upstream(answer(418)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ada password s3cret\n", encoding="utf-8")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        assert fetch(Request("GET", upstream.url)).status == 200
        assert proxy.connections == 0
    assert "authorization" not in upstream.requests[0].header
    assert os.environ["NETRC"]


def test_no_cookie_is_kept(upstream: Upstream) -> None:
    """What one call is given, no other one sends; the caller sees both."""
    upstream.answers(answer(headers=[("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2")]))
    assert fetch(Request("GET", upstream.url)).headers["set-cookie"] == "a=1; Path=/, b=2"
    fetch(Request("GET", upstream.url))
    assert [request.header.get("cookie") for request in upstream.requests] == [None, None]


def test_ipv6_is_called(settings: Any) -> None:
    """With brackets where they belong, and none elsewhere."""
    try:
        server = Upstream(host="::1")
    except OSError:
        server = Upstream()
    with server:
        netloc = f"[::1]:{server.port}" if server.host == "::1" else server.netloc
        allow(settings, netloc)
        assert fetch(Request("GET", f"http://{netloc}/x")).url == f"http://{netloc}/x"
        assert server.requests[0].header["host"] == netloc
