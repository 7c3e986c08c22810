"""One request to run an action, as plain values: who asks, for what, with which inputs, for which event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from actions.expressions.base import Scope, ScriptRunner
from entities.actors import Actor
from entities.store import Unit


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a request sends: its body (text, where it ``is_form``) and its query string, which is always text."""

    body: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    is_form: bool = False

    def without(self, key: str) -> tuple[Any, Attributes]:
        """Return the value of a key, and what else was sent."""
        body, query = dict(self.body), dict(self.query)
        from_query = query.pop(key, None)
        return body.pop(key, from_query), Attributes(body, query, self.is_form)

    def get(self, key: str) -> Any:
        """Return the value of a key; the body wins."""
        return self.body.get(key, self.query.get(key))


NOTHING_SENT = Attributes()


class Begin(Protocol):
    """What comes first in a transaction; whatever it raises undoes the transaction."""

    def __call__(self, unit: Unit, scope: Scope, scripts: ScriptRunner) -> None: ...


@dataclass(frozen=True, slots=True)
class Event:
    """What a receiver runs for: the ``names`` that only its expressions see, what comes first, and what comes last."""

    names: Mapping[str, Any]
    begin: Begin
    finish: Callable[[Unit], None]


@dataclass(frozen=True, slots=True)
class Invocation:
    """One request to run an action.

    ``address`` is where it comes from, by which guests are counted. Whoever limits requests by other means (a signed
    webhook) sets ``is_limited`` to false. Whoever may ask for the same thing again gives it a ``seed``: the calls to
    other servers then have the same idempotency keys each time.
    """

    type_name: str
    name: str
    actor: Actor
    sent: Attributes = NOTHING_SENT
    subject_id: object = None
    request: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    is_limited: bool = True
    event: Event | None = None
    seed: UUID | None = None
