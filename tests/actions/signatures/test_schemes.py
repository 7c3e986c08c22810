"""What every scheme promises: over the bytes, now, under any active secret, strictly; and what each refuses."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace

import pytest

from actions.secrets.texts import SecretText
from actions.signatures.base import MOST_BODY, SignedRequest
from actions.signatures.errors import BadSignature, Cause, EmptySecret, UnusableSecret
from actions.signatures.registry import find
from tests.actions.signatures.receivers import ADYEN_KEY, CASES, NOW, PRIVATE, SHARED, with_body, with_headers

EVERY = [pytest.param(case, id=name) for name, case in CASES.items()]
STAMPED = ["stripe", "standard", "standard-v1a", "paddle", "hmac", "hmac-in-one-header", "hmac-sha512"]


def refused(case, request, cause: Cause, **given) -> BadSignature:
    """Return the failure with which a request is refused, for this cause."""
    with pytest.raises(BadSignature) as caught:
        case.verify(request, **given)
    assert caught.value.cause is cause
    return caught.value


@pytest.mark.parametrize("case", EVERY)
def test_a_signed_request_is_accepted(case) -> None:
    """Odd spacing and text that is not ASCII do not matter; the event's part of the body comes out."""
    request = case.sign()
    (verified,) = case.verify(request)
    if case.body == request.body:
        assert verified.body == case.body
    assert verified.event_id


@pytest.mark.parametrize("case", EVERY)
def test_the_body_is_verified_byte_for_byte(case) -> None:
    """One byte changed is refused (S02)."""
    request = case.sign()
    changed = request.body.replace(b"TestMerchant", b"TestMerchanT").replace(b"evt_1", b"evt_2")
    assert changed != request.body
    refused(case, with_body(request, changed), Cause.NO_MATCH)


@pytest.mark.parametrize("case", [pytest.param(c, id=n) for n, c in CASES.items() if n != "adyen-item"])
def test_the_same_data_in_other_bytes_is_refused(case) -> None:
    """A body that was parsed and written again is not what was signed (S02)."""
    request = case.sign()
    refused(case, with_body(request, json.dumps(json.loads(request.body)).encode()), Cause.NO_MATCH)


@pytest.mark.parametrize("case", EVERY)
def test_a_secret_that_masks_itself_is_the_same_secret(case) -> None:
    """The store's texts print as asterisks, and sign and verify as what they are."""
    masked = SecretText(case.secret)
    assert case.verify(case.sign(), [masked])
    assert case.verify(case.sign(secret=SecretText(case.signing_secret or case.secret)), [masked])


@pytest.mark.parametrize("case", EVERY)
def test_any_active_secret_will_do(case) -> None:
    """While a secret is changed both the old and the new one count, in any order; afterwards only the new (S05)."""
    request = case.sign()
    for secrets in ([case.secret, case.other], [case.other, case.secret], [case.secret.encode()]):
        assert case.verify(request, secrets)
    with pytest.raises(BadSignature):
        case.verify(request, [case.other])


@pytest.mark.parametrize("secret", ["", " ", "\t\r\n", "\0", b"", b"  "])
@pytest.mark.parametrize("case", EVERY)
def test_a_blank_secret_verifies_nothing(case, secret) -> None:
    """Alone or beside a good one, it never means 'not verified' (S04)."""
    request = case.sign()
    for secrets in ([], [secret], [case.secret, secret]):
        with pytest.raises(EmptySecret) as caught:
            case.verify(request, secrets)
        assert (caught.value.status, caught.value.name) == (401, "bad_signature")
    with pytest.raises(EmptySecret):
        case.plugin.secret.read(secret)


def test_a_body_under_the_empty_key_is_refused() -> None:
    """What anybody can compute is not a signature (S04)."""
    forged = "sha256=" + hmac.digest(b"", b"{}", "sha256").hex()
    with pytest.raises(EmptySecret):
        CASES["github"].verify(SignedRequest.of(b"{}", [("X-Hub-Signature-256", forged)]), [""])


