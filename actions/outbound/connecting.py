"""The network as httpcore sees it: connections only to judged addresses, every wait within the call's time.

A name is resolved once and the connection goes to one of the addresses that were judged; TLS still verifies the name.
Where the settings do not name the host, one address that is not public is enough to refuse all of them.
"""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from actions.outbound import resolving
from actions.outbound.calls import Call, current
from actions.outbound.errors import OutboundBlocked, UpstreamFailed, UpstreamTimeout
from actions.outbound.networks import is_address, is_public
from actions.outbound.targets import Target

READ_BYTES = 64 * 1024
MOST_ADDRESSES = 6  # of a name that are tried; all are judged


class Stale(Exception):
    """A connection that was kept turned out to be closed before anything was sent on it."""


class GuardedBackend(httpcore.NetworkBackend):
    """Connects where the call of this thread may go."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to one of the host's addresses; times are the call's own."""
        call = current()
        return GuardedStream(_connect(call, judged_addresses(call, host, port), port), fresh=True)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse."""
        raise OutboundBlocked


def judged_addresses(call: Call, host: str, port: int) -> list[str]:
    """Return every address of the host, after all of them have been judged."""
    target = call.target
    if target is None or (target.host, target.port) != (host, port):
        raise OutboundBlocked
    found = [host] if is_address(host) else _resolved(call, target)
    if not target.trusted and not all(is_public(address) for address in found):
        raise OutboundBlocked
    return found


def _resolved(call: Call, target: Target) -> list[str]:
    try:
        return resolving.addresses(target.host, target.port, call.remaining())
    except UpstreamTimeout:
        raise call.timed_out() from None
    except UpstreamFailed as failure:
        # Which names exist inside is nobody's business: an unknown one is answered like a private one.
        if failure.reason == "unknown_name" and not target.trusted:
            raise OutboundBlocked from None
        raise


def _connect(call: Call, found: list[str], port: int) -> socket.socket:
    """Try one address after the other, each with its share of the time that is left."""
    tried = found[:MOST_ADDRESSES]
    timed_out = False
    for position, address in enumerate(tried):
        share = call.remaining() / (len(tried) - position)
        try:
            return _connected(address, port, share)
        except OSError as error:
            timed_out = isinstance(error, TimeoutError)
    if timed_out:  # the last one had all the time that was left
        raise call.timed_out()
    raise UpstreamFailed("unreachable")


def _connected(address: str, port: int, seconds: float) -> socket.socket:
    connection = socket.create_connection((address, port), seconds)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class GuardedStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the call that waits; calls follow one another on it."""

    def __init__(self, connection: socket.socket, *, fresh: bool) -> None:
        self._socket = connection
        self._fresh = fresh

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come, at least one byte, or nothing at the end."""
        call = current()
        self._socket.settimeout(call.remaining())
        try:
            data = self._socket.recv(min(max_bytes, READ_BYTES))
        except TimeoutError:
            raise call.timed_out() from None
        except OSError:
            raise UpstreamFailed("broken") from None
        if not data and not call.received:
            raise UpstreamFailed("broken")
        call.count_received(len(data))
        self._fresh = False
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send everything.

        Raises:
            Stale: an earlier call's connection, closed before anything of this one was sent.
            httpcore.WriteError: the other side stopped reading; it may have answered.
        """
        call, view = current(), memoryview(buffer)
        while view:
            self._socket.settimeout(call.remaining())
            try:
                taken = self._socket.send(view)
            except TimeoutError:
                raise call.timed_out() from None
            except OSError:
                if call.sent == 0 and not self._fresh:
                    raise Stale from None
                raise httpcore.WriteError from None
            call.sent += taken
            view = view[taken:]

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the connection secured, the server's name verified."""
        call = current()
        try:
            self._socket.settimeout(call.remaining())
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError:
            self.close()
            raise call.timed_out() from None
        except ssl.SSLError:
            self.close()
            raise UpstreamFailed("tls") from None
        except (OSError, ValueError):
            self.close()
            raise UpstreamFailed("unreachable") from None
        except BaseException:
            self.close()
            raise
        return GuardedStream(secured, fresh=True)

    def get_extra_info(self, info: str) -> Any:
        """Answer what httpcore asks of a connection: whether it is secured, and whether a kept one was closed."""
        if info == "is_readable":
            return _is_readable(self._socket)
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        return None


def _is_readable(connection: socket.socket) -> bool:
    """Say whether there is something to read, which on a kept connection is its end."""
    if connection.fileno() < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([connection], [], [], 0)[0])
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))
