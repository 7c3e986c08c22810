"""One-time codes: counted only once confirmed, each used once, a step early or late."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.db import connection, transaction

from entities import second_factors
from entities.models import UserAccount
from entities.proofs import RecoveryCode, SecondFactor
from tests.entities.test_account_tokens import in_threads

NOON = datetime(2030, 1, 1, 12, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is set."""

    class Clock:
        now = NOON

    monkeypatch.setattr(second_factors.timezone, "now", lambda: Clock.now)
    return Clock


def make_account(name="ada"):
    return UserAccount.objects.create_user(f"{name}@example.org", "correct horse", name=name.title())


def enroll(owner):
    with transaction.atomic():
        return second_factors.enroll(owner, "Shop")


def code_at(made, moment):
    return pyotp.TOTP(made.secret).at(moment)


@pytest.fixture
def enrolled(db, clock):
    """An account with an active factor, which was confirmed long ago, and what its owner was shown."""
    owner = make_account()
    made = enroll(owner)
    assert second_factors.confirm(owner.pk, code_at(made, NOON))
    clock.now = NOON + timedelta(days=1)
    return owner, made


def test_a_waiting_factor_does_not_count(db, clock):
    """Enrolling changes nothing about signing in; the first right code does."""
    owner = make_account()
    made = enroll(owner)
    assert made.uri == f"otpauth://totp/Shop:ada%40example.org?secret={made.secret}&issuer=Shop"
    assert not second_factors.is_active(owner.pk)
    assert not second_factors.verify(owner.pk, code_at(made, NOON))
    assert not second_factors.verify(owner.pk, made.recovery_codes[0])
    assert not second_factors.confirm(owner.pk, "000000" if code_at(made, NOON) != "000000" else "000001")
    assert not second_factors.confirm(owner.pk, made.recovery_codes[0])
    assert second_factors.confirm(owner.pk, code_at(made, NOON))
    assert second_factors.is_active(owner.pk)
    assert not second_factors.verify(owner.pk, code_at(made, NOON)), "the code that confirmed is used"


def test_enrolling_again_replaces_what_waits_and_never_what_is_active(db, clock):
    """Who did not finish begins anew; an active factor has to be disabled first."""
    owner = make_account()
    old, new = enroll(owner), enroll(owner)
    assert not second_factors.confirm(owner.pk, code_at(old, NOON))
    assert second_factors.confirm(owner.pk, code_at(new, NOON))
    assert enroll(owner) is None
    assert RecoveryCode.objects.count() == 10
    assert second_factors.disable(owner.pk)
    assert not second_factors.disable(owner.pk)
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert enroll(owner) is not None


def test_nothing_readable_is_stored(enrolled):
    """The secret is encrypted, recovery codes are digests."""
    _, made = enrolled
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM second_factor")
        stored = str(cursor.fetchall())
        cursor.execute("SELECT * FROM recovery_code")
        stored += str(cursor.fetchall())
    assert made.secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in made.recovery_codes)


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)], ids=str)
def test_a_clock_may_be_one_step_off(enrolled, clock, steps, accepted):
    """A code of the step before or after is taken, none further away."""
    owner, made = enrolled
    assert second_factors.verify(owner.pk, code_at(made, clock.now + steps * STEP)) is accepted


def test_no_code_works_twice_nor_an_older_one_afterwards(enrolled, clock):
    """RFC 6238, 5.2: what was seen once, or before it, is refused."""
    owner, made = enrolled
    now, before, after = (code_at(made, clock.now + steps * STEP) for steps in (0, -1, 1))
    assert second_factors.verify(owner.pk, now)
    assert not second_factors.verify(owner.pk, now)
    assert not second_factors.verify(owner.pk, before)
    assert second_factors.verify(owner.pk, after)


def test_a_recovery_code_works_once_however_it_is_copied(enrolled):
    """Spaces, hyphens and small letters do not matter."""
    owner, made = enrolled
    assert len(set(made.recovery_codes)) == 10
    assert second_factors.verify(owner.pk, f" {made.recovery_codes[0].lower()} ")
    assert not second_factors.verify(owner.pk, made.recovery_codes[0])
    assert second_factors.verify(owner.pk, made.recovery_codes[1].replace("-", " "))
    assert RecoveryCode.objects.count() == 8


@pytest.mark.parametrize(
    "code",
    [
        "",
        "12345",
        "1234567",
        "\uff11\uff12\uff13\uff14\uff15\uff16",
        "-1 234",
        "12345\0",
        "\ud800",
        "x" * 10_000,
        "0x1234",
    ],
    ids=ascii,
)
def test_anything_else_is_refused(enrolled, code):
    """Hostile texts are no codes and break nothing."""
    owner, _ = enrolled
    assert not second_factors.verify(owner.pk, code)
    assert not second_factors.confirm(owner.pk, code)


def test_a_code_of_somebody_else_is_none(enrolled, clock):
    """Neither theirs here nor mine there."""
    owner, made = enrolled
    other = make_account("grace")
    assert not second_factors.verify(other.pk, code_at(made, clock.now))
    theirs = enroll(other)
    assert second_factors.confirm(other.pk, code_at(theirs, clock.now))
    assert not second_factors.verify(owner.pk, theirs.recovery_codes[0])
    assert not second_factors.verify(other.pk, made.recovery_codes[0])


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_of_many_at_once_one_gets_in(transactional_db, clock, kind):
    """The same code on several connections at the same time is used once."""
    owner = make_account()
    made = enroll(owner)
    assert second_factors.confirm(owner.pk, code_at(made, NOON))
    clock.now = NOON + timedelta(days=1)
    code = code_at(made, clock.now) if kind == "code" else made.recovery_codes[0]
    assert sorted(in_threads(lambda: second_factors.verify(owner.pk, code))) == [False] * 7 + [True]


def test_of_many_enrolled_at_once_one_is_left(transactional_db, clock):
    """No failure, one factor, its ten recovery codes."""
    owner = make_account()
    assert len([made for made in in_threads(lambda: enroll(owner)) if made]) == 8
    assert (SecondFactor.objects.count(), RecoveryCode.objects.count()) == (1, 10)
