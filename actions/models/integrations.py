"""Integrations: another service's OpenAPI document, and a row for each of its operations."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from entities.identifiers import uuid7

NAME, MOST_NAME = r"[a-z][a-z0-9_.-]*", 100


class Integration(models.Model):
    """Another service, as its document describes it. ``revision`` is another one with every import.

    ``document`` is the document itself, compressed with zlib; ``servers``, ``schemes`` and ``problems`` are what was
    read in it. ``server`` takes the place of all its addresses. ``authentication`` has, for each scheme that is used,
    the names of secrets (``actions.integrations.authentication``), never a secret.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(
        max_length=MOST_NAME,
        unique=True,
        validators=[RegexValidator(rf"\A{NAME}\Z", "Begin with a-z and use a-z, 0-9, '_', '-' and '.'.")],
        help_text="Outcomes name it as their Type. It begins with a-z and has a-z, 0-9, '_', '-' and '.'.",
    )
    enabled = models.BooleanField(default=True, help_text="Outcomes of a disabled one fail with status 503.")
    title = models.CharField(max_length=200, editable=False)
    version = models.CharField(max_length=100, blank=True, editable=False)
    notation = models.CharField(max_length=50, editable=False)
    source = models.CharField(max_length=500, editable=False, help_text="The file or the URL that it came from.")
    document = models.BinaryField(editable=False)
    servers = models.JSONField(default=list, editable=False)
    server = models.CharField(
        max_length=500, blank=True, help_text="Called instead of the addresses in the document: 'https://...'."
    )
    schemes = models.JSONField(default=dict, editable=False)
    authentication = models.JSONField(default=dict, blank=True, editable=False)
    problems = models.JSONField(default=list, editable=False)
    problem_count = models.PositiveIntegerField(default=0, editable=False)
    operation_count = models.PositiveIntegerField(default=0, editable=False)
    revision = models.UUIDField(default=uuid7, editable=False)
    imported_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class IntegrationOperation(models.Model):
    """One operation; ``data`` is all that calling it needs, so that nobody reads the document again."""

    id = models.BigAutoField(primary_key=True)
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="operations")
    operation_id = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=2000)
    summary = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)  # of the data: equal ones are the same operation
    is_deprecated = models.BooleanField(default=False)
    data = models.TextField()  # JSON: no database has to understand it, and some take no NUL in theirs

    class Meta:
        verbose_name = "operation of an integration"
        verbose_name_plural = "operations of integrations"
        ordering = ["integration", "position"]
        constraints = [
            models.UniqueConstraint(fields=["integration", "operation_id"], name="integration_operation_unique")
        ]

    def __str__(self) -> str:
        return f"{self.operation_id}: {self.method.upper()} {self.path}"
