"""The text of a secret in, a key out: blank ones, and those of a wrong form, are refused."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from actions.signatures.errors import EmptySecret, UnusableSecret

Key = TypeVar("Key")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){16,64}")
_URL_SAFE = str.maketrans("-_", "+/")
_BASE64_SIZES = range(16, 129)  # bytes


@dataclass(frozen=True, slots=True)
class SecretForm(Generic[Key]):
    """What a scheme's secret looks like, for the manual, and how it becomes a key."""

    about: str
    convert: Callable[[str], Key]

    def read(self, secret: str | bytes) -> Key:
        """Return the key of one secret.

        Raises:
            EmptySecret: it is empty or blank.
            UnusableSecret: it does not have this form.
        """
        text = _text(secret)
        if not text.strip(" \t\r\n\f\v\0"):
            raise EmptySecret
        return self.convert(text)

    def fault(self, secret: str | bytes) -> str:
        """Return why a secret is of no use, a sentence that does not give it away; empty where it is fine."""
        try:
            self.read(secret)
        except (EmptySecret, UnusableSecret) as refused:
            return refused.detail
        return ""

    def read_all(self, secrets: Sequence[str | bytes]) -> tuple[Key, ...]:
        """Return the keys of all active secrets, at least one.

        One without this form is passed over where another has it: while a secret is rotated, a new value that is of no
        use does not take the old one with it. Raises as ``read`` does, for a blank one always.
        """
        keys: list[Key] = []
        useless: UnusableSecret | None = None
        for secret in secrets:
            try:
                keys.append(self.read(secret))
            except UnusableSecret as refused:
                useless = refused
        if not keys:
            raise useless or EmptySecret
        return tuple(keys)


def _text(secret: str | bytes) -> str:
    """Return the plain text, also of a text that masks itself wherever it is printed."""
    try:
        return secret.decode() if isinstance(secret, bytes) else str.__str__(secret)
    except UnicodeDecodeError:
        raise UnusableSecret("A secret is a text in UTF-8.") from None


def as_text(secret: str) -> bytes:
    """Return the bytes of the text: the key is the secret as it is, whatever prefix it has."""
    try:
        return secret.encode()
    except UnicodeEncodeError:
        raise UnusableSecret("A secret is a text in UTF-8.") from None


def as_hex(secret: str) -> bytes:
    """Return the bytes that the hexadecimal digits stand for."""
    if not _HEX.fullmatch(secret):
        raise UnusableSecret("The key is 32 to 128 hexadecimal digits, two for each byte.")
    return bytes.fromhex(secret)


def as_base64(secret: str) -> bytes:
    """Return the bytes that the text stands for, in either alphabet of base64."""
    try:
        key = base64.b64decode(secret.translate(_URL_SAFE), validate=True)
    except (binascii.Error, ValueError):
        raise UnusableSecret("The key is in base64, with its padding.") from None
    if len(key) not in _BASE64_SIZES:
        raise UnusableSecret(f"The key has {_BASE64_SIZES[0]} to {_BASE64_SIZES[-1]} bytes in base64, not {len(key)}.")
    return key


def as_it_is(about: str) -> SecretForm[bytes]:
    """Return the form of a secret that is the key, byte for byte."""
    return SecretForm(about, as_text)
