"""A name in, its values out: read once, and again when the marker of the secrets changed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.utils import timezone

from actions.errors import SecretMissing
from actions.models import SecretGeneration, SecretVersion
from actions.secrets.errors import BadValue, SecretError, Unreadable
from actions.secrets.references import resolve
from actions.secrets.texts import SecretText, check_value
from actions.snapshots import Followed
from entities.fields.models import Sealed

logger = logging.getLogger("actions.secrets")


@dataclass(frozen=True, slots=True)
class Version:
    """One value as a process knows it: the text, or the reference, or why there is neither."""

    value: SecretText | None
    reference: str
    ends_at: datetime | None

    def is_active(self, now: datetime) -> bool:
        """Say whether it has not ended."""
        return self.ends_at is None or now < self.ends_at

    def read(self) -> SecretText:
        """Return the value.

        Raises:
            SecretError: there is none that can be used now.
        """
        if self.value is not None:
            return self.value
        if self.reference:
            return resolve(self.reference)
        raise Unreadable


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """All secrets, by name; the newest value first."""

    marker: UUID | None
    versions: Mapping[str, tuple[Version, ...]]


class SecretStore(Followed[_Snapshot]):
    """The secrets as one process knows them. Safe for use by threads."""

    generation = SecretGeneration
    what = "secrets"

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)

    def active_values(self, name: str) -> tuple[SecretText, ...]:
        """Return every value that counts now, the newest first; at least one.

        Raises:
            SecretMissing: no such secret, or no value of it that is in use and can be read.
        """
        found, reasons = self._usable(name)
        if not found:
            logger.warning("The secret '%s' has no value. %s", name, " ".join(reasons))
            raise SecretMissing(name)
        return found

    def exists(self, name: str) -> bool:
        """Say whether the secret has a value now."""
        return bool(self._usable(name)[0])

    def _usable(self, name: str) -> tuple[tuple[SecretText, ...], list[str]]:
        now = timezone.now()
        found: list[SecretText] = []
        reasons: list[str] = []
        for version in self._current().versions.get(name, ()):
            try:
                if version.is_active(now):
                    found.append(version.read())
            except SecretError as error:
                reasons.append(error.message)
        return tuple(found), reasons

    def _read(self, marker: UUID | None, old: _Snapshot | None) -> _Snapshot:
        columns = ("secret__name", "value", "reference", "ends_at")
        versions: dict[str, list[Version]] = {}
        for name, value, reference, ends_at in SecretVersion.objects.values_list(*columns):
            versions.setdefault(name, []).append(Version(_opened(value), reference, ends_at))
        return _Snapshot(marker, {name: tuple(found) for name, found in versions.items()})


def _opened(value: Sealed | None) -> SecretText | None:
    try:
        return None if value is None else open_value(value)
    except SecretError:
        return None


def open_value(value: Sealed) -> SecretText:
    """Return a stored value.

    Raises:
        Unreadable: no known key decrypts it, or what it holds is no value.
    """
    try:
        return check_value(value.open())
    except (InvalidToken, UnicodeDecodeError, BadValue):
        raise Unreadable from None


_store = SecretStore()
active_values = _store.active_values
exists = _store.exists
forget = _store.forget
