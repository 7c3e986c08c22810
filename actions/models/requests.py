"""What is kept of requests: how often one came, and answers to be given again."""

from __future__ import annotations

from django.db import models

from entities.fields.models import SealedField


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
