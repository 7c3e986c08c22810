"""What may be known of secrets: names, when and by whom each value was set, where it is kept, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from actions.models import Secret, SecretVersion
from actions.secrets.errors import SecretError
from actions.secrets.references import resolve
from actions.secrets.store import open_value
from entities.fields.models import Sealed


@dataclass(frozen=True, slots=True)
class Value:
    """One value in use, without the value. ``kept`` is 'encrypted' or the reference; ``fault`` why it is of no use."""

    kept: str
    active_from: datetime
    ends_at: datetime | None
    author: str
    fault: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One secret; the newest value first."""

    name: str
    values: tuple[Value, ...]


def list_secrets() -> list[Listed]:
    """Return every secret, by name."""
    now = timezone.now()
    secrets = Secret.objects.prefetch_related("versions__created_by")
    return [Listed(secret.name, tuple(_values(secret, now))) for secret in secrets]


def _values(secret: Secret, now: datetime) -> list[Value]:
    return [describe(version) for version in secret.versions.all() if version.is_in_use(now)]


def describe(version: SecretVersion) -> Value:
    """Return what may be known of a stored value."""
    author = version.created_by.email if version.created_by else ""
    kept = version.reference or "encrypted"
    return Value(kept, version.active_from, version.ends_at, author, _fault(version))


def _fault(version: SecretVersion) -> str:
    try:
        resolve(version.reference) if version.reference else open_value(Sealed(version.value or ""))
    except SecretError as error:
        return error.message
    return ""
