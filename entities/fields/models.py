"""Model fields that Django does not have: text that is hashed when it is saved, text that is encrypted at rest.

``HashedField`` keeps what Django's configured hasher makes of a text, ``Md5Field`` its MD5 (for values that another
system compares; it protects nothing), ``Md5HashedField`` the configured hash of the MD5. What was read from the
database is saved as it is; any other text is taken as plain and hashed, also one that looks like a hash.

``EncryptedField`` is encrypted with Fernet under the keys of ``ENTITIES["ENCRYPTION_KEYS"]`` (the first encrypts, all
decrypt), or under keys derived from ``SECRET_KEY`` and its fallbacks, and is plain in this process only, not in dumps.
``SealedField`` is encrypted in the process too, until somebody opens it. None of them can be searched but for null.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import models

from entities.options import option

_TOKEN = re.compile(r"gAAAA[\w-]{93,}={0,2}", re.ASCII)  # of Fernet


class Hashed(str):
    """A text that has been hashed already."""

    __slots__ = ()


def hash_secret(text: str) -> Hashed:
    """Return the text hashed by Django's configured hasher."""
    return text if isinstance(text, Hashed) else Hashed(make_password(text))


def hash_md5(text: str) -> Hashed:
    """Return the MD5 of the text in hexadecimal: a fingerprint, no protection."""
    return text if isinstance(text, Hashed) else Hashed(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())


def hash_md5_secret(text: str) -> Hashed:
    """Return the MD5 of the text, hashed by Django's configured hasher."""
    return text if isinstance(text, Hashed) else Hashed(make_password(hash_md5(text)))


class _Unsearchable:
    def get_lookup(self, lookup_name: str) -> Any:
        """Only null can be looked for: the same text is stored differently each time."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None  # type: ignore[misc]


class HashedField(_Unsearchable, models.CharField):  # type: ignore[type-arg]
    """A secret, hashed by Django's configured hasher."""

    column_type_name = "password"
    hash_text: Callable[[str], Hashed] = staticmethod(hash_secret)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: Any) -> Hashed | None:
        """Mark what comes from the database, so that it is not hashed again."""
        return None if value is None else Hashed(value)

    def get_prep_value(self, value: Any) -> Any:
        """Hash what is not hashed yet."""
        return self.hash_text(value) if isinstance(value, str) else value


class Md5Field(HashedField):
    """The MD5 of a text, in hexadecimal."""

    column_type_name = "md5"
    hash_text = staticmethod(hash_md5)


class Md5HashedField(HashedField):
    """The MD5 of a secret, hashed by Django's configured hasher."""

    column_type_name = "md5-bcrypt"
    hash_text = staticmethod(hash_md5_secret)


class EncryptedField(_Unsearchable, models.TextField):  # type: ignore[type-arg]
    """A text, encrypted at rest and authenticated: a changed or foreign token raises ``InvalidToken``."""

    column_type_name = "encrypted"

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Decrypt."""
        return None if value is None else encryption().decrypt(value).decode()

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt."""
        return value if value is None else encryption().encrypt(str(value).encode()).decode()

    def value_to_string(self, obj: models.Model) -> str:
        """Give a dump the encrypted text."""
        return str(self.get_prep_value(self.value_from_object(obj)))

    def to_python(self, value: Any) -> Any:
        """Take what a dump holds, encrypted or plain.

        Raises:
            ValidationError: encrypted under a key that is gone; encrypting it once more would lose it.
        """
        if not isinstance(value, str) or not _TOKEN.fullmatch(value):
            return value
        try:
            return encryption().decrypt(value).decode()
        except InvalidToken:
            raise ValidationError("It is encrypted under a key that is not known here.", "key") from None


class Sealed(str):
    """A text as it is stored: encrypted."""

    __slots__ = ()

    def open(self) -> str:
        """Return the text.

        Raises:
            InvalidToken: it was changed, or encrypted under a key that is gone.
        """
        return encryption().decrypt(str(self)).decode()

    def renewed(self) -> Sealed:
        """Return the same text, encrypted under the first key.

        Raises:
            InvalidToken.
        """
        return Sealed(encryption().rotate(str(self)).decode())


class SealedField(EncryptedField):
    """A text that is encrypted wherever a row goes: what is read from the database, and what is dumped, is ``Sealed``.

    What is assigned is plain and is encrypted when it is saved; what a dump brings is sealed already.
    """

    def from_db_value(self, value: str | None, *_: Any) -> Sealed | None:
        """Mark what is encrypted."""
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        """Take what a dump holds."""
        return Sealed(value) if isinstance(value, str) else value

    def value_to_string(self, obj: models.Model) -> str:
        """Give a dump the encrypted text."""
        return str(self.get_prep_value(self.value_from_object(obj)))

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt what is plain."""
        if value is None or isinstance(value, Sealed):
            return value if value is None else str(value)
        # Not by ``str()``, which masks what is only to be read by who asks for it.
        return encryption().encrypt(value.encode()).decode()


def encryption() -> MultiFernet:
    """Return the cipher of the configured keys."""
    keys = tuple(option("ENCRYPTION_KEYS"))
    return _cipher(keys or (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    # Any long text serves as a key: it is spread over the 32 bytes that Fernet wants.
    return base64.urlsafe_b64encode(hashlib.sha256(b"entities.fields:" + key.encode()).digest())
