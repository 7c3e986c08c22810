"""A folder in, this installation's secret key out: made once, private, the same for every process."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from project.environment import WrongSetting, text

KEY_BYTES = 50
SHORTEST_KEY = 50
REMEDY = "Set SECRET_KEY to a long random text, or OUTFIELD_HOME to a folder that this account may write to."


def state_folder(checkout: Path) -> Path:
    """Return where secrets of this checkout are kept: outside of it, and another one for each checkout."""
    home = text("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    mark = hashlib.sha256(str(checkout).encode()).hexdigest()[:12]
    return Path(home) / "outfield" / f"{checkout.name}-{mark}"


def read_secret_key(folder: Path) -> str:
    """Return the key kept in ``folder``; make it when there is none.

    Raises:
        WrongSetting: the folder cannot be written, or the file is no key.
    """
    path = folder / "secret_key"
    try:
        if not path.exists():
            _create(path)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise WrongSetting("SECRET_KEY", f"'{path}' cannot be read or made ({error}).", REMEDY) from error
    if len(key) < SHORTEST_KEY:
        raise WrongSetting("SECRET_KEY", f"'{path}' holds no key.", "Delete it, and a new one is made.")
    return key


def _create(path: Path) -> None:
    """Link a complete file into place, so that of several processes one wins and none reads half a key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp gives mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
