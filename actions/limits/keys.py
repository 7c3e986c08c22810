"""What is counted in, the key of its counter out: a keyed hash, so that the table shows no address and no e-mail."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from actions.plan.nodes import Plan
from actions.rates import Rate


def key_of(plan: Plan, rate: Rate, kind: str, value: str) -> UUID:
    """Return the key for one action, one rate of it (another rate begins anew) and one counted value.

    ``kind`` is ``address``, ``account``, or ``field`` and the input's name. Only ``value`` may have line ends.
    """
    return _digest(f"{plan.type_name}/{plan.name}\n{rate}\n{kind}\n{value}")


def key_of_attempt(what: str, rate: Rate, kind: str, value: str) -> UUID:
    """Return the key for something that is counted whichever action does it; ``what`` has no slash."""
    return _digest(f"{what}\n{rate}\n{kind}\n{value}")


def _digest(text: str) -> UUID:
    digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16, key=_secret(settings.SECRET_KEY))
    return UUID(bytes=digest.digest())


@lru_cache(maxsize=4)
def _secret(secret: str) -> bytes:
    return hashlib.sha256(b"actions.limits:" + secret.encode()).digest()
