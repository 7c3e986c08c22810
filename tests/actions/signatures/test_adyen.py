"""Adyen: each payment item is verified by itself, and no signed text can be read as another item."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.signatures.base import SignedRequest
from actions.signatures.digests import BASE64, mac
from actions.signatures.errors import BadSignature, CannotSign, Cause
from tests.actions.signatures.receivers import ADYEN_KEY, CASES, ITEM

CASE = CASES["adyen-item"]
KEY = bytes.fromhex(ADYEN_KEY)
PAYMENT = json.loads(ITEM)["notificationItems"][0]["NotificationRequestItem"]


def body_of(*items: Any) -> bytes:
    """Return the body of a notification."""
    return json.dumps({"live": "false", "notificationItems": [{"NotificationRequestItem": i} for i in items]}).encode()


def signed(*items: dict[str, Any]) -> dict[str, Any]:
    """Return the signed document."""
    return json.loads(CASE.sign(body_of(*items)).body)


def cause(document: Any, headers: dict[str, str] | None = None) -> Cause:
    """Return why a document is refused."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(BadSignature) as caught:
        CASE.verify(SignedRequest.of(body, (headers or {}).items()))
    return caught.value.cause


def test_several_items_are_several_events() -> None:
    """Each with its own part of the body, in order."""
    document = signed(PAYMENT, PAYMENT | {"eventCode": "CAPTURE", "success": "false"})
    first, second = CASE.verify(SignedRequest.of(json.dumps(document).encode(), []))
    assert (first.event_id, first.event_type) == ("7914073381342284:AUTHORISATION:true", "AUTHORISATION")
    assert (second.event_id, second.event_type) == ("7914073381342284:CAPTURE:false", "CAPTURE")
    assert json.loads(second.body) == document["notificationItems"][1]["NotificationRequestItem"]


@pytest.mark.parametrize("position", [0, 1])
def test_one_unsigned_item_refuses_all(position) -> None:
    """A signed item does not carry another in."""
    document = signed(PAYMENT, PAYMENT | {"eventCode": "CAPTURE"})
    item = document["notificationItems"][position]["NotificationRequestItem"]
    item["amount"]["value"] = 1
    assert cause(document) is Cause.NO_MATCH
    del item["additionalData"]
    assert cause(document) is Cause.MISSING_HEADER


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"pspReference": "7914073381342284:x"}, id="colon-in-psp"),
        pytest.param({"pspReference": ""}, id="no-psp"),
        pytest.param({"merchantAccountCode": "Test:Merchant"}, id="colon-in-account"),
        pytest.param({"originalReference": "a:b"}, id="colon-in-original"),
        pytest.param({"eventCode": "AUTHORISATION:x"}, id="colon-in-event"),
        pytest.param({"eventCode": ""}, id="no-event"),
        pytest.param({"success": True}, id="success-no-text"),
        pytest.param({"success": "TRUE"}, id="success-capitals"),
        pytest.param({"amount": {"value": 1.5, "currency": "EUR"}}, id="fraction"),
        pytest.param({"amount": {"value": True, "currency": "EUR"}}, id="boolean"),
        pytest.param({"amount": {"value": 10**18, "currency": "EUR"}}, id="huge"),
        pytest.param({"amount": {"value": 1, "currency": "EURO"}}, id="currency"),
        pytest.param({"amount": []}, id="amount-no-object"),
        pytest.param({"merchantReference": "a\u0000"}, id="nul"),
        pytest.param({"merchantReference": 7}, id="reference-no-text"),
        pytest.param({"additionalData": "x"}, id="additional-no-object"),
    ],
)
def test_an_item_of_another_form_is_refused(changed) -> None:
    """Before its signature is looked at: only one field may have the colons that divide them."""
    document = signed(PAYMENT)
    item = document["notificationItems"][0]["NotificationRequestItem"]
    item.update(changed)
    assert cause(document) is Cause.MALFORMED_BODY
    with pytest.raises(CannotSign):
        CASE.sign(body_of(PAYMENT | changed))


