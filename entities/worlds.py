"""The registry in, the rows of ``world`` out: one for each exposed entity, brought up to date after every migration.

A row's id is made from the name alone, so it is the same in every installation and outlives whatever happens to the
table. Doing it again writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from entities import registry
from entities.descriptions import default_order, default_permission, is_join_table, table_info
from entities.entity import Entity
from entities.models import World

_NAMESPACE = uuid5(NAMESPACE_URL, "outfield:world")
_WRITTEN = ("world_schema_json", "permission", "default_permission", "default_order", "is_top_level", "is_hidden",
            "is_join_table", "is_state_tracking_enabled")  # fmt: skip


def world_id(name: str) -> UUID:
    """Return the id of the row of the entity with that name."""
    return uuid5(_NAMESPACE, name)


def synchronise(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make the rows say what is registered."""
    wanted = {entity.name: _values(entity) for entity in registry.all_entities()}
    rows = World.objects.using(using)
    with transaction.atomic(using=using):
        stored = {row.pop("table_name"): row for row in rows.values("table_name", *_WRITTEN)}
        changed = [_row(name, values) for name, values in wanted.items() if stored.get(name) != values]
        if changed:
            written = ("table_name", *_WRITTEN, "updated_at")
            rows.bulk_create(changed, update_conflicts=True, unique_fields=["reference_id"], update_fields=written)
        if gone := stored.keys() - wanted.keys():
            rows.filter(table_name__in=gone).delete()


def _row(name: str, values: Mapping[str, Any]) -> World:
    return World(reference_id=world_id(name), table_name=name, updated_at=timezone.now(), **values)


def _values(entity: Entity) -> dict[str, Any]:
    joins = is_join_table(entity)
    return {
        "world_schema_json": json.dumps(table_info(entity), ensure_ascii=False, default=str),
        "permission": entity.permission,
        "default_permission": default_permission(entity),
        "default_order": default_order(entity),
        "is_top_level": not joins,
        "is_hidden": joins,
        "is_join_table": joins,
        "is_state_tracking_enabled": False,
    }
