"""Statements: a name, and one SQL statement with named parameters."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from entities.identifiers import uuid7


class Statement(models.Model):
    """SQL that ``sql.query`` runs. No entity: only administrators see and write it, in the admin."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(
        max_length=100,
        unique=True,
        validators=[RegexValidator(r"\A[A-Za-z0-9_.-]+\Z", "Use letters, digits, '_', '-' and '.'.")],
        help_text="Outcomes name it. Letters, digits, '_', '-' and '.'.",
    )
    sql = models.TextField(
        "SQL",
        help_text="One statement. :name is a value that it is given, {name} an identifier of the list below.",
    )
    identifiers = models.JSONField(
        default=dict, blank=True, help_text='What each {name} may become: {"column": ["title", "done"]}.'
    )
    writes = models.BooleanField(default=False, help_text="Without it the database refuses to change any row.")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
