"""Every change of a secret: announced to all processes, in one transaction with what it does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from actions.models import Secret, SecretGeneration, SecretVersion
from actions.secrets.errors import BadName, TooManyValues, UnknownSecret
from actions.secrets.references import resolve
from actions.secrets.texts import SecretText, check_value
from entities.fields.models import Sealed
from entities.models import UserAccount

MOST_VALUES = 10  # in use at once: whoever verifies a signature tries each of them
LONGEST_KEPT = timedelta(days=365)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True, slots=True)
class Content:
    """What a secret is to hold: a checked value, or a reference."""

    value: SecretText | None = None
    reference: str = ""

    @classmethod
    def of_text(cls, text: str) -> Content:
        """Return a value that may be kept.

        Raises:
            BadValue.
        """
        return cls(value=check_value(text))

    @classmethod
    def of_reference(cls, reference: str) -> Content:
        """Return a reference that gives a value now.

        Raises:
            ReferenceRefused.
        """
        resolve(reference)
        return cls(reference=reference)

    def read(self) -> SecretText:
        """Return what it holds now.

        Raises:
            ReferenceRefused: what it refers to is gone again.
        """
        return resolve(self.reference) if self.value is None else self.value


@dataclass(frozen=True, slots=True)
class Reencrypted:
    """How many values are under the first key now, and the secrets with one that no known key decrypts."""

    number: int
    unreadable: tuple[str, ...]


def set_secret(name: str, content: Content, author: UserAccount | None = None) -> Secret:
    """Give the secret this content and no other, from now on; make it if there is none.

    Raises:
        BadName.
    """
    if not _NAME.fullmatch(name):
        raise BadName
    with transaction.atomic():
        SecretGeneration.advance()
        secret, _ = Secret.objects.get_or_create(name=name)
        secret.versions.all().delete()
        _add(secret, content, author)
    return secret


def rotate_secret(name: str, content: Content, keep_old: timedelta, author: UserAccount | None = None) -> Secret:
    """Put the content before those in use, which end after ``keep_old`` at the latest.

    Raises:
        UnknownSecret, TooManyValues.
    """
    with transaction.atomic():
        SecretGeneration.advance()
        secret = _find(name)
        now = timezone.now()
        secret.versions.filter(ends_at__lte=now).delete()
        check_room(secret)
        end = now + min(keep_old, LONGEST_KEPT)
        secret.versions.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=end)).update(ends_at=end)
        _add(secret, content, author)
    return secret


def lock_secrets() -> None:
    """Keep others from changing secrets until the transaction ends."""
    SecretGeneration.advance()


def check_room(secret: Secret) -> None:
    """Refuse one more value beside those in use.

    Raises:
        TooManyValues.
    """
    now = timezone.now()
    if sum(version.is_in_use(now) for version in secret.versions.all()) >= MOST_VALUES:
        raise TooManyValues(secret.name, MOST_VALUES)


def remove_secret(name: str) -> None:
    """Remove the secret and all its values.

    Raises:
        UnknownSecret.
    """
    with transaction.atomic():
        SecretGeneration.advance()
        _find(name).delete()


def reencrypt_secrets() -> Reencrypted:
    """Encrypt every stored value in use under the first key, so that the others can be given up."""
    readable: list[SecretVersion] = []
    unreadable: set[str] = set()
    with transaction.atomic():
        SecretGeneration.advance()
        SecretVersion.objects.filter(ends_at__lte=timezone.now()).delete()
        for version in SecretVersion.objects.filter(value__isnull=False).select_related("secret"):
            try:
                version.value = Sealed(version.value or "").renewed()
                readable.append(version)
            except InvalidToken:
                unreadable.add(version.secret.name)
        SecretVersion.objects.bulk_update(readable, ["value"], batch_size=100)
    return Reencrypted(len(readable), tuple(sorted(unreadable)))


def _find(name: str) -> Secret:
    secret = Secret.objects.filter(name=name).first()
    if secret is None:
        raise UnknownSecret(name)
    return secret


def _add(secret: Secret, content: Content, author: UserAccount | None) -> None:
    SecretVersion.objects.create(
        secret=secret,
        value=content.value,
        reference=content.reference,
        active_from=timezone.now(),
        created_by=author,
    )
