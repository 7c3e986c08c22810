"""What a new isolate is told first: where V8 is, and the source of the locked realm."""

from __future__ import annotations

import importlib.util
import secrets
import sys
from functools import cache
from importlib import resources
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from actions.expressions.javascript.isolate import Library

READY = b"ready"
_NAMES = {"darwin": "libmini_racer.dylib", "win32": "mini_racer.dll"}


def new_driver_name() -> str:
    """Return a name for the realm's driver that no script can guess, so that none can call it."""
    return f"$drive_{secrets.token_hex(12)}"


def boot_source(driver: str, answer: int) -> bytes:
    """Return the source that locks the realm and binds its driver; it evaluates to ``READY``."""
    realm, helpers = _script("realm.js"), _script("helpers.js")
    return f"const {driver} = ({realm}\n)({helpers}\n, {answer}); '{READY.decode()}'".encode()


@cache
def _script(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def find_library() -> Library:
    """Return where mini-racer keeps V8, without importing the package.

    Raises:
        ImproperlyConfigured: it is not installed, or not as it should be.
    """
    spec = importlib.util.find_spec("py_mini_racer")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    library = Library(str(folder / _NAMES.get(sys.platform, "libmini_racer.so")), str(folder / "icudtl.dat"))
    if spec is None or not all(Path(path).is_file() for path in library):
        raise ImproperlyConfigured("Scripts need V8: install 'mini-racer' (not 'py-mini-racer').")
    return library
