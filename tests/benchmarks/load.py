"""Requests in, rates and latencies out: a load generator that costs some 25 microseconds per request.

One thread, one connection per simulated client, each with one request at a time on a kept-alive connection: a closed
loop, so a slow answer delays that client's next request and nobody else's. Only addresses of this machine are accepted.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Request = Callable[[], bytes]


@dataclass
class Sample:
    """What one turn measured: latencies of good answers in seconds, other statuses with their number."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Good answers per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the good answers came."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Client:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, host: str, port: int, request: Request) -> None:
        self._address = (host, port)
        self._request = request
        self._received = b""
        self._began = 0.0
        self.socket = socket.create_connection(self._address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, due: float | None = None) -> None:
        """Send the next request; its latency counts from when it was ``due``."""
        self._received = b""
        self._began = time.perf_counter() if due is None else due
        self.socket.sendall(self._request())

    def receive(self, sample: Sample) -> bool:
        """Read what is there; record and return True when the answer is complete."""
        part = self.socket.recv(262_144)
        self._received += part
        if part and not is_complete(self._received):
            return False
        if self._received[9:12] == b"200":
            sample.latencies.append(time.perf_counter() - self._began)
        else:
            status = self._received[9:12].decode() or "closed"
            sample.failures[status] = sample.failures.get(status, 0) + 1
        return True


def is_complete(answer: bytes) -> bool:
    """Say whether an HTTP/1.1 answer has arrived as a whole."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    lowered = head.lower()
    at = lowered.find(b"content-length:")
    if at < 0:
        return body.endswith(b"0\r\n\r\n")
    return len(body) >= int(lowered[at + 15 :].split(b"\r\n", 1)[0])


def pace(url: str, request: Request, *, connections: int, per_second: float, seconds: float) -> Sample:
    """Send at an even pace whatever the answers do: a request that finds no free connection waits, and its wait counts.

    An open loop, as providers send; what is under way at the end is awaited and counted.
    """
    host, port = _local(url)
    sample = Sample(seconds)
    due = deque(time.perf_counter() + number / per_second for number in range(int(seconds * per_second)))
    with selectors.DefaultSelector() as selector:
        free = deque(Client(host, port, request) for _ in range(connections))
        for client in free:
            selector.register(client.socket, selectors.EVENT_READ, client)
        while due or len(free) < connections:
            while due and free and due[0] <= time.perf_counter():
                free.popleft().send(due.popleft())
            wait = due[0] - time.perf_counter() if due and free else 1.0
            for key, _ in selector.select(max(0.0, wait)):
                if key.data.receive(sample):
                    free.append(key.data)
        for client in free:
            client.socket.close()
    return sample


def drive(url: str, request: Request, *, connections: int, seconds: float) -> Sample:
    """Keep ``connections`` clients busy for ``seconds``; what is under way at the end is awaited and not counted."""
    host, port = _local(url)
    sample = Sample(seconds)
    with selectors.DefaultSelector() as selector:
        clients = [Client(host, port, request) for _ in range(connections)]
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.send()
        _loop(selector, sample, time.perf_counter() + seconds)
        for client in clients:
            client.socket.close()
    return sample


def _local(url: str) -> tuple[str, int]:
    """Return where a server of this machine is."""
    parts = urlsplit(url)
    if parts.hostname not in ("127.0.0.1", "::1", "localhost") or parts.port is None:
        raise ValueError(f"'{url}' is not on this machine.")
    return parts.hostname, parts.port


def _loop(selector: selectors.BaseSelector, sample: Sample, until: float) -> None:
    while (now := time.perf_counter()) < until:
        for key, _ in selector.select(until - now):
            client: Client = key.data
            if client.receive(sample):
                client.send()
