"""Secrets: a name, and its values, which nobody reads again."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from entities.fields.models import SealedField
from entities.identifiers import uuid7


class Secret(models.Model):
    """A name under which values are kept that nobody reads again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(
        max_length=100,
        unique=True,
        validators=[RegexValidator(r"\A[A-Za-z0-9_.-]+\Z", "Use letters, digits, '_', '-' and '.'.")],
        help_text="Definitions name it. Letters, digits, '_', '-' and '.'.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SecretVersion(models.Model):
    """One value of a secret, or the place where it is kept; in use until ``ends_at``, the newest first."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    secret = models.ForeignKey(Secret, on_delete=models.CASCADE, related_name="versions")
    value = SealedField(null=True, editable=False)
    reference = models.CharField(max_length=500, blank=True, editable=False, help_text="env:NAME or file:/PATH.")
    active_from = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "value"
        ordering = ["-active_from", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value__isnull=False, reference="")
                | models.Q(models.Q(value__isnull=True), ~models.Q(reference="")),
                name="secret_value_or_reference",
            )
        ]

    def __str__(self) -> str:
        return f"since {self.active_from:%Y-%m-%d %H:%M}"

    def is_in_use(self, now: datetime) -> bool:
        """Say whether it has not ended."""
        return self.ends_at is None or now < self.ends_at
