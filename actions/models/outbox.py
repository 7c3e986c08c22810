"""The outbox: external effects that wait for the commit."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from actions.states import EffectState, before
from entities.fields.models import EncryptedField
from entities.identifiers import uuid7


class OutgoingEffect(models.Model):
    """One external effect, written in the transaction that wants it and carried out after its commit.

    ``id`` is the idempotency key: every attempt carries it. The payload is encrypted, and erased once it was sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=300, blank=True, default="", help_text="Where it goes; nothing secret.")
    payload = EncryptedField(null=True)
    state = models.CharField(max_length=10, choices=EffectState.choices, default=EffectState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(
        default=timezone.now, help_text="While it is being sent: when the lease of the process that sends it ends."
    )
    lease = models.UUIDField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "outbox"
        ordering = ["-id"]  # made from the time
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state__in=sorted(before(EffectState.SENDING))),
                name="outbox_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
