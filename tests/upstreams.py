"""Somebody else's server, on 127.0.0.1, that records what it gets byte by byte and misbehaves as it is told.

    with Upstream(answer(json={"id": 7})) as server:        # every request gets this
        server.at("/slow", hang())                          # except there
        server.at("/flaky", answer(503), answer(200))       # one after the other; the last one stays
        ...
    assert server.requests[0].body == b'{"name":"Ada"}'

A behaviour takes an ``Exchange`` (the request, and the socket to answer on) and returns whether the connection may
serve another request. Own ones are such functions. Raw sockets and threads; stopping ends every one of them at once.
"""

from __future__ import annotations

import json as json_module
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came. ``raw``: every byte; ``headers``: names in lower case, in order."""

    raw: bytes
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    connection: int

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    @property
    def header(self) -> Mapping[str, str]:
        """Values by name; of repeated ones the last."""
        return dict(self.headers)

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json_module.loads(self.body)


@dataclass(slots=True)
class Exchange:
    """One request, and the socket to answer it on."""

    request: Received
    socket: socket.socket
    stopping: threading.Event

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def pause(self, seconds: float) -> bool:
        """Wait; say whether the server goes on."""
        return not self.stopping.wait(seconds)


Behaviour = Callable[[Exchange], bool]
Headers = Mapping[str, str] | Iterable[tuple[str, str]]


def answer(status: int = 200, body: bytes = b"", *, headers: Headers = (), json: Any = None) -> Behaviour:
    """Answer with a status, headers and a body, or with ``json`` as the body; keep the connection."""
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    if json is not None:
        body, pairs = json_module.dumps(json).encode(), [("Content-Type", "application/json"), *pairs]
    return raw(head(status, [*pairs, ("Content-Length", str(len(body)))]) + body, keeps=True)


def computed(make: Callable[[Received], Behaviour]) -> Behaviour:
    """Behave as ``make`` says for the request."""
    return lambda exchange: make(exchange.request)(exchange)


def redirect(to: str, status: int = 302, *, headers: Headers = ()) -> Behaviour:
    """Send the caller elsewhere."""
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    return answer(status, headers=[("Location", to), *pairs])


def delay(seconds: float, then: Behaviour | None = None) -> Behaviour:
    """Behave so, but later."""
    after = then or answer()
    return lambda exchange: exchange.pause(seconds) and after(exchange)


def hang() -> Behaviour:
    """Never answer."""
    return lambda exchange: exchange.stopping.wait() and False


def waits_for(event: threading.Event, then: Behaviour | None = None) -> Behaviour:
    """Answer when the test says so (after 10 seconds at the latest)."""
    after = then or answer()
    return lambda exchange: event.wait(30) and after(exchange)


def drip(data: bytes, *, pause: float = 0.05, at_once: bytes = b"") -> Behaviour:
    """Send ``at_once``, then ``data`` byte by byte and for ever anew, with a pause before each."""

    def behave(exchange: Exchange) -> bool:
        exchange.send(at_once)
        position = 0
        while exchange.pause(pause):
            exchange.send(data[position : position + 1])
            position = (position + 1) % len(data)
        return False

    return behave


def drip_body(*, pause: float = 0.05, headers: Headers = ()) -> Behaviour:
    """Send a head at once and a body byte by byte, without an end."""
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    return drip(b"x", pause=pause, at_once=head(200, [*pairs, ("Content-Length", "1000000")]))


def drip_head(*, pause: float = 0.05) -> Behaviour:
    """Send headers without an end, byte by byte."""
    return drip(b"X-Slow: yes\r\n", pause=pause, at_once=b"HTTP/1.1 200 OK\r\n")


def flood(data: bytes = b"x" * 65536, *, at_once: bytes | None = None) -> Behaviour:
    """Send ``data`` for ever, as fast as it is taken; by default as a body whose length is not told."""
    first = head(200, [("Connection", "close")]) if at_once is None else at_once

    def behave(exchange: Exchange) -> bool:
        exchange.send(first)
        while not exchange.stopping.is_set():
            exchange.send(data)
        return False

    return behave


def reset(after: bytes = b"") -> Behaviour:
    """Send something, then break the connection with RST."""

    def behave(exchange: Exchange) -> bool:
        exchange.send(after)
        exchange.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    return behave


def hang_up(after: bytes = b"") -> Behaviour:
    """Send something, then close the connection."""
    return raw(after)


def raw(data: bytes, *, keeps: bool = False) -> Behaviour:
    """Send bytes that need not be HTTP; ``keeps`` the connection or close it."""

    def behave(exchange: Exchange) -> bool:
        exchange.send(data)
        return keeps

    return behave


def chunked(*parts: bytes, headers: Headers = (), status: int = 200) -> Behaviour:
    """Answer with a body in chunks."""
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts if part) + b"0\r\n\r\n"
    return raw(head(status, [*pairs, ("Transfer-Encoding", "chunked")]) + body, keeps=True)


def bomb(megabytes: int) -> Behaviour:
    """Answer with gzip that inflates to so many MiB of zeros, and is about a thousandth of that."""
    return answer(body=gzip_bomb(megabytes), headers={"Content-Encoding": "gzip"})


def gzip_bomb(megabytes: int) -> bytes:
    """Return the start of a gzip member with so many MiB of zeros, made without compressing them all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * (megabytes - 1)


