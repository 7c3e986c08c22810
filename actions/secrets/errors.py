"""Every way in which a secret may not be kept or read. None of the sentences holds a part of a value."""

from __future__ import annotations


class SecretError(Exception):
    """Base of these failures; never raised itself."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadName(SecretError):
    """A name that no secret may have."""

    def __init__(self) -> None:
        super().__init__("The name of a secret has 1 to 100 letters, digits, '_', '-' and '.'.")


class BadValue(SecretError):
    """A value that would protect nothing, or that nothing could use."""


class ReferenceRefused(SecretError):
    """A reference that is malformed, leads where the settings do not allow, or leads to nothing."""


class UnknownSecret(SecretError):
    """No secret has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no secret '{name}'.")


class TooManyValues(SecretError):
    """So many values are in use at once that another one is refused."""

    def __init__(self, name: str, most: int) -> None:
        super().__init__(f"'{name}' has {most} values in use. Let some end first, or set it anew.")


class Unreadable(SecretError):
    """A stored value that cannot be decrypted."""

    def __init__(self) -> None:
        super().__init__("It is encrypted under a key that is not known here. Add that key to SECRET_KEY_FALLBACKS.")
