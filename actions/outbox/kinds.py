"""What the outbox can carry: for each kind of effect, the function that sends one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Parcel:
    """One effect on its way: ``id`` is the same on each attempt. ``keep`` renews the lease of what takes long."""

    id: UUID
    created_at: datetime
    payload: Mapping[str, Any]
    keep: Callable[[], None]


class Unsent(Exception):
    """An attempt that failed, as a text that quotes nothing of the payload.

    ``rest`` is what is still to be sent; without it, all. A ``final`` failure is not tried again; another one not
    before ``wait`` is over.
    """

    def __init__(
        self,
        reason: str,
        *,
        rest: Mapping[str, Any] | None = None,
        final: bool = False,
        wait: timedelta | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.rest = rest
        self.final = final
        self.wait = wait


class UnknownKind(Exception):
    """An effect of a kind that this process cannot send: a newer version of the project wrote it."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"No sender for effects of the kind '{kind}'.")


Send = Callable[[Parcel], None]
_senders: dict[str, Send] = {}


def sends(kind: str) -> Callable[[Send], Send]:
    """Function decorator: send effects of this kind with it. It raises ``Unsent``, or whatever went wrong."""

    def add(send: Send) -> Send:
        _senders[kind] = send
        return send

    return add


def sender(kind: str) -> Send:
    """Return the function for a kind.

    Raises:
        UnknownKind.
    """
    if kind not in _senders:
        raise UnknownKind(kind)
    return _senders[kind]
