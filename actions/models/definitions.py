"""Definitions and their immutable versions.

A definition is a name; what it means is its *served* version. Versions are never changed and never deleted, so that
whatever once ran can be read.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models, transaction

from actions.models.generations import AnnouncedQuerySet, CatalogGeneration
from entities.identifiers import uuid7


class ImmutableVersion(Exception):
    """Somebody tried to change or delete a version."""

    def __init__(self) -> None:
        super().__init__("A version of a definition is never changed and never deleted; save a new one.")


class Definition(models.Model):
    """One stored action: its name, whether it is served, and which version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type_name = models.CharField("type", max_length=100, help_text="The entity that the action belongs to.")
    name = models.CharField(max_length=100)
    label = models.CharField(max_length=200, blank=True)
    enabled = models.BooleanField(default=True, help_text="A disabled action answers as if it did not exist.")
    permission = models.PositiveIntegerField(
        null=True, blank=True, help_text="Takes the place of the document's Permission. Empty: as the document says."
    )
    source = models.TextField(
        editable=False, help_text="The file that it was last loaded from, 'admin', or nothing when that file is gone."
    )
    file_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text="SHA-256 of the whole file when it was last loaded."
    )
    loaded = models.JSONField(
        default=dict, editable=False, help_text="For each file that was loaded, SHA-256 of what it said of the action."
    )
    served_version = models.ForeignKey(
        "DefinitionVersion", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = AnnouncedQuerySet["Definition"].as_manager()

    class Meta:
        ordering = ["type_name", "name"]
        constraints = [models.UniqueConstraint(fields=["type_name", "name"], name="definition_name")]

    def __str__(self) -> str:
        return f"{self.type_name}.{self.name}"

    def save(self, *args: Any, **options: Any) -> None:
        """Save, and tell every process."""
        with transaction.atomic(using=options.get("using")):
            CatalogGeneration.advance()
            super().save(*args, **options)


class VersionQuerySet(models.QuerySet["DefinitionVersion"]):
    """Versions can be added and read."""

    def update(self, **values: Any) -> NoReturn:
        raise ImmutableVersion

    def delete(self) -> NoReturn:
        raise ImmutableVersion


class DefinitionVersion(models.Model):
    """What a definition said from one moment on. ``number`` counts from 1 within the definition."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    dialect = models.CharField(max_length=40)
    text = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text.")
    source = models.TextField()
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["definition", "number"], name="definition_version_number")]

    def __str__(self) -> str:
        return f"version {self.number}"

    def save(self, *args: Any, **options: Any) -> None:
        """Insert. Saving a second time raises ``ImmutableVersion``."""
        if not self._state.adding:
            raise ImmutableVersion
        super().save(*args, **{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Raise ``ImmutableVersion``."""
        raise ImmutableVersion
