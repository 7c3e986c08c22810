"""``env:NAME`` or ``file:/PATH`` in, the value kept there out; only names and folders that the settings allow.

Both are read at every use: a file that somebody else rotates holds at once.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from actions.options import option
from actions.secrets.errors import BadValue, ReferenceRefused
from actions.secrets.texts import MOST_READ, SecretText, check_value, decode_value

LONGEST_REFERENCE = 500


def resolve(reference: str) -> SecretText:
    """Return what stands at the reference.

    Raises:
        ReferenceRefused: malformed, not allowed, or nothing usable is there.
    """
    if len(reference) > LONGEST_REFERENCE:
        raise ReferenceRefused(f"A reference has at most {LONGEST_REFERENCE} characters.")
    kind, _, target = reference.partition(":")
    try:
        if kind == "env":
            return check_value(_variable(target))
        if kind == "file":
            return decode_value(_content(target))
    except BadValue as error:
        raise ReferenceRefused(f"'{reference}' cannot be used. {error.message}") from None
    raise ReferenceRefused("A reference is env:NAME or file:/PATH.")


def _variable(name: str) -> str:
    if name not in option("SECRET_ENV_NAMES"):
        raise ReferenceRefused(f"Secrets may not refer to the variable '{name}'. SECRETS_ENV lists those they may.")
    if name not in os.environ:
        raise ReferenceRefused(f"The variable '{name}' is not set.")
    return os.environ[name]


def _content(target: str) -> bytes:
    """Return the content of a regular file below an allowed folder, wherever symbolic links lead."""
    try:
        path = Path(target).resolve()
        allowed = Path(target).is_absolute() and any(path.is_relative_to(folder) for folder in _folders())
        if not allowed:
            raise ReferenceRefused(f"Secrets may not refer to '{target}'. SECRETS_PATH lists the folders they may.")
        return _read(path, target)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle
        raise ReferenceRefused(f"'{target}' cannot be read.") from None


def _folders() -> list[Path]:
    return [Path(folder).resolve() for folder in option("SECRET_FOLDERS")]


def _read(path: Path, target: str) -> bytes:
    # Without blocking: a named pipe would keep us for ever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ReferenceRefused(f"'{target}' is no file.")
        return file.read(MOST_READ)
