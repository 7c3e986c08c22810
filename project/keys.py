"""Files in, keys out: this installation's secret key, made once, private; and the key of a sender that is tried out."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from project.environment import WrongSetting, text

KEY_BYTES = 50
SHORTEST_KEY = 50
FEWEST_BITS = 2048
TEST_KEY = "PAYPAL_TEST_KEY"
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


def read_test_key(given: str, *, debug: bool) -> bytes | None:
    """Return the public key, in PEM, of the private RSA key in the file; ``None`` where no file is given.

    Raises:
        WrongSetting: there is no such key, or this is no place to try things out.
    """
    if not given:
        return None
    if not debug:
        raise WrongSetting(TEST_KEY, "It lets its holder sign for PayPal.", "Take it away, or set DEBUG as well.")
    try:
        key = load_pem_private_key(Path(given).read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < FEWEST_BITS:
        remedy = f"Make one: openssl genrsa -out '{given}' {FEWEST_BITS}"
        raise WrongSetting(TEST_KEY, f"'{given}' holds no RSA key of {FEWEST_BITS} bits or more.", remedy)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
