"""Whatever is sent, and whatever is configured: a request is refused, and nothing else is ever raised."""

from __future__ import annotations

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actions.signatures.base import Outside, SignedRequest
from actions.signatures.errors import BadOptions, BadSignature, Cause, OptionProblem
from actions.signatures.registry import all_schemes, find
from tests.actions.signatures.paypal import Authority, Sender
from tests.actions.signatures.receivers import BODY, CASES, ITEM, NOW, SHARED, Case

PIECES = [
    *("t=1700000000", "v1=" + "a" * 64, "ts=1700000000", "h1=" + "a" * 64, "sha256=" + "a" * 64, "a" * 64),
    *("A" * 43 + "=", "v1," + "A" * 43 + "=", "v1a," + "A" * 86 + "==", "1700000000", "SHA256withRSA", "HmacSHA256"),
    *(
        "2023-11-14T22:13:20Z",
        "t=2023-11-14T22:13:20Z",
        "t=0001-01-01T00:00:00+23:59",
        "9999-99-99T99:99:99Z",
        "A" * 342 + "==",
        "https://api.paypal.com/v1/notifications/certs/CERT-1",
    ),
    *(",", ";", " ", "=", "\0", "é", "\u0661", "\ud800"),
]
TEXT = st.one_of(st.text(), st.binary(), st.lists(st.sampled_from(PIECES)).map("".join), st.sampled_from(PIECES))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "notificationItems", "NotificationRequestItem", "amount", "value"]), inner
        )
    ),
    max_leaves=8,
)
BODIES = st.one_of(
    st.binary(),
    st.sampled_from([BODY, ITEM, b"[" * 100_000, b"\xff"]),
    JSON.map(lambda value: repr(value).encode(errors="replace")),
)
SECRETS = st.lists(st.one_of(st.text(), st.binary(), st.just(SHARED), st.just("ab" * 32)), max_size=3)
AUTHORITY = Authority()
CERTIFICATES = AUTHORITY.certificates()


@pytest.mark.parametrize("name", sorted(all_schemes()))
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_arbitrary_headers_bodies_and_secrets(name, data) -> None:
    """Nothing passes, and there is one kind of failure."""
    scheme = all_schemes()[name]
    options = scheme.configure(scheme.example)
    headers = {header: data.draw(TEXT) for header in options.headers if data.draw(st.booleans())}
    secrets = data.draw(SECRETS)
    with pytest.raises(BadSignature):
        scheme.verify(
            SignedRequest.of(data.draw(BODIES), headers.items()), secrets, options, Outside(NOW, CERTIFICATES)
        )


@pytest.mark.parametrize("name", sorted(CASES))
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_one_header_changed_at_one_place(name, data) -> None:
    """A signed request of which one character of a header changed is refused, or says the same."""
    case = CASES[name]
    request = case.sign()
    if not request.headers:
        return
    header = data.draw(st.sampled_from(sorted(request.headers)))
    value = request.headers[header]
    place = data.draw(st.integers(0, len(value)))
    changed = value[:place] + data.draw(st.characters()) + value[place + data.draw(st.booleans()) :]
    try:
        verified = case.verify(SignedRequest.of(request.body, (dict(request.headers) | {header: changed}).items()))
    except BadSignature:
        return
    assert changed == value or header not in {*case.options.signed_headers, _signature_header(case)}
    assert verified[0].body == request.body


def _signature_header(case) -> str:
    return next(name for name in case.sign().headers if "sig" in name or "hmac" in name)


GOOD_PEM = AUTHORITY.issue()
GOOD_DER = x509.load_pem_x509_certificate(GOOD_PEM).public_bytes(Encoding.DER)


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(GOOD_DER) - 1), byte=st.integers(0, 255), cut=st.booleans())
@example(place=GOOD_DER.index(b"\xa0\x03\x02\x01\x02") + 4, byte=1, cut=False)  # a version that there is not
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_a_certificate_changed_at_one_place(place, byte, cut) -> None:
    """What is fetched is not trusted to be a certificate: a changed one is refused, whatever the change made of it."""
    der = GOOD_DER[:place] + bytes([byte]) + (b"" if cut else GOOD_DER[place + 1 :])
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
    case = Case("paypal", Sender().webhook_id, certificates=AUTHORITY.certificates(lambda url: pem))
    try:
        case.verify(Sender().send())
    except BadSignature as refused:
        assert refused.cause is Cause.CERTIFICATE_UNTRUSTED  # noqa: PT017
    else:
        assert der == GOOD_DER


@pytest.mark.parametrize("name", sorted(all_schemes()))
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_arbitrary_options(name, data) -> None:
    """What an author may write is accepted or refused with a sentence; nothing else happens."""
    scheme = all_schemes()[name]
    values = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=2)
    known = [option.name for option in scheme.options] or ["Tolerance"]
    given_options = data.draw(st.dictionaries(st.sampled_from(known) | st.text(max_size=5), values, max_size=4))
    problems = _problems(scheme, {**scheme.example, **given_options})
    assert all(problem.message.endswith((".", "?")) for problem in problems)


def _problems(scheme, options) -> tuple[OptionProblem, ...]:
    """Return what is wrong with the options."""
    try:
        scheme.configure(options)
    except BadOptions as refused:
        return refused.problems or (OptionProblem("", "no problem was named"),)
    return ()


def test_a_scheme_is_found_by_its_name() -> None:
    """And nothing is found by another."""
    assert find("stripe") is all_schemes()["stripe"]
    assert find("Stripe") is None
