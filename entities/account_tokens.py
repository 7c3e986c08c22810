"""Links that prove who reads an address: issued as a random token, redeemed once. Only its digest is stored.

Issuing does the same statements whether the address has an account or not, so that neither the answer nor its time
says which. All of it belongs inside the caller's transaction.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from entities.models import UserAccount
from entities.proofs import AccountToken, prune

TOKEN_BYTES = 32
_LATEST = ("digest", "email", "auth_version", "expires_at", "created_at")


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, and whom it may be told: ``to`` and ``name`` are ``None`` where it will prove nothing."""

    token: str = field(repr=False)
    to: str | None
    name: str | None
    expires_at: datetime


def issue(account: UserAccount | None, purpose: str, lifetime: timedelta) -> Issued:
    """Return a new token; an older one of the same account and purpose ends. Without an account it opens nothing."""
    now = timezone.now()
    prune(AccountToken, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = AccountToken(account=account, purpose=purpose, digest=_digest(token), expires_at=now + lifetime)
    if account is not None:
        row.email, row.auth_version = account.email, account.auth_version
    AccountToken.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["account", "purpose"], update_fields=_LATEST
    )
    to, name = (None, None) if account is None else (account.email, account.name)
    return Issued(token, to, name, row.expires_at)


def redeem(token: str, purpose: str) -> UserAccount | None:
    """Return the account that the token was issued for, and end the token; of two at once one gets it.

    ``None`` where it is unknown, used, expired, of another purpose, or its account is inactive, has another address, or
    has ended its sessions since.
    """
    found = AccountToken.objects.select_related("account").filter(digest=_digest(token), purpose=purpose).first()
    if found is None or found.expires_at <= timezone.now() or not _still_holds(found):
        return None
    # By its digest too: the row may have become that of a newer token since it was read.
    ended, _ = AccountToken.objects.filter(pk=found.pk, digest=found.digest).delete()
    return found.account if ended else None


def _still_holds(token: AccountToken) -> bool:
    account = token.account
    if account is None or not account.is_active:
        return False
    return (account.email, account.auth_version) == (token.email, token.auth_version)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
