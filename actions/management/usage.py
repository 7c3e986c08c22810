"""What commands share that are called wrongly: an exit code of its own, and paths that are not there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import CommandError

WRONG_USAGE = 2


def check_there(paths: Iterable[Path]) -> None:
    """Raise ``CommandError`` for the first of some paths that does not exist."""
    for path in paths:
        if not path.exists():
            raise CommandError(f"'{path}' does not exist.", returncode=WRONG_USAGE)
