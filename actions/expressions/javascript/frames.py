"""Bytes in, frames out: the length and one small number in five bytes, then the content.

Both ends of the channel to a child process use it; imports only the standard library.
"""

from __future__ import annotations

import socket
import struct

HEAD = struct.Struct("<IB")
CHUNK = 1 << 16
UNBOUNDED = 1 << 32
NOT_STARTED = 255  # the mark of a frame that says why a child could not start


class Closed(Exception):
    """The other end is gone, or sent what is no frame."""


def pack(content: bytes, mark: int) -> bytes:
    """Return the frame of ``content`` with ``mark`` (0 to 255)."""
    return HEAD.pack(len(content), mark) + content


def receive(channel: socket.socket, limit: int) -> tuple[bytes, int]:
    """Return the next frame's content and mark; one read suffices for all but large frames.

    Raises:
        Closed: the channel ended, or the frame is larger than ``limit``.
    """
    data = _read(channel, CHUNK)
    while len(data) < HEAD.size:
        data += _read(channel, CHUNK)
    size, mark = HEAD.unpack_from(data)
    missing = HEAD.size + size - len(data)
    if size > limit or missing < 0:
        raise Closed
    return (_rest(channel, data, missing) if missing else data)[HEAD.size :], mark


def _rest(channel: socket.socket, start: bytes, missing: int) -> bytes:
    parts = [start]
    while missing:
        parts.append(_read(channel, min(missing, 1 << 20)))
        missing -= len(parts[-1])
    return b"".join(parts)


def _read(channel: socket.socket, size: int) -> bytes:
    data = channel.recv(size)
    if not data:
        raise Closed
    return data