@pytest.mark.parametrize(
    ("scheme", "secret"),
    [
        pytest.param("standard", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id="standard-no-prefix"),
        pytest.param("standard", "whsec_" + "Q" * 28, id="standard-short"),
        pytest.param("standard", "whsec_" + "Q" * 88, id="standard-long"),
        pytest.param("standard", "whsec_*", id="standard-no-base64"),
        pytest.param("standard", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", id="standard-line-end"),
        pytest.param("standard", "whpk_" + "Q" * 32, id="standard-short-public"),
        pytest.param("standard", PRIVATE, id="standard-private"),
        pytest.param("adyen", "not hexadecimal", id="adyen-text"),
        pytest.param("adyen", ADYEN_KEY[:-1], id="adyen-odd"),
        pytest.param("adyen", "ab" * 15, id="adyen-short"),
        pytest.param("paypal", "an id", id="paypal-space"),
        pytest.param("paypal", "a|b", id="paypal-bar"),
        pytest.param("stripe", b"\xff", id="no-text"),
        pytest.param("stripe", "\ud800", id="surrogate"),
    ],
)
def test_a_secret_of_a_wrong_form_is_refused(scheme, secret) -> None:
    """It is found when the receiver is saved, and closes a receiver that comes to have no other."""
    with pytest.raises(UnusableSecret) as caught:
        find(scheme).secret.read(secret)
    assert caught.value.detail
    assert str(secret)[:40] not in caught.value.detail


@pytest.mark.parametrize("name", STAMPED)
def test_the_clock_window_has_two_sides(name) -> None:
    """At the edge a request passes, one second beyond it does not (S03)."""
    case = CASES[name]
    wide = case.options["Tolerance"]
    request = case.sign()
    assert case.verify(request, now=NOW + wide)
    assert case.verify(request, now=NOW - wide)
    refused(case, request, Cause.TOO_OLD, now=NOW + wide + 1)
    refused(case, request, Cause.TOO_OLD, now=NOW + wide + 0.5)
    refused(case, request, Cause.TOO_NEW, now=NOW - wide - 1)


@pytest.mark.parametrize("name", STAMPED)
def test_the_window_can_be_declared(name) -> None:
    """Seconds, in the receiver's options."""
    case = replace(CASES[name], given={**CASES[name].given, "Tolerance": 60})
    request = case.sign()
    assert case.verify(request, now=NOW + 60)
    refused(case, request, Cause.TOO_OLD, now=NOW + 61)


def test_the_default_windows() -> None:
    """Five minutes, and five seconds where the vendor's library has that."""
    windows = {name: CASES[name].options["Tolerance"] for name in STAMPED}
    assert windows == dict.fromkeys(STAMPED, 300) | {"paddle": 5}


HEX = "a" * 64
B64 = "A" * 43 + "="


@pytest.mark.parametrize(
    ("name", "headers", "cause"),
    [
        pytest.param("stripe", {"stripe_signature": None}, Cause.MISSING_HEADER, id="stripe-absent"),
        pytest.param("stripe", {"stripe_signature": ""}, Cause.MISSING_HEADER, id="stripe-empty"),
        pytest.param("stripe", {"stripe_signature": "  "}, Cause.MISSING_HEADER, id="stripe-blank"),
        pytest.param("stripe", {"stripe_signature": f"t=1,v0={HEX}"}, Cause.UNSUPPORTED_VERSION, id="stripe-only-v0"),
        pytest.param(
            "stripe", {"stripe_signature": f"t=1,t=1,v1={HEX}"}, Cause.MALFORMED_HEADER, id="stripe-two-times"
        ),
        pytest.param(
            "stripe",
            {"stripe_signature": f"t=1,v1={HEX}, t=1,v1={HEX}"},
            Cause.MALFORMED_HEADER,
            id="stripe-sent-twice",
        ),
        pytest.param("stripe", {"stripe_signature": f"v1={HEX}"}, Cause.MALFORMED_HEADER, id="stripe-no-time"),
        pytest.param(
            "stripe", {"stripe_signature": f"t=01,v1={HEX}"}, Cause.MALFORMED_HEADER, id="stripe-leading-zero"
        ),
        pytest.param("stripe", {"stripe_signature": f"t=-1,v1={HEX}"}, Cause.MALFORMED_HEADER, id="stripe-negative"),
        pytest.param("stripe", {"stripe_signature": f"t=1.5,v1={HEX}"}, Cause.MALFORMED_HEADER, id="stripe-fraction"),
        pytest.param("stripe", {"stripe_signature": f"t=1_0,v1={HEX}"}, Cause.MALFORMED_HEADER, id="stripe-underscore"),
        pytest.param("stripe", {"stripe_signature": f"t=\u0661,v1={HEX}"}, Cause.MALFORMED_HEADER, id="stripe-digits"),
        pytest.param(
            "stripe", {"stripe_signature": f"t={'9' * 5000},v1={HEX}"}, Cause.MALFORMED_HEADER, id="stripe-huge-time"
        ),
        pytest.param("stripe", {"stripe_signature": f"t=1,v1={HEX.upper()}"}, Cause.MALFORMED_HEADER, id="stripe-case"),
        pytest.param("stripe", {"stripe_signature": f"t=1,v1={HEX}00"}, Cause.MALFORMED_HEADER, id="stripe-long"),
        pytest.param("stripe", {"stripe_signature": "t=1,v1="}, Cause.MALFORMED_HEADER, id="stripe-no-value"),
        pytest.param("stripe", {"stripe_signature": f"t=1, v1={HEX}"}, Cause.MALFORMED_HEADER, id="stripe-space"),
        pytest.param(
            "stripe", {"stripe_signature": "t=1" + f",v1={HEX}" * 16}, Cause.MALFORMED_HEADER, id="stripe-too-many"
        ),
        pytest.param("stripe", {"stripe_signature": f"t=1,v1={HEX}\n"}, Cause.MALFORMED_HEADER, id="stripe-line-end"),
        pytest.param("stripe", {"stripe_signature": "x" * 9000}, Cause.MALFORMED_HEADER, id="stripe-very-long"),
        pytest.param("paddle", {"paddle_signature": f"ts=1,h1={HEX}"}, Cause.MALFORMED_HEADER, id="paddle-comma"),
        pytest.param("paddle", {"paddle_signature": f"ts=1;h2={HEX}"}, Cause.UNSUPPORTED_VERSION, id="paddle-only-h2"),
        pytest.param("paddle", {"paddle_signature": f"ts=1;ts=2;h1={HEX}"}, Cause.MALFORMED_HEADER, id="paddle-times"),
        pytest.param("standard", {"webhook_signature": f"v2,{B64}"}, Cause.UNSUPPORTED_VERSION, id="standard-v2"),
        pytest.param(
            "standard", {"webhook_signature": f"v1a,{'A' * 86}=="}, Cause.UNSUPPORTED_VERSION, id="standard-only-v1a"
        ),
        pytest.param(
            "standard-v1a", {"webhook_signature": f"v1,{B64}"}, Cause.UNSUPPORTED_VERSION, id="standard-v1a-only-v1"
        ),
        pytest.param("standard", {"webhook_signature": f"v1 {B64}"}, Cause.MALFORMED_HEADER, id="standard-no-comma"),
        pytest.param("standard", {"webhook_signature": B64}, Cause.MALFORMED_HEADER, id="standard-no-version"),
        pytest.param(
            "standard", {"webhook_signature": f"v1,{B64[:-1]}"}, Cause.MALFORMED_HEADER, id="standard-padding"
        ),
        pytest.param(
            "standard", {"webhook_signature": f"v1,{'A' * 42}B="}, Cause.MALFORMED_HEADER, id="standard-not-canonical"
        ),
        pytest.param(
            "standard", {"webhook_signature": f"v1,{'-' * 43}="}, Cause.MALFORMED_HEADER, id="standard-urlsafe"
        ),
        pytest.param(
            "standard", {"webhook_signature": " ".join([f"v1,{B64}"] * 17)}, Cause.MALFORMED_HEADER, id="standard-many"
        ),
        pytest.param("standard", {"webhook_id": None}, Cause.MISSING_HEADER, id="standard-no-id"),
        pytest.param("standard", {"webhook_id": "a.1.b"}, Cause.MALFORMED_HEADER, id="standard-full-stop"),
        pytest.param("standard", {"webhook_id": "a" * 256}, Cause.MALFORMED_HEADER, id="standard-long-id"),
        pytest.param("standard", {"webhook_timestamp": None}, Cause.MISSING_HEADER, id="standard-no-time"),
        pytest.param("standard", {"webhook_timestamp": "1e9"}, Cause.MALFORMED_HEADER, id="standard-exponent"),
        pytest.param("standard", {"webhook_id": "another"}, Cause.NO_MATCH, id="standard-other-id"),
        pytest.param("standard", {"webhook_timestamp": str(NOW + 1)}, Cause.NO_MATCH, id="standard-other-time"),
        pytest.param("standard", {"webhook_signature": None}, Cause.MISSING_HEADER, id="standard-absent"),
        pytest.param(
            "github",
            {"x_hub_signature_256": None, "x_hub_signature": "sha1=" + "a" * 40},
            Cause.MISSING_HEADER,
            id="sha1",
        ),
        pytest.param("github", {"x_hub_signature_256": HEX}, Cause.UNSUPPORTED_VERSION, id="github-no-prefix"),
        pytest.param("github", {"x_hub_signature_256": f"sha1={HEX}"}, Cause.UNSUPPORTED_VERSION, id="github-sha1"),
        pytest.param("github", {"x_hub_signature_256": f"SHA256={HEX}"}, Cause.UNSUPPORTED_VERSION, id="github-case"),
        pytest.param("github", {"x_hub_signature_256": "sha256="}, Cause.MALFORMED_HEADER, id="github-no-value"),
        pytest.param("github", {"x_hub_signature_256": ""}, Cause.MISSING_HEADER, id="github-empty"),
        pytest.param(
            "github", {"x_hub_signature_256": f"sha256={HEX}, sha256={HEX}"}, Cause.MALFORMED_HEADER, id="github-twice"
        ),
        pytest.param(
            "razorpay", {"x_razorpay_signature": f"sha256={HEX}"}, Cause.MALFORMED_HEADER, id="razorpay-prefix"
        ),
        pytest.param("razorpay", {"x_razorpay_signature": None}, Cause.MISSING_HEADER, id="razorpay-absent"),
        pytest.param("shopify", {"x_shopify_hmac_sha256": HEX}, Cause.MALFORMED_HEADER, id="shopify-hex"),
        pytest.param("shopify", {"x_shopify_hmac_sha256": B64[:-1]}, Cause.MALFORMED_HEADER, id="shopify-padding"),
        pytest.param(
            "square", {"x_square_hmacsha256_signature": f"{B64}="}, Cause.MALFORMED_HEADER, id="square-padding"
        ),
        pytest.param("square", {"x_square_hmacsha256_signature": None}, Cause.MISSING_HEADER, id="square-absent"),
        pytest.param("mollie", {"x_mollie_signature": None}, Cause.MISSING_HEADER, id="mollie-classic"),
        pytest.param("mollie", {"x_mollie_signature": HEX}, Cause.UNSUPPORTED_VERSION, id="mollie-no-prefix"),
        pytest.param(
            "mollie",
            {"x_mollie_signature": ", ".join([f"sha256={HEX}"] * 5)},
            Cause.MALFORMED_HEADER,
            id="mollie-too-many",
        ),
        pytest.param("adyen", {"protocol": "HmacSHA1"}, Cause.UNSUPPORTED_VERSION, id="adyen-protocol"),
        pytest.param("adyen", {"hmacsignature": ""}, Cause.MISSING_HEADER, id="adyen-empty"),
        pytest.param("adyen", {"hmacsignature": None}, Cause.MALFORMED_BODY, id="adyen-no-items"),
        pytest.param(
            "hmac-in-one-header", {"x_sig": f"v1={HEX}"}, Cause.MALFORMED_HEADER, id="hmac-one-header-no-time"
        ),
        pytest.param("hmac", {"x_time": None}, Cause.MISSING_HEADER, id="hmac-no-time"),
        pytest.param("hmac", {"x_sig": None}, Cause.MISSING_HEADER, id="hmac-absent"),
        pytest.param("hmac", {"x_sig": HEX.upper()}, Cause.MALFORMED_HEADER, id="hmac-case"),
    ],
)
def test_a_misshapen_or_weaker_signature_is_refused(name, headers, cause) -> None:
    """Each for its own cause in the record, all with one answer (S06)."""
    failure = refused(CASES[name], with_headers(CASES[name].sign(), **headers), cause)
    assert (failure.code, failure.status, failure.name) == ("ACT601", 401, "bad_signature")
    assert (failure.message, failure.hint, failure.errors) == ("The signature of this request is not valid.", "", ())


@pytest.mark.parametrize(
    ("name", "header", "joined"),
    [
        pytest.param(
            "stripe", "stripe-signature", lambda good: good.replace("v1=", f"v1={HEX},v0={HEX},v1="), id="stripe"
        ),
        pytest.param("paddle", "paddle-signature", lambda good: good.replace("h1=", f"h1={HEX};h1="), id="paddle"),
        pytest.param("standard", "webhook-signature", lambda good: f"v1,{B64} v1a,{'A' * 86}== {good}", id="standard"),
        pytest.param("mollie", "x-mollie-signature", lambda good: f"sha256={HEX}, {good}", id="mollie"),
    ],
)
def test_one_right_signature_among_several_is_enough(name, header, joined) -> None:
    """While they change a secret, providers sign with both (S05)."""
    case = CASES[name]
    request = case.sign()
    changed = {header.replace("-", "_"): joined(request.headers[header])}
    assert case.verify(with_headers(request, **changed))


def test_a_header_that_is_sent_twice_is_joined() -> None:
    """As WSGI does: Mollie sends its header twice while a secret is changed."""
    case = CASES["mollie"]
    body = case.body
    values = [case.sign(secret=secret).headers["x-mollie-signature"] for secret in (case.other, case.secret)]
    request = SignedRequest.of(body, [("X-Mollie-Signature", value) for value in values])
    assert case.verify(request)


def test_svix_sends_the_same_under_its_own_names() -> None:
    """The three headers of one family count together, never mixed."""
    case = CASES["standard"]
    signed = case.sign().headers
    svix = {name.replace("webhook", "svix"): value for name, value in signed.items()}
    assert case.verify(SignedRequest.of(case.body, svix.items()))
    mixed = {"webhook-signature": signed["webhook-signature"], "svix-id": "e1", "svix-timestamp": str(NOW)}
    refused(case, SignedRequest.of(case.body, mixed.items()), Cause.MISSING_HEADER)


def test_square_signs_the_address_that_was_registered() -> None:
    """Another address, and be it the same place, is another text."""
    case = CASES["square"]
    elsewhere = replace(case, given={"Url": "https://EXAMPLE.com/hook"})
    refused(elsewhere, case.sign(), Cause.NO_MATCH)


@pytest.mark.parametrize(
    ("name", "body", "event_id"),
    [
        pytest.param("stripe", b'{"id": 7}', "7", id="a-number"),
        pytest.param("stripe", b'{"id": "' + "é".encode() * 255 + b'"}', "é" * 255, id="longest"),
        pytest.param("stripe", b"[]", None, id="no-object"),
        pytest.param("stripe", b"", None, id="no-body"),
        pytest.param("stripe", b'{"id": true}', None, id="a-boolean"),
        pytest.param("stripe", b'{"id": null}', None, id="null"),
        pytest.param("stripe", b'{"id": ', None, id="no-json"),
        pytest.param("stripe", b"[" * 100_000, None, id="too-deep"),
    ],
)
def test_an_event_is_named_by_its_body(name, body, event_id) -> None:
    """By its id, or by the digest of the body where the provider gave none."""
    expected = hashlib.sha256(body).hexdigest() if event_id is None else event_id
    (verified,) = CASES[name].verify(CASES[name].sign(body))
    assert verified.event_id == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"id": ""}', id="empty"),
        pytest.param(b'{"id": " "}', id="blank"),
        pytest.param(b'{"id": "a\\u0000b"}', id="nul"),
        pytest.param(b'{"id": "a\\nb"}', id="line"),
        pytest.param(b'{"id": "' + b"a" * 256 + b'"}', id="too-long"),
        pytest.param('{"id": "a\u202eb"}'.encode(), id="turned-around"),
    ],
)
def test_an_id_that_cannot_be_kept_is_refused(body) -> None:
    """It could be in no row, and so would be new every time."""
    refused(CASES["stripe"], CASES["stripe"].sign(body), Cause.NO_EVENT_ID)


def test_a_type_that_cannot_be_kept_is_no_type() -> None:
    """The event is authentic; a filter will not want it."""
    (verified,) = CASES["stripe"].verify(CASES["stripe"].sign(b'{"id": "a", "type": "a\\u0000"}'))
    assert verified.event_type == ""


@pytest.mark.parametrize("case", EVERY)
def test_a_megabyte_is_the_most(case) -> None:
    """The largest body is verified; a larger one is refused before anything is computed."""
    if case.body.startswith(b'{"id"'):
        body = case.body.rstrip() + b" " * (MOST_BODY - len(case.body.rstrip()))
        assert case.verify(case.sign(body))
    with pytest.raises(BadSignature) as caught:
        SignedRequest.of(b"a" * (MOST_BODY + 1), [])
    assert caught.value.cause is Cause.BODY_TOO_LARGE


def test_nothing_of_a_request_shows_in_a_repr() -> None:
    """Bodies and headers hold what is not for the log."""
    case = CASES["standard"]
    request = case.sign()
    (verified,) = case.verify(request)
    for shown in (repr(request), repr(verified), repr(BadSignature(Cause.NO_MATCH))):
        assert "café" not in shown
        assert "v1," not in shown
    assert SHARED not in repr(case.plugin.secret)
