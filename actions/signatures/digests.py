"""Keys, text and presented signatures in; nothing, or ``BadSignature``, out.

The only module that computes or compares a message authentication code. Comparisons are of bytes and take the same
time wherever they differ; every presented signature is compared under every key, so that neither time nor answer says
which of them was near.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from actions.signatures.errors import BadSignature, Cause

_SIZES = {"sha1": 20, "sha256": 32, "sha512": 64}


def mac(key: bytes, text: bytes, algorithm: str = "sha256") -> bytes:
    """Return the HMAC of a text."""
    return hmac.digest(key, text, algorithm)


def check_match(keys: Iterable[bytes], text: bytes, presented: Iterable[bytes], algorithm: str = "sha256") -> None:
    """Pass if one of the presented signatures is one that one of the keys gives.

    Raises:
        BadSignature: none is.
    """
    presented = tuple(presented)
    matched = False
    for key in keys:
        expected = mac(key, text, algorithm)
        for signature in presented:
            matched |= hmac.compare_digest(expected, signature)
    if not matched:
        raise BadSignature(Cause.NO_MATCH)


def check_window(signed_at: float, now: float, tolerance: float) -> None:
    """Pass if a request was signed about now.

    Raises:
        BadSignature: it was signed too long ago, or will be.
    """
    if signed_at < now - tolerance:
        raise BadSignature(Cause.TOO_OLD)
    if signed_at > now + tolerance:
        raise BadSignature(Cause.TOO_NEW)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a signature are written. There is one spelling of each; another is refused.

    Only of base64url two are in use: RFC 4648 leaves it to the sender whether it is padded.
    """

    name: str
    form: re.Pattern[str]
    encode: Callable[[bytes], str]
    decode: Callable[[str], bytes]
    may_be_padded: bool = False

    def read(self, text: str, header: str, algorithm: str = "sha256") -> bytes:
        """Return the bytes of a signature.

        Raises:
            BadSignature: the text is not a digest of the algorithm, written in this way.
        """
        return self.read_sized(text, header, _SIZES[algorithm])

    def read_sized(self, text: str, header: str, size: int) -> bytes:
        """Return exactly ``size`` bytes; raises as ``read`` does."""
        digest = self.decode(text) if self.form.fullmatch(text) and len(text) <= 4 * size else b""
        written = text.rstrip("=") if self.may_be_padded else text
        if len(digest) != size or self.encode(digest) != written:
            raise BadSignature(Cause.MALFORMED_HEADER, header)
        return digest


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text) if len(text) % 4 == 0 else b""


def _to_base64url(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _from_base64url(text: str) -> bytes:
    bare = text.rstrip("=")
    padded = bare + "=" * (-len(bare) % 4)
    return base64.urlsafe_b64decode(padded) if len(bare) % 4 != 1 and text in (bare, padded) else b""


_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
HEX = Encoding("hex", re.compile(r"(?:[0-9a-f]{2})+"), bytes.hex, bytes.fromhex)
UPPER_HEX = Encoding("HEX", re.compile(r"(?:[0-9A-F]{2})+"), lambda digest: digest.hex().upper(), bytes.fromhex)
BASE64 = Encoding("base64", _BASE64, lambda digest: base64.b64encode(digest).decode(), _from_base64)
BASE64URL = Encoding("base64url", re.compile(r"[A-Za-z0-9_-]+={0,2}"), _to_base64url, _from_base64url, True)
ENCODINGS = {encoding.name: encoding for encoding in (HEX, UPPER_HEX, BASE64, BASE64URL)}
