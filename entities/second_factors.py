"""One-time codes (TOTP, RFC 6238) beside the password: enrolled, confirmed, asked for at sign-in, disabled.

A factor counts once a first code has confirmed it. A code is accepted up to one time step early or late, and never
twice: its step must be later than that of the last one (RFC 6238, 5.2). Ten recovery codes stand in for a lost device,
each once. Every use is one conditional statement, so of two that arrive at once one succeeds.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from uuid import UUID

import pyotp
from django.utils import timezone

from entities.models import UserAccount
from entities.proofs import RecoveryCode, SecondFactor

DRIFT = 1
DIGITS = 6
RECOVERY_CODES = 10
LONGEST = 64
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
_GROUPS, _GROUP = 4, 4


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the owner of a new factor is shown, once: the secret, the same as a URI for a QR code, recovery codes."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)


def enroll(account: UserAccount, issuer: str) -> Enrolment | None:
    """Return a new factor that waits to be confirmed, in place of one that was not; ``None`` where one is active.

    Belongs inside the caller's transaction: the account's row is locked.
    """
    UserAccount.objects.select_for_update(no_key=True).filter(pk=account.pk).values_list("pk").first()
    SecondFactor.objects.filter(account=account, is_active=False).delete()
    if is_active(account.pk):
        return None
    secret = pyotp.random_base32()
    factor = SecondFactor.objects.create(account=account, secret=secret)
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    RecoveryCode.objects.bulk_create([RecoveryCode(factor=factor, digest=_digest(_tidy(code))) for code in codes])
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=issuer)
    return Enrolment(secret, uri, codes)


def confirm(account_id: UUID, code: str) -> bool:
    """Make the waiting factor active, if the code is one of its own."""
    factor = SecondFactor.objects.filter(account_id=account_id, is_active=False).first()
    step = None if factor is None else _step(factor, _tidy(code))
    if factor is None or step is None:
        return False
    # Created at the same moment: still the factor whose secret the code was checked against.
    waiting = SecondFactor.objects.filter(account_id=account_id, is_active=False, created_at=factor.created_at)
    return waiting.update(is_active=True, last_step=step) == 1


def is_active(account_id: UUID) -> bool:
    """Say whether the account signs in with a second factor."""
    return SecondFactor.objects.filter(account_id=account_id, is_active=True).exists()


def verify(account_id: UUID, code: str) -> bool:
    """Say whether this is a code, or a recovery code, of the account's active factor; and use it up."""
    factor = SecondFactor.objects.filter(account_id=account_id, is_active=True).first()
    if factor is None or len(code) > LONGEST:
        return False
    tidy = _tidy(code)
    return _use_step(factor, tidy) if len(tidy) == DIGITS else _use_recovery_code(factor, tidy)


def disable(account_id: UUID) -> bool:
    """Remove the active factor with its recovery codes; say whether there was one."""
    removed, _ = SecondFactor.objects.filter(account_id=account_id, is_active=True).delete()
    return removed > 0


def _use_step(factor: SecondFactor, code: str) -> bool:
    step = _step(factor, code)
    if step is None:
        return False
    unused = SecondFactor.objects.filter(pk=factor.pk, is_active=True, last_step__lt=step)
    return unused.update(last_step=step) == 1


def _use_recovery_code(factor: SecondFactor, code: str) -> bool:
    used, _ = RecoveryCode.objects.filter(factor=factor, digest=_digest(code)).delete()
    return used == 1


def _step(factor: SecondFactor, code: str) -> int | None:
    """Return the time step that the code belongs to, or ``None`` where it is none of now."""
    if not (code.isascii() and code.isdigit()):
        return None
    try:
        return pyotp.TOTP(factor.secret.open()).verify_and_get_timecode(
            code, for_time=timezone.now(), valid_window=DRIFT
        )
    except pyotp.OTPVerificationError:
        return None


def _recovery_code() -> str:
    """Return 80 random bits in four groups of four characters."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _tidy(code: str) -> str:
    """Return the code as it is stored: people copy codes with spaces, hyphens and small letters."""
    return "".join(code[: LONGEST + 1].split()).replace("-", "").upper()


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()
