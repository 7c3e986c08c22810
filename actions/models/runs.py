"""Runs: what is kept of each, without secrets."""

from __future__ import annotations

from django.db import models

from actions.models.definitions import Definition
from actions.states import RunState
from entities.identifiers import uuid7


class ActorKind(models.TextChoices):
    """Who may run an action."""

    ACCOUNT = "account", "account"
    GUEST = "guest", "guest"
    SYSTEM = "system", "system"


class Run(models.Model):
    """One running of an action that began, in the transaction of its effects; where it failed, after its rollback.

    It refers to nothing by a constraint: it stays what it is whatever becomes of the account and the rows. ``trace`` is
    JSON, empty where none was kept. Nothing in it is secret: see ``actions.runs``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    definition = models.ForeignKey(
        Definition, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    type_name = models.CharField("type", max_length=100)
    name = models.CharField("action", max_length=100)
    version = models.PositiveIntegerField()
    actor_kind = models.CharField("actor", max_length=10, choices=ActorKind.choices)
    actor_id = models.UUIDField("account", null=True)
    subject_id = models.CharField("instance", max_length=100, blank=True)
    business_key = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField("started")
    microseconds = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RunState.choices)
    failure_code = models.CharField("code", max_length=100, blank=True)
    failure_message = models.CharField("message", max_length=500, blank=True)
    failure_outcome = models.IntegerField("outcome", null=True, help_text="Position in OutFields, from 0.")
    failure_pointer = models.CharField("place", max_length=500, blank=True)
    failure_line = models.PositiveIntegerField("line", null=True)
    trace = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]  # made from the time
        indexes = [
            models.Index(fields=["actor_id"], condition=models.Q(actor_id__isnull=False), name="run_of_actor"),
            models.Index(fields=["business_key"], condition=~models.Q(business_key=""), name="run_business_key"),
            models.Index(fields=["subject_id"], condition=~models.Q(subject_id=""), name="run_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.type_name}.{self.name} {self.id}"
