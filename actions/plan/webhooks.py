"""What makes an action a receiver: who may send, what is answered, and which of their events count.

Everything is checked and compiled once, when the definition is loaded; a request looks nothing up but the secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from actions.expressions.base import Template
from actions.locations import Location
from actions.signatures.base import Options, Scheme
from actions.signatures.errors import OptionProblem

GET, POST = "GET", "POST"
EMPTY = (204, 205)  # statuses of answers without a body


@dataclass(frozen=True, slots=True)
class Named:
    """A text that the author wrote, with its place."""

    name: str
    location: Location


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider wants to read with 2xx; ``status`` and ``body`` are ``None`` where the author says nothing."""

    status: int | None = None
    body: str | None = None
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One parameter or member of a challenge: the text that it must be, or the name of the secret that it must be."""

    name: str
    value: str = ""
    secret: Named | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """A handshake: the text under ``name``, in the query or the JSON body, is echoed where all else is as required."""

    method: str
    name: str
    in_body: bool = False
    as_json: bool = False
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Ordering:
    """``key`` names the thing that an event is about; ``newer`` says how new the event is."""

    key: Template
    newer: Template | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """One receiver.

    ``scheme`` and ``options`` are ``None`` where the author's are refused; ``refused`` says why, ``given`` where each
    option stands. ``acknowledges_early``: 2xx as soon as an event is stored. ``types`` are patterns with ``*``; none
    means all.
    """

    location: Location
    scheme_name: Named
    secrets: tuple[Named, ...]
    scheme: Scheme | None = None
    options: Options | None = None
    refused: tuple[OptionProblem, ...] = ()
    given: Mapping[str, Location] = field(default_factory=dict)
    acknowledges_early: bool = False
    reply: Reply = Reply()
    types: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    ordering: Ordering | None = None
    challenge: Challenge | None = None

    def wants(self, event_type: str) -> bool:
        """Say whether events of this type are processed."""
        return not self.types or any(matches(pattern, event_type) for pattern in self.types)

    def named_secrets(self) -> tuple[Named, ...]:
        """Return every secret that the receiver needs."""
        requirements = self.challenge.requirements if self.challenge else ()
        return (*self.secrets, *(item.secret for item in requirements if item.secret))

    def templates(self) -> tuple[Template, ...]:
        """Return the expressions of the receiver itself."""
        if self.ordering is None:
            return ()
        return tuple(item for item in (self.ordering.key, self.ordering.newer) if item is not None)


def matches(pattern: str, text: str) -> bool:
    """Say whether the text is the pattern, in which each ``*`` stands for any text. Takes linear time."""
    first, *others = pattern.split("*")
    if not others:
        return text == pattern
    *middle, last = others
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    position, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True
