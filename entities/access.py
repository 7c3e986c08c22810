"""May this actor do that with this entity at all? One answer for every edge."""

from __future__ import annotations

from collections.abc import Iterator

from entities import registry
from entities.actors import Actor
from entities.entity import Entity
from entities.errors import Forbidden, NotAllowed, NotAuthenticated, UnknownEntity
from entities.permissions import WRITES, Right, is_visible, may


def require(entity: Entity, right: Right, actor: Actor) -> None:
    """Refuse an actor without the right on the entity itself.

    Raises:
        NotAuthenticated: a guest. Forbidden: the entity is visible to the actor. UnknownEntity: it is not.
        NotAllowed: nobody writes its rows.
    """
    if may(right, entity, actor):
        if entity.read_only and right in WRITES:
            raise NotAllowed(f"Rows of '{entity.name}' are not written.")
        return
    if actor.is_guest:
        raise NotAuthenticated(f"Sign in to {_verb(right)} '{entity.name}'.")
    if is_visible(entity, actor):
        raise Forbidden(f"You may not {_verb(right)} '{entity.name}'.")
    raise unknown(entity.name, actor)


def visible_entities(actor: Actor) -> Iterator[Entity]:
    """Yield every entity that the actor may know of."""
    return (entity for entity in registry.all_entities() if is_visible(entity, actor))


def find(name: str, actor: Actor) -> Entity:
    """Return the entity with that name or alias.

    Raises:
        UnknownEntity: suggests only what the actor may see.
    """
    found = registry.find(name)
    if found is None:
        raise unknown(name, actor)
    return found


def unknown(name: str, actor: Actor) -> UnknownEntity:
    """Return the error for an entity that is not there, or not for this actor."""
    return UnknownEntity(name, known=[entity.name for entity in visible_entities(actor) if entity.name != name])


def _verb(right: Right) -> str:
    return str(right.name).lower()
