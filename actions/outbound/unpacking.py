"""The pieces of a body in, the body out: unpacked, and never more of it than allowed, as it travels or unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from actions.outbound.errors import ResponseTooLarge, UpstreamFailed

STEP = 64 * 1024  # bytes that are unpacked at a time
MOST_PIECES = 200_000  # each chunk is one, and each costs time, however small it is
MOST_MEMBERS = 1000  # of one gzip; a member without content is 20 bytes
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_RAW = -15  # deflate without the zlib format around it, as some servers send


def read_body(pieces: Iterable[bytes], encoding: str, most: int) -> bytes:
    """Return the whole body. One packed in a way that was not asked for (br, zstd, several ways) is left as it is.

    Raises:
        ResponseTooLarge: more than ``most`` bytes travel, or come out.
        UpstreamFailed: it cannot be unpacked, or ends too early.
    """
    window = _WINDOWS.get(encoding.strip().lower())
    body = _Plain(most) if window is None else _Packed(most, window)
    travelled = 0
    for number, piece in enumerate(pieces):
        travelled += len(piece)
        if travelled > most:
            raise ResponseTooLarge(most)
        if number >= MOST_PIECES:
            raise UpstreamFailed("protocol")
        body.add(piece)
    return body.whole()


class _Plain:
    """A body as it travels."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._body = bytearray()  # a list of pieces costs 40 times as much when each is one byte

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self._body += piece

    def whole(self) -> bytes:
        """Return what came."""
        return bytes(self._body)


class _Packed(_Plain):
    """A body that is unpacked while it comes, a bounded step at a time."""

    def __init__(self, most: int, window: int) -> None:
        super().__init__(most)
        self._window = window
        self._unpacker = zlib.decompressobj(window)
        self._members = 1
        self._begun = False

    def add(self, piece: bytes) -> None:
        """Take the next piece; gzip may consist of several members (RFC 1952 section 2.2)."""
        while piece:
            if self._unpacker.eof:
                self._next_member()
            piece = self._step(piece)

    def _next_member(self) -> None:
        self._members += 1
        if self._members > MOST_MEMBERS or self._window not in (31,):
            raise UpstreamFailed("protocol")
        self._unpacker = zlib.decompressobj(self._window)

    def _step(self, piece: bytes) -> bytes:
        """Unpack a step; return what is left of the piece."""
        try:
            self._body += self._unpacker.decompress(piece, STEP)
        except zlib.error:
            return self._as_raw(piece)
        if len(self._body) > self._most:
            raise ResponseTooLarge(self._most)
        self._begun = True
        return self._unpacker.unconsumed_tail or self._unpacker.unused_data

    def _as_raw(self, piece: bytes) -> bytes:
        if self._begun or self._window != _WINDOWS["deflate"]:
            raise UpstreamFailed("protocol") from None
        self._window, self._unpacker = _RAW, zlib.decompressobj(_RAW)
        return piece

    def whole(self) -> bytes:
        """Return what came out; an empty body is packed in no way, as those of HEAD and 304."""
        if self._begun and not self._unpacker.eof:
            raise UpstreamFailed("protocol")
        return super().whole()
