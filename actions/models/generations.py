"""Markers: another one whenever what is served may have changed, set in the same transaction.

A process that sees the same marker twice has missed nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import models, transaction

from entities.identifiers import uuid7

Row = TypeVar("Row", bound=models.Model)


class Generation(models.Model):
    """One row, one marker: another one whenever what is served may have changed.

    A marker never comes back, not even when a transaction is rolled back or a backup is restored: equal markers mean
    equal rows.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    marker = models.UUIDField(default=uuid7)

    # Changes with every change made by this process, so that it need not wait to see its own.
    own_changes: ClassVar[UUID | None] = None

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.marker)

    @classmethod
    def current(cls) -> UUID | None:
        """Return the marker: one query of one row by its key."""
        return cls._default_manager.filter(pk=1).values_list("marker", flat=True).first()

    @classmethod
    def advance(cls) -> None:
        """Set another marker. Until the transaction ends, others who want to change what it marks wait here.

        Done first in a transaction it is the lock that makes look-ups and version numbers race-free, on SQLite (where
        the first statement has to be a write, or the transaction cannot be upgraded) as on PostgreSQL.
        """
        row = cls(id=1, marker=uuid7())
        cls._default_manager.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=["marker"])
        cls._note_own_change()
        transaction.on_commit(cls._note_own_change)

    @classmethod
    def _note_own_change(cls) -> None:
        cls.own_changes = uuid7()


class CatalogGeneration(Generation):
    """The marker of the definitions."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="catalog_generation_single")]


class SecretGeneration(Generation):
    """The marker of the secrets."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="secret_generation_single")]


class IntegrationGeneration(Generation):
    """The marker of the integrations."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="integration_generation_single")]


class AnnouncedQuerySet(models.QuerySet[Row]):
    """A query set whose bulk changes are announced."""

    def update(self, **values: Any) -> int:
        with transaction.atomic(using=self.db):
            CatalogGeneration.advance()
            return super().update(**values)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[Row]:
        with transaction.atomic(using=self.db):
            CatalogGeneration.advance()
            return super().bulk_create(objs, *args, **options)
