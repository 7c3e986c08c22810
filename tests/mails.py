"""A real SMTP server for tests, on 127.0.0.1: it keeps what it was given, and refuses whom a test says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import free_port


@dataclass(frozen=True)
class Received:
    """One message in its envelope; ``raw`` is what came over the wire."""

    to: tuple[str, ...]
    sender: str
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        """The message, read."""
        return message_from_bytes(self.raw, policy=policy.default)  # type: ignore[return-value]

    @property
    def text(self) -> str:
        """The plain part."""
        body = self.mail.get_body(("plain",))
        assert body is not None
        return str(body.get_content())


@dataclass
class Sink:
    """The handler. ``replies`` maps recipients to what is answered to RCPT, ``to_data`` is answered to DATA."""

    port: int
    received: list[Received] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    to_data: str = "250 OK"
    delay: float = 0.0
    is_busy: bool = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Take a recipient, or not."""
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a message, or not, after ``delay`` seconds."""
        self.is_busy = True
        await asyncio.sleep(self.delay)
        if self.to_data.startswith("250"):
            self.received.append(Received(tuple(envelope.rcpt_tos), envelope.mail_from, envelope.original_content))
        return self.to_data

    def wait_for(self, number: int, seconds: float = 30) -> list[Received]:
        """Wait until so many have come, and return all."""
        until = time.monotonic() + seconds
        while len(self.received) < number and time.monotonic() < until:
            time.sleep(0.02)
        assert len(self.received) >= number, self.received
        return self.received

    @property
    def url(self) -> str:
        """What ``EMAIL_URL`` is for it."""
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def running_sink(port: int | None = None) -> Iterator[Sink]:
    """Give a server that takes mail until the block ends."""
    sink = Sink(port or free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port, data_size_limit=64 * 1024 * 1024)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
