"""What was received from outside: events, which of them was the newest, and requests that were refused."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from actions.states import DeliveryState
from entities.identifiers import uuid7


class Delivery(models.Model):
    """One event that a provider has signed, as it came: written before anything is made of it.

    The id of the event is unique for the receiver. ``number`` is the version that it was last processed with. It is
    ours to process from ``next_attempt_at`` on; ``null`` where nothing more is owed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    definition_id = models.UUIDField()
    type_name = models.CharField("type", max_length=100)
    name = models.CharField("action", max_length=100)
    scheme = models.CharField(max_length=40)
    event_id = models.CharField(max_length=255)
    event_type = models.CharField(max_length=255, blank=True)
    headers = models.JSONField(default=dict, help_text="Those that the scheme reads or the receiver lists.")
    content_type = models.CharField(max_length=255, blank=True)
    body = models.BinaryField(help_text="Byte for byte.")
    received_at = models.DateTimeField(default=timezone.now)
    last_received_at = models.DateTimeField(default=timezone.now)
    times_received = models.PositiveIntegerField(
        default=1, help_text="Without requests that came while the event was being processed."
    )
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.RECEIVED)
    reason = models.CharField(max_length=100, blank=True, help_text="Why it failed, or was ignored: a code.")
    detail = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    processed_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField("version", null=True)

    class Meta:
        db_table = "delivery"
        verbose_name_plural = "deliveries"
        ordering = ["-id"]  # made from the time
        constraints = [models.UniqueConstraint(fields=["definition_id", "event_id"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(next_attempt_at__isnull=False), name="delivery_due"
            ),
            models.Index(fields=["last_received_at"], name="delivery_age"),
            # What the admin's list filters and sorts by, so that it reads no bodies for it.
            models.Index(fields=["id", "state", "type_name", "name", "event_type", "reason"], name="delivery_listed"),
        ]

    def __str__(self) -> str:
        return f"{self.type_name}.{self.name} {self.event_id}"


class NewestEvent(models.Model):
    """How new the newest event is that a receiver has applied to one thing; see ``actions.webhooks.ordering``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    definition_id = models.UUIDField()
    key = models.CharField(max_length=64, help_text="SHA-256 of what names the thing.")
    newest = models.CharField(max_length=300, blank=True)
    applied_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "delivery_newest"
        constraints = [models.UniqueConstraint(fields=["definition_id", "key"], name="delivery_newest_once")]

    def __str__(self) -> str:
        return f"{self.definition_id} {self.key}"


class RefusedRequest(models.Model):
    """How many requests to one receiver were refused on one day for one cause, and when the last one was."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    definition_id = models.UUIDField()
    type_name = models.CharField("type", max_length=100)
    name = models.CharField("action", max_length=100)
    cause = models.CharField(max_length=40)
    day = models.DateField()
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "delivery_refused"
        ordering = ["-day", "type_name", "name", "cause"]
        constraints = [models.UniqueConstraint(fields=["definition_id", "cause", "day"], name="delivery_refused_once")]

    def __str__(self) -> str:
        return f"{self.type_name}.{self.name} {self.cause} {self.day}"