def head(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    """Return a status line and headers."""
    lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines).encode("latin-1") + HEAD_END


@dataclass
class Upstream:
    """The server. ``greeting``: done with each new connection instead of speaking HTTP; ``tls``: its context."""

    default: Behaviour = field(default_factory=answer)
    tls: ssl.SSLContext | None = None
    greeting: Callable[[Exchange], object] | None = None
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        self._behaviours: dict[str, list[Behaviour]] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, 0), family=family, backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, name="upstream")

    @property
    def netloc(self) -> str:
        """``127.0.0.1:PORT``, as the allow-list names it."""
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return f"{'https' if self.tls else 'http'}://{self.netloc}"

    @property
    def paths(self) -> list[str]:
        """The paths of all requests so far."""
        return [request.path for request in self.requests]

    def at(self, path: str, *behaviours: Behaviour) -> str:
        """Behave so at a path: each time as the next one says, and as the last one from then on. Return the URL."""
        self._behaviours[path] = list(behaviours)
        return self.url + path

    def answers(self, *behaviours: Behaviour) -> None:
        """Behave so at every path that has no behaviour of its own."""
        self._behaviours[""] = list(behaviours)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Take no more connections, and end those that are open."""
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(5)
        self.close_connections()
        for thread in self._threads:
            thread.join(5)

    def close_connections(self) -> None:
        """Close every connection that is open now, as a server does with idle ones."""
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
                thread = threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True)
                self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            with suppress(OSError):
                self._talk(connection, number)
        finally:
            with self._lock:
                self._open.discard(connection)
                connection.close()

    def _talk(self, connection: socket.socket, number: int) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.greeting is not None:
            nothing = Received(b"", "", "", (), b"", number)
            self.greeting(Exchange(nothing, connection, self._stopping))
        elif self.tls is None:
            self._converse(connection, number)
        else:
            with self.tls.wrap_socket(connection.dup(), server_side=True) as secured:
                self._converse(secured, number)

    def _converse(self, connection: socket.socket, number: int) -> None:
        reader = _Reader(connection, number)
        while (request := reader.next_request()) is not None:
            with self._lock:
                self.requests.append(request)
                behaviour = self._next_behaviour(request.path)
            if not behaviour(Exchange(request, connection, self._stopping)):
                return

    def _next_behaviour(self, path: str) -> Behaviour:
        waiting = self._behaviours.get(path) or self._behaviours.get("")
        if not waiting:
            return self.default
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


class _Reader:
    """The requests of one connection."""

    def __init__(self, connection: socket.socket, number: int) -> None:
        self._connection = connection
        self._number = number
        self._held = b""

    def next_request(self) -> Received | None:
        """Return the next request, or ``None`` when the caller has gone."""
        while HEAD_END not in self._held:
            if not self._more():
                return None
        top, _, self._held = self._held.partition(HEAD_END)
        line, *lines = top.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ", 2)
        headers = tuple((name.lower(), value.strip()) for name, _, value in (each.partition(":") for each in lines))
        sent = self._body(dict(headers))
        if sent is None:
            return None
        body = _unchunked(sent) if "transfer-encoding" in dict(headers) else sent
        return Received(top + HEAD_END + sent, method, target, headers, body, self._number)

    def _body(self, headers: Mapping[str, str]) -> bytes | None:
        if "transfer-encoding" in headers:
            return self._until(b"0\r\n\r\n")
        return self._take(int(headers.get("content-length", "0")))

    def _until(self, end: bytes) -> bytes | None:
        while end not in self._held:
            if not self._more():
                return None
        return self._take(self._held.index(end) + len(end))

    def _take(self, size: int) -> bytes | None:
        while len(self._held) < size:
            if not self._more():
                return None
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def _more(self) -> bool:
        data = self._connection.recv(65536)
        self._held += data
        return bool(data)


def _unchunked(sent: bytes) -> bytes:
    body = b""
    while sent:
        size, _, sent = sent.partition(b"\r\n")
        body, sent = body + sent[: int(size, 16)], sent[int(size, 16) + 2 :]
    return body


def allow(settings: Any, *patterns: str) -> None:
    """Set the allow-list; nothing at all is the default: the public internet."""
    outbound = {**settings.ACTIONS.get("OUTBOUND", {}), "ALLOWED_HOSTS": list(patterns)}
    settings.ACTIONS = {**settings.ACTIONS, "OUTBOUND": outbound}
