"""What the actions app stores: definitions and their immutable versions, secrets, counters, answers to be
given again, the outbox, what was received from outside, and runs.

A definition is a name; what it means is its *served* version. Versions are never changed and never deleted, so that
whatever once ran can be read. Every change of what is served sets a new marker, in the same transaction: a process that
sees the same marker twice has missed nothing. Secrets have a marker of their own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, NoReturn, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils import timezone

from actions.states import DeliveryState, EffectState, RunState, before
from entities.fields.models import EncryptedField, SealedField
from entities.identifiers import uuid7

Row = TypeVar("Row", bound=models.Model)


class ImmutableVersion(Exception):
    """Somebody tried to change or delete a version."""

    def __init__(self) -> None:
        super().__init__("A version of a definition is never changed and never deleted; save a new one.")


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


class RateCounter(models.Model):
    """Attempts of one caller, or with one value of an input, on one action; see ``actions.limits.counters``.

    Losing the rows costs no more than that everybody may begin anew, so PostgreSQL keeps them out of its log. Times are
    seconds since 1970 by the database's clock; the key is a keyed hash.
    """

    key = models.UUIDField(primary_key=True, editable=False)
    most = models.IntegerField()
    period = models.IntegerField(help_text="Seconds.")
    started = models.FloatField(help_text="When the current window began.")
    last = models.FloatField(help_text="When an attempt was last allowed.")
    current = models.IntegerField()
    previous = models.IntegerField()
    passed = models.BooleanField(help_text="Whether the last attempt was allowed.")
    expires = models.FloatField(db_index=True, help_text="From when on the row means nothing.")

    class Meta:
        db_table = "rate_limit"

    def __str__(self) -> str:
        return str(self.key)


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


class StoredAnswer(models.Model):
    """What a request with an Idempotency-Key was answered; ``answer`` is null while it runs.

    ``scope`` is a digest of who asked for what under which key, ``payload`` one of what was sent. ``claim`` is the
    attempt that may write the answer, until the lease ends and another attempt may take its place.
    """

    scope = models.CharField(max_length=64, primary_key=True)
    payload = models.CharField(max_length=64)
    claim = models.UUIDField()
    leased_until = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    answer = SealedField(null=True, editable=False)

    def __str__(self) -> str:
        return self.scope


class OutgoingEffect(models.Model):
    """One external effect, written in the transaction that wants it and carried out after its commit.

    ``id`` is the idempotency key: every attempt carries it. The payload is encrypted, and erased once it was sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
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
        ]

    def __str__(self) -> str:
        return f"{self.type_name}.{self.name} {self.id}"
