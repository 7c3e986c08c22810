"""Codes of six digits that are sent to an account and typed in within two minutes; numbers that receive them.

A code works once, for one purpose, until it expires; a newer one of the same purpose ends it, as do another e-mail,
another password and the end of the account's sessions. Issuing and verifying do the same whether there is an account
or not. All of it belongs inside the caller's transaction; how often somebody may guess is the caller's to limit.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

import phonenumbers
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from entities.models import UserAccount
from entities.proofs import MobileNumber, OneTimeCode, prune

DIGITS = 6
LIFETIME = timedelta(seconds=120)
_LATEST = ("digest", "used_at", "expires_at", "created_at")
_CODE = re.compile(r"[0-9]{6}")
_NOBODY = UserAccount(email="")


class Verdict(Enum):
    """What a code turned out to be. Wrong is also one that expired, was replaced, or is nobody's."""

    VERIFIED = "verified"
    REPLAYED = "replayed"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code to be sent, and until when it works."""

    code: str = field(repr=False)
    expires_at: datetime


def issue(account: UserAccount | None, purpose: str, number: str = "") -> IssuedCode:
    """Return a new code; an older one of the same account and purpose ends. Without an account it proves nothing.

    With a ``number`` (E.164) it is good for verifying that number only.
    """
    now = timezone.now()
    prune(OneTimeCode, now)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    digest = _digest(settings.SECRET_KEY, account, f"{purpose}\n{number}\n{code}")
    row = OneTimeCode(account=account, purpose=purpose, digest=digest, expires_at=now + LIFETIME)
    OneTimeCode.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["account", "purpose"], update_fields=_LATEST
    )
    return IssuedCode(code, row.expires_at)


def verify(account: UserAccount | None, purpose: str, code: str, number: str = "") -> Verdict:
    """Say what the code is, and use it up; of two that come at once with the same code one is verified."""
    now = timezone.now()
    owner, typed = account or _NOBODY, code if _CODE.fullmatch(code) else ""
    latest = OneTimeCode.objects.filter(account_id=owner.pk, purpose=purpose, expires_at__gt=now).first()
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = [_digest(key, account, f"{purpose}\n{number}\n{typed}") for key in keys]
    known = "" if latest is None else latest.digest
    matches = [constant_time_compare(known, digest) for digest in digests]
    if latest is None or not any(matches):
        return Verdict.WRONG
    # By its digest too: the row may have become that of a newer code since it was read.
    unused = OneTimeCode.objects.filter(pk=latest.pk, digest=latest.digest, used_at=None)
    return Verdict.VERIFIED if unused.update(used_at=now) else Verdict.REPLAYED


def read_number(text: str) -> str | None:
    """Return a number with its country code as E.164, ``None`` where it cannot be one."""
    try:
        number = phonenumbers.parse(text) if text.lstrip().startswith("+") and len(text) <= 40 else None
    except phonenumbers.NumberParseException:
        return None
    if number is None or number.extension or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def account_by_number(number: str) -> UserAccount | None:
    """Return the active account that has shown to receive codes at this number (E.164), else ``None``."""
    found = MobileNumber.objects.select_related("account").filter(number=number).first()
    return found.account if found is not None and found.account.is_active else None


def keep_number(account: UserAccount, number: str) -> None:
    """Make a number that was verified the account's only one, whoever had it before."""
    UserAccount.objects.select_for_update(no_key=True).filter(pk=account.pk).values_list("pk").first()
    MobileNumber.objects.filter(account=account).exclude(number=number).delete()
    row = MobileNumber(number=number, account=account, verified_at=timezone.now())
    MobileNumber.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["number"], update_fields=["account", "verified_at"]
    )


def _digest(key: str, account: UserAccount | None, text: str) -> str:
    owner = account or _NOBODY
    value = f"{owner.pk}\n{owner.email}\n{owner.auth_version}\n{text}"
    return salted_hmac("entities.one_time_codes", value, secret=key, algorithm="sha256").hexdigest()
