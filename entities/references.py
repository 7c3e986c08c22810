"""Which rows may be referred to: those made in this unit of work, those it has locked, and those that a look-up allows.

Whoever writes must hold the right to refer. Where the system writes for a *caller*, an id that the caller sent must be
one that the caller may refer to, whatever the system could: rows made here, or looked up for the caller, are *cleared*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Any

from entities.actors import Actor
from entities.entity import Entity, Field
from entities.errors import FieldProblem
from entities.permissions import referable
from entities.registry import get as get_entity

Name = tuple[str, object]  # an entity's name and a row's public id


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asked for what the system writes, and the public ids that they sent, looked for when a reference is set."""

    actor: Actor
    sent: Callable[[], Set[str]]


class References:
    """The keys of rows that may be referred to. ``look`` is called before the database is asked for one."""

    def __init__(self, using: str, look: Callable[[], None]) -> None:
        self.caller = None
        self._using, self._look = using, look
        self._known: dict[Name, Any] = {}
        self._cleared: set[Name] = set()

    @property
    def caller(self) -> Caller | None:
        """Who asked for what is written."""
        return self._caller

    @caller.setter
    def caller(self, caller: Caller | None) -> None:
        self._caller = caller
        self._sent: Set[str] | None = None  # looked for once, when somebody wants to know

    def add_made(self, name: Name, key: Any) -> None:
        """Know a row that was made here."""
        self._known[name] = key
        self._cleared.add(name)

    def add_locked(self, name: Name, key: Any) -> None:
        """Know a row that the system has locked: it will not go away."""
        self._known[name] = key

    def forget(self, name: Name) -> None:
        """A row is gone."""
        self._known.pop(name, None)

    def forget_all(self) -> None:
        """What was found with somebody's rights is not known to somebody else."""
        self._known.clear()

    def remember(self) -> Callable[[], None]:
        """Return what brings back what is known now."""
        known, cleared = dict(self._known), set(self._cleared)

        def restore() -> None:
            self._known, self._cleared = known, cleared

        return restore

    def resolve(self, field: Field, accepted: dict[str, Any], actor: Actor) -> Iterator[FieldProblem]:
        """Replace a public id by the key of a row that the actor may refer to; else say that there is none."""
        name, public_id = field.target or "", accepted[field.column]
        key = self._known.get((name, public_id))
        if key is None or self._was_sent(name, public_id):
            target = get_entity(name)
            key = target.key(public_id)
            if key is None or not self._may_refer(target, key, public_id, actor):
                yield FieldProblem(field.name, "reference", f"No '{name}' with id '{public_id}'.")
                return
            self.add_made((name, public_id), key)
        accepted[field.column] = key

    def _was_sent(self, name: str, public_id: object) -> bool:
        """Say whether the caller sent this id, and may perhaps not refer to it."""
        if self._caller is None or (name, public_id) in self._cleared:
            return False
        if self._sent is None:
            self._sent = self._caller.sent()
        return str(public_id).lower() in self._sent

    def _may_refer(self, target: Entity, key: Any, public_id: object, actor: Actor) -> bool:
        """Look for a row that the actor, and the caller where the id is theirs, may refer to."""
        self._look()
        rows = target.model._base_manager.using(self._using).filter(pk=key)
        referring = [actor]
        if self._caller is not None and self._was_sent(target.name, public_id):
            referring.append(self._caller.actor)
        for condition in (referable(target, each) for each in referring):
            rows = rows if condition is None else rows.filter(condition)
        return rows.exists()
