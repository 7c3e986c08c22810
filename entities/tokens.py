"""Who may come back in, a signed token out; and a token in, who it names, where it is one of ours and still runs.

Tokens are JWTs (RFC 7519) under HS256 and under nothing else. The key that signs is derived from ``SECRET_KEY``; those
of ``SECRET_KEY_FALLBACKS`` are still accepted, and the header's ``kid`` says which one it was. Pure: whether the
account still lets the token in (``auth_version``) is the caller's to ask.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt
from django.conf import settings
from django.utils import timezone
from django.utils.encoding import force_bytes

from entities.identifiers import parse_uuid, uuid7
from entities.options import option

ALGORITHM = "HS256"
LONGEST = 4096  # characters: what browsers keep of a cookie, and more than any of ours has
REQUIRED = ("iss", "sub", "iat", "nbf", "exp", "auth_version")
# A token begins a little before it is made, for machines whose clocks do not quite agree.
BACKDATED = 5  # seconds


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token names, and how often that account had ended its sessions when the token was made."""

    account: UUID
    auth_version: int


def sign(bearer: Bearer, **public: str) -> str:
    """Return a token for the bearer; ``public`` are claims that clients like to read, such as the e-mail."""
    now = int(timezone.now().timestamp())
    claims: dict[str, Any] = {
        "iss": option("TOKEN_ISSUER"),
        "sub": str(bearer.account),
        **public,
        "iat": now - BACKDATED,
        "nbf": now - BACKDATED,
        "exp": now + option("TOKEN_HOURS") * 3600,
        "jti": str(uuid7()),
        "auth_version": bearer.auth_version,
    }
    name, key = next(iter(keys().items()))
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": name})


def read(token: str) -> Bearer | None:
    """Return whom the token names; ``None`` when it is malformed, expired, or not signed by a key of ours."""
    if len(token) > LONGEST:
        return None
    claims = _claims(token)
    account, version = parse_uuid(claims.get("sub")), claims.get("auth_version")
    return Bearer(account, version) if account and type(version) is int else None


def _claims(token: str) -> Mapping[str, Any]:
    """Return the claims of a token of ours, none of any other."""
    try:
        key = keys().get(jwt.get_unverified_header(token).get("kid", ""))
        if key is None:
            return {}
        found: Mapping[str, Any] = jwt.decode(
            token, key, algorithms=[ALGORITHM], issuer=option("TOKEN_ISSUER"), options={"require": list(REQUIRED)}
        )
    except (jwt.PyJWTError, RecursionError, ValueError):  # the latter two: JSON of strangers, deeply nested or no text
        return {}
    return found


def keys() -> Mapping[str, bytes]:
    """Return the keys by ``kid``: first the one that signs, then those that are still accepted."""
    return _derived((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _derived(secrets: tuple[str | bytes, ...]) -> Mapping[str, bytes]:
    derived = [hashlib.sha256(b"entities.authentication:" + force_bytes(secret)).digest() for secret in secrets]
    return {_name(key): key for key in derived}


def _name(key: bytes) -> str:
    """Return a short name that says nothing about the key itself."""
    return hashlib.sha256(b"entities.tokens.kid:" + key).hexdigest()[:12]
