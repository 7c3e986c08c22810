"""Examples of an action, as its author wrote them beside it: what is given, what is sent, what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.locations import Location

GUEST, ADMINISTRATOR = "guest", "administrator"


@dataclass(frozen=True, slots=True)
class Given:
    """A row that is there before the action runs; later rows, the inputs and what is expected may name it."""

    type_name: str
    attributes: Mapping[str, Any]
    reference: str
    location: Location


@dataclass(frozen=True, slots=True)
class ExpectedEntry:
    """One entry of the answer; its attributes are at least these."""

    type: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExpectedRows:
    """Rows that are there afterwards: so many (at least one without ``count``), each with at least these values."""

    type_name: str
    where: Mapping[str, Any]
    count: int | None
    attributes: Mapping[str, Any]
    location: Location


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
    """The failure of the action, with the inputs that it names."""

    code: str
    fields: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What comes of it; without a failure or a status, a success."""

    status: int | None = None
    entries: tuple[ExpectedEntry, ...] | None = None
    directives: tuple[ExpectedEntry, ...] | None = None
    rows: tuple[ExpectedRows, ...] = ()
    failure: ExpectedFailure | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One example. ``actor`` is ``guest``, ``administrator`` or the e-mail of an account that is given."""

    name: str
    location: Location
    actor: str = GUEST
    given: tuple[Given, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    expected: Expected = Expected()
