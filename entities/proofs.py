"""What proves who somebody is, as rows: links and codes that were sent, numbers, second factors, recovery codes.

No entities: no client reads or writes them. ``entities.account_tokens``, ``entities.one_time_codes`` and
``entities.second_factors`` do.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models

from entities.fields.models import SealedField
from entities.identifiers import uuid7


class AccountToken(models.Model):
    """A link that was mailed: proves the reading of ``email``, once, until ``expires_at``, for one purpose.

    It ends with the account's sessions, which ``auth_version`` counts. Only the SHA-256 of the token is here. A row
    without an account proves nothing: it is made for an address that nobody has, so that making it costs the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        "entities.UserAccount", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    purpose = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    email = models.CharField(max_length=254)
    auth_version = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "account_token"
        constraints = [models.UniqueConstraint(fields=["account", "purpose"], name="account_token_latest")]

    def __str__(self) -> str:
        return self.purpose


class OneTimeCode(models.Model):
    """The latest short code that was sent to an account for one purpose; used once, until ``expires_at``.

    Only a digest is here, keyed, for a code of six digits is soon found from a plain one. A used row stays until it
    expires, so that the same code is known again. A row without an account is made for an address that nobody has.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        "entities.UserAccount", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    purpose = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "one_time_code"
        constraints = [models.UniqueConstraint(fields=["account", "purpose"], name="one_time_code_latest")]

    def __str__(self) -> str:
        return self.purpose


class MobileNumber(models.Model):
    """A number (E.164) whose codes an account has shown to receive. It is of whoever showed it last."""

    number = models.CharField(max_length=16, primary_key=True)
    account = models.ForeignKey("entities.UserAccount", on_delete=models.CASCADE, related_name="+")
    verified_at = models.DateTimeField()

    class Meta:
        db_table = "mobile_number"

    def __str__(self) -> str:
        return f"number of {self.account_id}"


class SecondFactor(models.Model):
    """The shared secret of an account's one-time codes (RFC 6238); counts at sign-in once it is active.

    ``last_step`` is the time step of the last code that was accepted: none is accepted twice.
    """

    account = models.OneToOneField("entities.UserAccount", primary_key=True, on_delete=models.CASCADE, related_name="+")
    secret = SealedField()
    is_active = models.BooleanField(default=False)
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "second_factor"

    def __str__(self) -> str:
        return f"second factor of {self.account_id}"


class RecoveryCode(models.Model):
    """A code that takes the place of a one-time code, once. Only its SHA-256 is here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes", db_index=False)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "recovery_code"
        constraints = [models.UniqueConstraint(fields=["factor", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.factor_id}"


PRUNED_AT_ONCE = 100


def prune(model: type[AccountToken] | type[OneTimeCode], now: datetime) -> None:
    """Delete some of the expired rows: those that nobody else is deleting now."""
    expired = model._base_manager.filter(expires_at__lte=now).order_by("expires_at")
    keys = list(expired.select_for_update(skip_locked=True).values_list("pk", flat=True)[:PRUNED_AT_ONCE])
    if keys:
        model._base_manager.filter(pk__in=keys).delete()
