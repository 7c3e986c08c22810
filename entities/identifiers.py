"""Public ids: UUID v7 made in the process, and opaque ids for rows that only have an integer key.

A row's public id is known before its INSERT travels, so rows that refer to one another can be sent together. A
model without ``EntityModel`` whose key is an integer never shows it: the key is sealed into a UUID (one AES block
under a key derived from ``SECRET_KEY``), stable, unguessable and reversible only here.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

_CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
# A UUID in the middle of a text, with or without its hyphens.
_ANYWHERE = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_lock = threading.Lock()
_last = 0


class _Repeated:
    """The ids that were made within ``repeatable_ids``, and how many of them were made once more."""

    def __init__(self) -> None:
        self.made: list[UUID] = []
        self.position = 0

    def next(self) -> UUID:
        if self.position == len(self.made):
            self.made.append(_new())
        self.position += 1
        return self.made[self.position - 1]


_repeated: ContextVar[_Repeated | None] = ContextVar("repeated_ids", default=None)


def uuid7() -> UUID:
    """Return a UUID v7, or within ``repeatable_ids`` the one that was returned in its place the last time."""
    repeated = _repeated.get()
    return _new() if repeated is None else repeated.next()


@contextmanager
def repeatable_ids() -> Iterator[Callable[[], None]]:
    """Yield what begins anew with the ids that were made within: for work that is undone as a whole and done again.

    Who was told of a row the first time, another server perhaps, then knows it by its id.
    """
    repeated = _repeated.get() or _Repeated()
    begun, token = repeated.position, _repeated.set(repeated)

    def again() -> None:
        repeated.position = begun

    try:
        yield again
    finally:
        _repeated.reset(token)


def repeatable_number(public_id: object) -> int | None:
    """Return which of the ids that were made within ``repeatable_ids`` this is, and each time will be."""
    repeated, found = _repeated.get(), parse_uuid(public_id)
    return repeated.made.index(found) if repeated is not None and found in repeated.made else None


def _new() -> UUID:
    """Make one (RFC 9562, 5.7): milliseconds, then a 12-bit sequence that keeps ids of one process in order."""
    global _last  # noqa: PLW0603 - the clock of this process
    with _lock:
        now = time.time_ns() * 4096 // 1_000_000
        _last = now = max(now, _last + 1)
    milliseconds, sequence = divmod(now, 4096)
    tail = int.from_bytes(os.urandom(8)) & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=(milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 7 << 76 | sequence << 64 | 2 << 62 | tail)


def parse_uuid(text: object) -> UUID | None:
    """Return the UUID that ``text`` spells canonically (any case), else ``None``."""
    if isinstance(text, UUID):
        return text
    if not isinstance(text, str) or not _CANONICAL.fullmatch(text):
        return None
    return UUID(text)


def public_ids(data: object) -> frozenset[str]:
    """Return every public id that ``data`` (JSON kinds) holds, in lower case: its scalars, and the UUIDs inside texts.

    Keys of mappings count too. Keys that are no UUID (a code, a name) are scalars as a whole.
    """
    found: set[str] = set()
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            waiting.extend((*item.keys(), *item.values()))
        elif isinstance(item, list | tuple):
            waiting.extend(item)
        elif isinstance(item, str):
            found.add(item.strip().lower())
            found.update(str(UUID(text)) for text in _ANYWHERE.findall(item))
        elif item is not None:
            found.add(str(item).lower())
    return frozenset(found)


def seal(table: str, key: int) -> UUID:
    """Return the public id of the row of ``table`` with integer key ``key``."""
    block = _tag(table) + key.to_bytes(8, "big", signed=True)
    return UUID(bytes=_cipher(settings.SECRET_KEY).encryptor().update(block))


def unseal(table: str, public_id: UUID) -> int | None:
    """Return the integer key inside ``public_id``, or ``None`` when it was not sealed for ``table`` here."""
    block = _cipher(settings.SECRET_KEY).decryptor().update(public_id.bytes)
    return int.from_bytes(block[8:], "big", signed=True) if block[:8] == _tag(table) else None


@lru_cache(maxsize=1024)
def _tag(table: str) -> bytes:
    return hashlib.sha256(table.encode()).digest()[:8]


@lru_cache(maxsize=4)
def _cipher(secret: str) -> Cipher[modes.ECB]:
    key = hashlib.sha256(b"entities.identifiers:" + secret.encode()).digest()
    # One block, one value: ECB over a single unique block is a permutation, which is all that is wanted here.
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305
