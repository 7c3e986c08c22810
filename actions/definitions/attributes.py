"""Ids of definitions and an actor in, the attributes that no column holds out: version, permission, and the text.

The text is for those who may read the action, which is more than to know of it or to execute it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from actions import catalog
from actions.catalog import Served
from actions.definitions.entity import COMPUTED
from actions.dialects.daptin.parse import LIST_KEY
from actions.dialects.documents.reader import read_documents
from actions.errors import RefusedDocument
from actions.loading.excerpts import as_json
from actions.models import Definition
from actions.values import plain
from entities.actors import Actor
from entities.permissions import Right, may
from entities.worlds import world_id

Attributes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the database says of one definition."""

    id: UUID
    type_name: str
    permission: int | None
    version_id: UUID
    number: int
    text: str


def attributes_of(ids: Collection[UUID], actor: Actor) -> Mapping[UUID, Attributes]:
    """Return the computed attributes of definitions that the actor may know of, by id; one query."""
    served = {item.definition_id: item for item in catalog.all_served()}
    columns = ("pk", "type_name", "permission", "served_version_id", "served_version__number", "served_version__text")
    found = (_Stored(*values) for values in Definition.objects.filter(pk__in=ids).values_list(*columns))
    return {stored.id: _attributes(stored, served.get(stored.id), actor) for stored in found}


def _attributes(stored: _Stored, served: Served | None, actor: Actor) -> Attributes:
    """Return the attributes; null for what cannot be told of a definition that is not served."""
    permission = served.permission if served is not None and stored.permission is None else stored.permission
    shown: Attributes = {
        **dict.fromkeys(COMPUTED),
        "permission": permission,
        "instance_optional": served.plan.instance_optional if served is not None else None,
        "version": stored.number,
        "world_id": str(world_id(stored.type_name)),
    }
    if actor.is_unrestricted or (served is not None and may(Right.READ, served, actor)):
        shown |= {"text": stored.text, "action_schema": schema_of(stored.version_id, stored.text)}
    return shown


@lru_cache(maxsize=1024)
def schema_of(version_id: UUID, text: str) -> str | None:
    """Return a stored text as JSON text, one action; ``None`` where it cannot be read any more."""
    try:
        data = plain(read_documents(text, "")[0].data)
    except RefusedDocument:
        return None
    return as_json(_only_action(data))


def _only_action(data: Any) -> Any:
    """Return the one action of a document that may list its actions."""
    if isinstance(data, dict) and len(data) == 1:
        name, value = next(iter(data.items()))
        data = value if name.lower() == LIST_KEY.lower() else data
    return data[0] if isinstance(data, list) and len(data) == 1 else data
