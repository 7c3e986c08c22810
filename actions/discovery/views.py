"""``/actions`` and ``/jsmodel/<type>``: HTTP in, what this caller may execute and see out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from actions import catalog
from actions.catalog import Served
from actions.discovery.describing import describe
from actions.permissions import may_execute
from entities import access
from entities.actors import Actor
from entities.descriptions import column_model
from entities.discovery import discovery
from entities.entity import Entity
from entities.permissions import is_visible
from entities.registry import canonical_name


@discovery
def actions(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Answer every action that the caller may execute, by ``<type>:<name>``."""
    return {f"{served.plan.type_name}:{served.plan.name}": describe(served) for served in executable(actor)}


@discovery
def js_model(request: HttpRequest, actor: Actor, name: str) -> dict[str, Any]:
    """Answer the columns, relations and actions of an entity."""
    entity = _visible(name.removesuffix(".js"), actor)
    return {
        "ColumnModel": column_model(entity, actor),
        "Actions": [describe(served) for served in executable(actor) if _is_on(entity, served)],
        "StateMachines": [],
        "IsStateMachineEnabled": False,
    }


def executable(actor: Actor) -> Iterator[Served]:
    """Yield the actions that the actor may execute."""
    return (served for served in catalog.all_served() if may_execute(served, actor))


def _is_on(entity: Entity, served: Served) -> bool:
    return canonical_name(served.plan.type_name) == entity.name


def _visible(name: str, actor: Actor) -> Entity:
    entity = access.find(name, actor)
    if not is_visible(entity, actor):
        raise access.unknown(name, actor)
    return entity
