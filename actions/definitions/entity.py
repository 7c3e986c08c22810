"""Definitions exposed as ``action``: which of their columns, under which keys, and who may know of which row."""

from __future__ import annotations

from django.db.models import Q

from actions import catalog
from actions.models import Definition
from actions.permissions import is_offered
from entities import registry
from entities.actors import Actor
from entities.permissions import READ_ONLY, Right, may

NAME = "action"
COMPUTED = {
    "permission": "integer",
    "instance_optional": "truefalse",
    "version": "integer",
    "world_id": "alias",
    "text": "content",
    "action_schema": "json",
}


def _known(right: int, actor: Actor) -> Q:
    """Return the condition for the served actions that the actor may know of, by any of three rights."""
    rights = (Right.EXECUTE, Right.PEEK, Right.READ)
    known = (served for served in catalog.all_served() if any(may(each, served, actor) for each in rights))
    return Q(pk__in=[served.definition_id for served in known if is_offered(served)])


registry.register(
    Definition,
    name=NAME,
    names={"type_name": "on_type", "name": "action_name"},
    hidden=("permission", "source", "file_digest", "loaded"),
    permission=READ_ONLY,
    row_rule=_known,
    read_only=True,
    computed=COMPUTED,
)
