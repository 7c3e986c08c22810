"""One running of a plan: what its expressions see, who acts, and what was answered so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from actions.errors import ActionError
from actions.expressions.base import ScriptRunner
from actions.operations.base import CountAttempt, Entry, Services
from actions.operations.calls import Calls, Place
from actions.plan import nodes
from actions.runs.traces import Trace
from entities.actors import Actor
from entities.store import Unit

Work: TypeAlias = "Callable[[Any, Run], None]"


class Invoke(Protocol):
    """How a run starts another action inside itself; given by the caller, so that the engine needs no catalog."""

    def __call__(self, run: Run, type_name: str, name: str, attributes: Mapping[str, Any]) -> list[Entry]: ...


@dataclass(slots=True)
class Run:
    """One running of a plan: the names its expressions see, who acts, what was answered so far.

    A run that is traced has a ``table`` of its own, and is told of what failed and was ``undone``. While it is
    ``is_ahead`` nothing is locked and nothing is sent to the database; ``lock`` ends that. The ``order`` has the
    place of each entry where the plan was rearranged. ``place`` is that of the outcome which is performed, ``within``
    that of the one which runs this action in another's run.
    """

    scope: dict[str, Any]
    actor: Actor
    unit: Unit
    scripts: ScriptRunner
    invoke: Invoke
    calls: Calls
    count_attempt: CountAttempt
    request: Mapping[str, Any] = field(default_factory=dict)
    depth: int = 0
    ended: bool = False
    entries: list[Entry] = field(default_factory=list)
    table: Mapping[type[nodes.Node], Work] | None = None
    trace: Trace | None = None
    undone: Callable[[ActionError], None] | None = None
    lock: Callable[[], None] | None = None
    order: list[int] | None = None
    is_ahead: bool = False
    within: Place = ()
    place: Place = ()
    services: Services = field(init=False)

    def __post_init__(self) -> None:
        self.services = Services(self._invoke, self._switch, self.calls, self.count_attempt)

    def _invoke(self, type_name: str, name: str, attributes: Mapping[str, Any]) -> list[Entry]:
        return self.invoke(self, type_name, name, attributes)

    def remember(self) -> Callable[[], None]:
        """Return what brings the run back to where it is now: names, actor, entries. What was written is the unit's."""
        scope, actor, entries = dict(self.scope), self.actor, len(self.entries)
        owner, rights = self.unit.owner, self.unit.actor

        def undo() -> None:
            self.scope.clear()
            self.scope.update(scope)
            self.actor, self.unit.owner, self.unit.actor = actor, owner, rights
            del self.entries[entries:]
            if self.order is not None:
                del self.order[entries:]

        return undo

    def _switch(self, actor: Actor) -> None:
        self.actor = actor
        self.unit.owner = actor.id
        if not self.unit.actor.is_system:
            self.unit.act_as(actor)
        self.scope["user"] = actor.user
