"""Who asks: a guest, an account with its groups, an administrator, or the system itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID


class Groups(Protocol):
    """The groups of an account, looked up when somebody asks."""

    @property
    def names(self) -> frozenset[str]:
        """The names that mean a group which the account belongs to."""
        ...

    @property
    def have_rows(self) -> bool:
        """Whether any row was shared with one of them, when the account was read."""
        ...


@dataclass(frozen=True, slots=True)
class NoGroups:
    """What guests and the system belong to."""

    names: frozenset[str] = frozenset()
    have_rows: bool = False


NO_GROUPS = NoGroups()


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks. ``user`` holds the account's public columns as a row, ``{}`` for guests and the system."""

    id: UUID | None = None
    groups: Groups = field(default=NO_GROUPS, compare=False, repr=False)
    is_administrator: bool = False
    is_system: bool = False
    user: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_guest(self) -> bool:
        """Nobody signed in, and not the system."""
        return self.id is None and not self.is_system

    @property
    def is_authenticated(self) -> bool:
        """Somebody with an account; the name is Django's."""
        return self.id is not None

    @property
    def is_unrestricted(self) -> bool:
        """Permission bits do not bind administrators and the system."""
        return self.is_administrator or self.is_system


GUEST = Actor()
SYSTEM = Actor(is_system=True)
