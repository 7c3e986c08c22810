"""The generic scheme: several values in one header, times in other forms, keys that are written in another way."""

from __future__ import annotations

import base64

import pytest

from actions.signatures.base import SignedRequest
from actions.signatures.errors import BadSignature, Cause, UnusableSecret
from tests.actions.signatures.receivers import BODY, NOW, Case
from tests.actions.signatures.test_generic import PLAIN, STAMPED, signature


def stamped(value: str, now: float = NOW, **given: str):
    """Verify a request whose time and signature are in one header."""
    return Case("hmac", given=PLAIN | STAMPED | given).verify(SignedRequest.of(BODY, [("x-sig", value)]), now=now)


def over(stamp: str, key: bytes = b"first secret") -> str:
    """Return the signature of a time and the body."""
    return signature(f"{stamp}.".encode() + BODY, key=key).hex()


@pytest.mark.parametrize(
    ("form", "stamp"),
    [
        pytest.param("seconds", str(NOW), id="seconds"),
        pytest.param("milliseconds", f"{NOW}789", id="milliseconds"),
        pytest.param("iso8601", "2023-11-14T22:13:20Z", id="iso"),
        pytest.param("iso8601", "2023-11-14T22:13:20.123456789Z", id="iso-nanoseconds"),
        pytest.param("iso8601", "2023-11-15T03:43:20+05:30", id="iso-offset"),
    ],
)
def test_a_time_is_signed_as_it_is_written(form, stamp) -> None:
    """And counts in the window, whichever way it is written."""
    (verified,) = stamped(f"t={stamp},v1={over(stamp)}", TimestampFormat=form)
    assert verified.signed_at == NOW
    for now, cause in ((NOW + 302, Cause.TOO_OLD), (NOW - 301, Cause.TOO_NEW)):
        with pytest.raises(BadSignature) as caught:
            stamped(f"t={stamp},v1={over(stamp)}", now, TimestampFormat=form)
        assert caught.value.cause is cause


@pytest.mark.parametrize(
    ("form", "stamp"),
    [
        pytest.param("seconds", f"{NOW}789", id="milliseconds"),
        pytest.param("seconds", "2023-11-14T22:13:20Z", id="iso"),
        pytest.param("milliseconds", "0", id="zero"),
        pytest.param("milliseconds", f"{NOW}.789", id="fraction"),
        pytest.param("milliseconds", "9" * 15, id="long"),
        pytest.param("iso8601", str(NOW), id="seconds"),
        pytest.param("iso8601", "2023-11-14T22:13:20", id="no-zone"),
        pytest.param("iso8601", "2023-11-14 22:13:20Z", id="space"),
        pytest.param("iso8601", "2023-13-14T22:13:20Z", id="month"),
        pytest.param("iso8601", "2023-11-14T22:13:20+99:00", id="zone"),
        pytest.param("iso8601", "0001-01-01T00:00:00+23:59", id="before-all-time"),
    ],
)
def test_a_time_has_the_declared_form(form, stamp) -> None:
    """Also one that is signed: nothing is guessed."""
    with pytest.raises(BadSignature) as caught:
        stamped(f"t={stamp},v1={over(stamp)}", TimestampFormat=form)
    assert caught.value.cause in (Cause.MALFORMED_HEADER, Cause.TOO_OLD)


GOOD = over(str(NOW))


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        pytest.param(f"t={NOW}, v1={GOOD}", None, id="space"),
        pytest.param(f"v1={GOOD},t={NOW}", None, id="other-order"),
        pytest.param(f"t={NOW},v0={'0' * 64},v1={'0' * 64},v1={GOOD}", None, id="several"),
        pytest.param(f"t={NOW},v0={GOOD}", Cause.UNSUPPORTED_VERSION, id="only-v0"),
        pytest.param(f"t={NOW},t={NOW},v1={GOOD}", Cause.MALFORMED_HEADER, id="two-times"),
        pytest.param(f"v1={GOOD}", Cause.MALFORMED_HEADER, id="no-time"),
        pytest.param(f"t={NOW};v1={GOOD}", Cause.UNSUPPORTED_VERSION, id="other-separator"),
        pytest.param(f"t={NOW},v1={GOOD.upper()}", Cause.MALFORMED_HEADER, id="capitals"),
        pytest.param(f"t={NOW},v1={GOOD}" + ",v0=x" * 15, Cause.MALFORMED_HEADER, id="too-many"),
        pytest.param(f"t={NOW + 1},v1={GOOD}", Cause.NO_MATCH, id="another-time"),
    ],
)
def test_several_values_in_one_header(value, cause) -> None:
    """Prefixes say which is which; exactly one is the time."""
    if cause is None:
        assert stamped(value)
        return
    with pytest.raises(BadSignature) as caught:
        stamped(value)
    assert caught.value.cause is cause


KEY = bytes(range(200, 232))


@pytest.mark.parametrize(
    ("encoding", "secret"),
    [
        pytest.param("hex", KEY.hex(), id="hex"),
        pytest.param("hex", KEY.hex().upper(), id="hex-in-capitals"),
        pytest.param("base64", base64.b64encode(KEY).decode(), id="base64"),
        pytest.param("base64", base64.urlsafe_b64encode(KEY).decode(), id="base64url"),
    ],
)
def test_a_secret_may_write_the_key_in_another_way(encoding, secret) -> None:
    """Then its bytes are the key, not its text."""
    case = Case("hmac", secret, given=PLAIN | {"SecretEncoding": encoding})
    assert case.sign().headers["x-sig"] == signature(key=KEY).hex()
    assert case.verify(SignedRequest.of(BODY, [("x-sig", signature(key=KEY).hex())]))
    with pytest.raises(BadSignature):
        case.verify(SignedRequest.of(BODY, [("x-sig", signature(key=secret.encode()).hex())]))


@pytest.mark.parametrize(
    ("encoding", "secret", "detail"),
    [
        pytest.param("hex", "xyz", "The key is 32 to 128 hexadecimal digits, two for each byte.", id="hex"),
        pytest.param("base64", "a secret!", "The key is in base64, with its padding.", id="base64"),
        pytest.param("base64", "QUJD", "The key has 16 to 128 bytes in base64, not 3.", id="short"),
    ],
)
def test_a_secret_that_is_no_key_verifies_nothing(encoding, secret, detail) -> None:
    """The record says what it must be."""
    case = Case("hmac", secret, given=PLAIN | {"SecretEncoding": encoding})
    with pytest.raises(UnusableSecret) as caught:
        case.verify(SignedRequest.of(BODY, [("x-sig", signature(key=secret.encode()).hex())]))
    assert caught.value.detail == detail