def test_what_is_missing_is_empty() -> None:
    """As Adyen signs it."""
    text = b"psp1:::::" + b":REPORT_AVAILABLE:true"
    item = {
        "pspReference": "psp1",
        "eventCode": "REPORT_AVAILABLE",
        "success": "true",
        "originalReference": None,
        "additionalData": {"hmacSignature": BASE64.encode(mac(KEY, text))},
    }
    (verified,) = CASE.verify(SignedRequest.of(body_of(item), []))
    assert verified.event_id == "psp1:REPORT_AVAILABLE:true"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param([], id="a-list"),
        pytest.param({}, id="no-items"),
        pytest.param({"notificationItems": []}, id="nothing"),
        pytest.param({"notificationItems": {}}, id="no-list"),
        pytest.param({"notificationItems": [[]]}, id="no-object"),
        pytest.param({"notificationItems": [{"NotificationRequestItem": PAYMENT}] * 101}, id="too-many"),
        pytest.param(b'{"notificationItems": [', id="no-json"),
        pytest.param(b"[" * 100_000, id="too-deep"),
    ],
)
def test_another_document_is_refused(document) -> None:
    """It must be what Adyen sends."""
    assert cause(document) is Cause.MALFORMED_BODY


ODD = [
    pytest.param(b' ,\r\n\t"a": 1.10, "b" : 1e2,"c":12345678901234567890123 }', id="spaces-and-numbers"),
    pytest.param(b', "\\u0061": "\\u00e9\\"}]", "b": "{[\\\\"}', id="escapes-and-braces"),
    pytest.param(b', "eventDate": 1, "eventDate": 2}', id="member-twice"),
    pytest.param(b', "deep": ' + b"[" * 500 + b"]" * 500 + b"}", id="deep"),
    pytest.param(b', "notificationItems": [{"NotificationRequestItem": {"a": 1}}]}', id="an-envelope-inside"),
]


@pytest.mark.parametrize("rest", ODD)
def test_an_event_is_its_part_of_the_body_byte_for_byte(rest: bytes) -> None:
    """Nothing is written anew: what no reader would take is refused when the event is read."""
    item = json.dumps(signed(PAYMENT)["notificationItems"][0]["NotificationRequestItem"]).encode()[:-1] + rest
    entry = b'{ "NotificationRequestItem" :' + item + b"}"
    body = b'{"a": {"notificationItems": [{}]}, "notificationItems": [], "notificationItems": [' + entry + b"," + entry
    found = CASE.verify(SignedRequest.of(body + b'], "z": [{"NotificationRequestItem": {}}]}', []))
    assert [event.body for event in found] == [item, item]


@pytest.mark.parametrize("signature", ["", None, 7, "AAAA", "é", "A" * 44, "A" * 43])
def test_a_misshapen_signature_of_an_item_is_refused(signature) -> None:
    """Strict base64 of 32 bytes, as in a header."""
    document = signed(PAYMENT)
    document["notificationItems"][0]["NotificationRequestItem"]["additionalData"]["hmacSignature"] = signature
    assert cause(document) in {Cause.MISSING_HEADER, Cause.MALFORMED_HEADER}


def test_a_signed_body_is_no_signed_item() -> None:
    """A text that was signed as a whole body cannot come back as the fields of an item."""
    body = b'{"a":"b","c":"d","e":"f","g":"h","i":"j","k":"l","m":"n"}'
    value = BASE64.encode(mac(KEY, body))
    parts = body.decode().split(":", 7)
    item = dict(
        zip(("pspReference", "originalReference", "merchantAccountCode", "merchantReference"), parts[:4], strict=True)
    )
    item |= {"amount": {"value": parts[4], "currency": parts[5]}, "eventCode": parts[6], "success": parts[7]}
    item |= {"additionalData": {"hmacSignature": value}}
    assert CASE.verify(SignedRequest.of(body, [("HmacSignature", value)]))
    assert cause(json.loads(body_of(item))) is Cause.MALFORMED_BODY
