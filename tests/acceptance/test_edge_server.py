"""Bytes on the wire that no HTTP library sends, to a real server: it answers, and others notice nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.servers import Home, Server

ECHO = """\
Name: echo
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields:
  - {Name: text, ColumnType: label, IsNullable: true}
OutFields:
  - {Type: echo, Method: ACTIONRESPONSE, Attributes: {text: "~text"}}
"""
JSON = "Content-Type: application/json"
FORM = "Content-Type: application/x-www-form-urlencoded"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture
def site(home: Home) -> Iterator[Server]:
    """Serve an action that answers what it was told."""
    (home.folder / "echo.yaml").write_text(ECHO)
    with home.with_settings(ACTIONS_PATH=str(home.folder / "echo.yaml")).start("--workers", "1") as server:
        yield server


def opened(site: Server, *parts: bytes) -> socket.socket:
    """Open a connection and send."""
    connection = socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0), timeout=10)
    for part in parts:
        connection.sendall(part)
    return connection


def post(*headers: str, body: bytes = b"") -> bytes:
    """Return the bytes of a request to the action; nothing adds a length."""
    head = ["POST /action/todo/echo HTTP/1.1", "Host: localhost", *headers, "", ""]
    return "\r\n".join(head).encode() + body


def answers(site: Server, request: bytes, *, half: bool = False) -> bytes:
    """Send, say that nothing follows, and return everything that comes back."""
    with opened(site, request) as connection:
        if half:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


def test_strange_requests(site: Server) -> None:
    """One server for all of them: each leaves it as it was."""
    chunked = post(JSON, "Transfer-Encoding: chunked", "Connection: close", body=b'c\r\n{"text":"a"}\r\n0\r\n\r\n')
    assert b'"text":"a"' in answers(site, chunked)

    broken = post(JSON, "Transfer-Encoding: chunked", "Connection: close", body=b'zz\r\n{"text":"a"}\r\n0\r\n\r\n')
    assert b" 400 " in answers(site, broken)[:20]

    form = post(FORM, "Transfer-Encoding: chunked", "Connection: close", body=b"6\r\ntext=a\r\n0\r\n\r\n")
    assert b"A form without a length is not read." in answers(site, form)

    assert b" 431 " in answers(site, post("X-Long: " + "a" * 200_000, "Connection: close"))[:20]
    assert b" 400 " in answers(site, post(JSON, "Content-Length: -1", "Connection: close"))[:20]
    assert b" 413 " in answers(site, post(JSON, "Content-Length: 9000000000"), half=True)[:20]
    assert b'"text"' not in answers(site, post(FORM, "Content-Length: 10", body=b"text=a"), half=True)

    both = answers(site, post(JSON, "Content-Length: 2", body=b"[]") + HEALTH)
    assert both.count(b"HTTP/1.1 ") == 2
    assert both.endswith(b'"reachable"}')


def test_clients_that_stop_half_way_keep_nobody_waiting(site: Server) -> None:
    """More of them than there are threads that work, in the head and in the body."""
    with ExitStack() as waiting:
        for _ in range(20):
            waiting.enter_context(opened(site, post(JSON, "Content-Length: 100", body=b"{")))
            waiting.enter_context(opened(site, b"POST /action/todo/echo HTTP/1.1\r\nHost: loc"))
        for _ in range(5):
            assert b" 200 " in answers(site, HEALTH)[:20]
        body = b'{"text":"a"}'
        assert b'"text":"a"' in answers(site, post(JSON, "Content-Length: 12", "Connection: close", body=body))
