"""PayPal: which certificates count, from where, when; and what a request must be before one is fetched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization

from actions.signatures.base import Message, Outside, SigningKey
from actions.signatures.certificates import PayPalCertificates, system_roots
from actions.signatures.errors import BadSignature, CannotSign, Cause
from actions.signatures.paypal import _text
from tests.actions.signatures.paypal import (
    BODY,
    OWNER,
    TIME,
    URL,
    Authority,
    Sender,
    later,
    other_kind,
    rsa_key,
    weak_key,
)
from tests.actions.signatures.receivers import NOW, Case

AUTHORITY = Authority()
WEBHOOK = Sender().webhook_id


def receiver(pem: bytes | None = None, fetched: list[str] | None = None, **given) -> Case:
    """Return a receiver that fetches one certificate from everywhere, and remembers from where."""

    def fetch(url: str) -> bytes:
        if fetched is not None:
            fetched.append(url)
        return AUTHORITY.issue() if pem is None else pem

    return Case("paypal", WEBHOOK, given=given, certificates=AUTHORITY.certificates(fetch))


def cause(case: Case, request, **given) -> Cause:
    """Return why a request is refused."""
    with pytest.raises(BadSignature) as caught:
        case.verify(request, **given)
    return caught.value.cause


def test_a_signed_request_is_accepted() -> None:
    """Signed by independent code, under any of several webhooks of ours."""
    for secrets in ([WEBHOOK], ["ANOTHER", WEBHOOK]):
        (verified,) = receiver().verify(Sender().send(), secrets)
        assert (verified.event_id, verified.event_type) == ("WH-1", "PAYMENT.CAPTURE.COMPLETED")
        assert verified.signed_at == NOW


def test_the_signed_text_is_as_documented() -> None:
    """The known answer: the CRC-32 of the body is an unsigned decimal number."""
    body = '{"id":"evt_1","type":"payment.paid","amount":1999,"note":"café"}'.encode()
    text = _text("69cd13f0-d67a-11e5-baa3-778b53f4ae55", "2016-02-18T20:01:35Z", "1JE4291016473214C", body)
    assert text == b"69cd13f0-d67a-11e5-baa3-778b53f4ae55|2016-02-18T20:01:35Z|1JE4291016473214C|3512540968"


def test_an_event_without_an_id_has_the_transmissions() -> None:
    """Which is signed, and the same for every attempt."""
    (verified,) = receiver().verify(Sender().send(b"{}"))
    assert verified.event_id == "69cd13f0-d67a"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(Sender(webhook_id="ANOTHER").send(), Cause.NO_MATCH, id="another-webhook"),
        pytest.param(Sender(key_name="thief").send(), Cause.NO_MATCH, id="another-key"),
        pytest.param(Sender().send(paypal_transmission_id="another"), Cause.NO_MATCH, id="another-id"),
        pytest.param(Sender().send(paypal_transmission_time=later(1)), Cause.NO_MATCH, id="another-time"),
        pytest.param(Sender().send(paypal_transmission_id="a|b"), Cause.MALFORMED_HEADER, id="bar-in-id"),
        pytest.param(Sender().send(paypal_auth_algo="SHA1withRSA"), Cause.UNSUPPORTED_VERSION, id="sha1"),
        pytest.param(Sender().send(paypal_auth_algo=""), Cause.MISSING_HEADER, id="no-algorithm"),
        pytest.param(Sender().send(paypal_transmission_sig="AAAA"), Cause.MALFORMED_HEADER, id="short"),
        pytest.param(Sender().send(paypal_transmission_sig=""), Cause.MISSING_HEADER, id="no-signature"),
        pytest.param(Sender(time=later(-301)).send(), Cause.TOO_OLD, id="old"),
        pytest.param(Sender(time=later(301)).send(), Cause.TOO_NEW, id="new"),
        pytest.param(Sender(time="2023-11-14 22:13:20").send(), Cause.MALFORMED_HEADER, id="space"),
        pytest.param(Sender(time="2023-11-31T22:13:20Z").send(), Cause.MALFORMED_HEADER, id="no-such-day"),
        pytest.param(Sender(time="2023-11-14T22:13:20+01:00").send(), Cause.MALFORMED_HEADER, id="zone"),
    ],
)
def test_another_request_is_refused(request_, expected) -> None:
    """Not for us, not by PayPal, not now, not in the right form."""
    assert cause(receiver(), request_) is expected


def test_the_body_is_covered() -> None:
    """By its checksum."""
    changed = replace(Sender().send(), body=BODY.replace(b"WH-1", b"WH-2"))
    assert cause(receiver(), changed) is Cause.NO_MATCH


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(URL.replace("https", "http"), id="http"),
        pytest.param(URL.replace("api.paypal.com", "api.paypal.com.evil.example"), id="longer-host"),
        pytest.param(URL.replace("api.paypal.com", "evilpaypal.com"), id="other-host"),
        pytest.param(URL.replace("api.paypal.com", "user@api.paypal.com"), id="user"),
        pytest.param(URL.replace("api.paypal.com", "api.paypal.com:444"), id="port"),
        pytest.param(URL.replace("api.paypal.com", "api.paypal.com:99999"), id="no-port"),
        pytest.param(URL.replace("api.paypal.com", "API.PAYPAL.COM"), id="case"),
        pytest.param(URL.replace("api.paypal.com", "api.paypal.com."), id="dot"),
        pytest.param(URL.replace("api.paypal.com", "api.paypal.com\\@evil.example"), id="backslash"),
        pytest.param(URL.replace("api.", "api.sandbox."), id="sandbox"),
        pytest.param("https://www.paypal.com/redirect?to=https://evil.example", id="redirect"),
        pytest.param(URL + "?x=1", id="query"),
        pytest.param(URL + "#x", id="fragment"),
        pytest.param(URL.replace("certs/", "certs/../"), id="path"),
        pytest.param("https://[::1/", id="broken"),
        pytest.param("file:///etc/passwd", id="file"),
    ],
)
def test_certificates_come_from_paypal_only(url) -> None:
    """Nothing is fetched from anywhere else."""
    fetched: list[str] = []
    assert cause(receiver(fetched=fetched), Sender(url=url).send()) is Cause.CERTIFICATE_UNTRUSTED
    assert fetched == []


def test_the_sandbox_is_for_those_who_ask_for_it() -> None:
    """And then only the sandbox counts."""
    sandbox = URL.replace("api.", "api.sandbox.")
    pem = AUTHORITY.issue("messageverificationcerts.sandbox.paypal.com")
    assert receiver(pem, Sandbox=True).verify(Sender(url=sandbox).send())
    assert cause(receiver(pem), Sender().send()) is Cause.CERTIFICATE_UNTRUSTED
    assert cause(receiver(pem, Sandbox=True), Sender().send()) is Cause.CERTIFICATE_UNTRUSTED
    assert cause(receiver(Sandbox=True), Sender(url=sandbox).send()) is Cause.CERTIFICATE_UNTRUSTED


@pytest.mark.parametrize(
    "pem",
    [
        pytest.param(Authority("Another Root").issue(), id="another-authority"),
        pytest.param(AUTHORITY.issue("paypal.com"), id="no-subdomain"),
        pytest.param(AUTHORITY.issue("evilpaypal.com"), id="another-owner"),
        pytest.param(AUTHORITY.issue("x.paypal.com.evil.example"), id="longer-owner"),
        pytest.param(AUTHORITY.issue(until=NOW - 1), id="expired"),
        pytest.param(AUTHORITY.issue(since=NOW + 1), id="not-yet"),
        pytest.param(AUTHORITY.issue(key=weak_key()), id="short-key"),
        pytest.param(AUTHORITY.issue(key=other_kind()), id="no-rsa"),
        pytest.param(AUTHORITY.issue() * 9, id="too-many"),
        pytest.param(AUTHORITY.issue() + b" " * 70_000, id="too-large"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", id="broken"),
        pytest.param("not bytes", id="no-bytes"),
    ],
)
def test_a_certificate_that_is_not_paypals_counts_for_nothing(pem) -> None:
    """Wherever it came from: authority, owner, dates and key are checked."""
    assert cause(receiver(pem), Sender().send()) is Cause.CERTIFICATE_UNTRUSTED


def test_a_self_signed_certificate_counts_for_nothing() -> None:
    """A certificate is not its own authority."""
    stranger = Authority(OWNER)
    pem = stranger.certificate.public_bytes(serialization.Encoding.PEM)
    assert cause(receiver(pem), Sender(key_name=OWNER).send()) is Cause.CERTIFICATE_UNTRUSTED


def test_without_a_way_to_fetch_nothing_is_accepted() -> None:
    """Nor with one that fails; the cause says so, the answer does not."""
    assert cause(Case("paypal", WEBHOOK), Sender().send()) is Cause.CERTIFICATE_UNAVAILABLE

    def fail(url: str) -> bytes:
        raise OSError("10.0.0.1 refused")

    case = Case("paypal", WEBHOOK, certificates=AUTHORITY.certificates(fail))
    assert cause(case, Sender().send()) is Cause.CERTIFICATE_UNAVAILABLE


def test_a_certificate_is_fetched_once() -> None:
    """For a day at most, and never beyond its own end; a failure is not kept."""
    fetched: list[str] = []
    case = receiver(fetched=fetched, Tolerance=7 * 86400)
    for _ in range(3):
        assert case.verify(Sender().send())
    assert fetched == [URL]
    assert cause(case, Sender().send(), now=NOW + 1001) is Cause.CERTIFICATE_UNTRUSTED
    assert len(fetched) == 2
    day = AUTHORITY.issue(until=NOW + 864_000)
    fetched.clear()
    case = receiver(day, fetched, Tolerance=7 * 86400)
    for now in (NOW, NOW + 86_400, NOW + 86_402):
        assert case.verify(Sender().send(), now=now)
    assert len(fetched) == 2


def test_few_certificates_are_kept() -> None:
    """Addresses that vary do not fill the memory."""
    case = receiver()
    certificates = case.certificates
    assert isinstance(certificates, PayPalCertificates)
    for number in range(100):
        case.verify(Sender(url=f"{URL}{number}").send())
    assert len(certificates._kept) == 64


def test_no_certificate_is_fetched_for_an_old_request() -> None:
    """What is cheap to refuse is refused first."""
    fetched: list[str] = []
    assert cause(receiver(fetched=fetched), Sender(time=later(-301)).send()) is Cause.TOO_OLD
    assert fetched == []


def test_a_test_sender_signs_with_a_key_of_its_own() -> None:
    """PayPal's key is PayPal's: without one a message cannot be signed."""
    case = receiver()
    pem = rsa_key("leaf").private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    outside = Outside(NOW, signing_key=SigningKey(pem, URL))
    made = case.plugin.sign(Message(BODY, "69cd13f0-d67a"), WEBHOOK, case.options, outside)
    assert made == Sender(time=TIME).send()
    assert case.verify(made)
    with pytest.raises(CannotSign, match="private key"):
        case.sign()
    assert b"PRIVATE" not in repr(outside).encode()


def test_the_machines_own_authorities_can_be_read() -> None:
    """They are the ones to trust where nobody says otherwise."""
    assert all(root.subject for root in system_roots())
    PayPalCertificates(lambda url: b"", system_roots() or [AUTHORITY.certificate])
