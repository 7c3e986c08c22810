"""Many rows at once out of the database, with what belongs to them: as one after the other, in fewer statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector

from entities.actors import Actor
from entities.changes import check_right
from entities.conflicts import translated
from entities.entity import Entity
from entities.errors import Conflict, NotFound
from entities.permissions import Right


def delete_rows(entity: Entity, keys: Sequence[Any], actor: Actor, connection: BaseDatabaseWrapper) -> list[Any]:
    """Delete those of the rows that are still there for the actor, and return their keys. Within a transaction.

    Raises:
        Forbidden, or Conflict while rows that must stay refer to one of them.
    """
    found = entity.model._base_manager.using(connection.alias).filter(pk__in=keys).order_by("pk")
    locked = found.select_for_update(no_key=connection.vendor == "postgresql")
    instances = [instance for instance in locked if _may_be_deleted(entity, instance, actor)]
    gone = [instance.pk for instance in instances]
    with translated(entity, None):
        try:
            _delete(entity.model, instances, connection)
        except (ProtectedError, RestrictedError):
            raise Conflict(f"Other rows still refer to rows of '{entity.name}'.") from None
    return gone


def _may_be_deleted(entity: Entity, instance: models.Model, actor: Actor) -> bool:
    try:
        check_right(entity, instance, Right.DELETE, actor)
    except NotFound:
        return False
    return True


def _delete(model: type[models.Model], instances: Sequence[models.Model], connection: BaseDatabaseWrapper) -> None:
    if model.delete is not models.Model.delete:  # it does more than Django does, or less
        for instance in instances:
            instance.delete(using=connection.alias)
        return
    collector = Collector(using=connection.alias)
    collector.collect(instances)
    collector.delete()
