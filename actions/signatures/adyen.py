"""Adyen (docs.adyen.com, verify HMAC signatures): each payment item signed by itself, or the body by a header.

    notificationItems[i].NotificationRequestItem.additionalData.hmacSignature      payments
    HmacSignature: <base64>                                                        platforms, management

Of a payment item eight fields are signed, joined by colons that are not escaped. Here only the merchant's own reference
may have colons, so that no text can be read as two different items, or as the body of the other kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from actions.signatures import events, headers
from actions.signatures.base import Message, Options, Outside, Scheme, SignedRequest, Text, Verified
from actions.signatures.digests import BASE64, check_match, mac
from actions.signatures.errors import BadSignature, CannotSign, Cause
from actions.signatures.registry import register
from actions.signatures.secrets import SecretForm, as_hex
from actions.signatures.spans import members_of_items

_HEADER, _PROTOCOL = "hmacsignature", "protocol"
_MOST_ITEMS = 100
_ITEMS, _ITEM = "notificationItems", "NotificationRequestItem"
_WORD = re.compile(r"[^:\x00-\x1f\x7f]{0,255}")
_FIELDS = {
    "pspReference": re.compile(r"[^:\x00-\x1f\x7f]{1,120}"),
    "originalReference": _WORD,
    "merchantAccountCode": _WORD,
    "merchantReference": re.compile(r"[^\x00-\x1f\x7f]{0,255}"),
    "value": re.compile(r"-?[0-9]{1,18}|"),
    "currency": re.compile(r"[A-Z]{3}|"),
    "eventCode": re.compile(r"[A-Z0-9_]{1,80}"),
    "success": re.compile(r"true|false|"),
}


@register
class Adyen(Scheme):
    """Adyen. Of a payment item only the eight fields that identify it are signed: fetch whatever else matters."""

    name = "adyen"
    headers = (_HEADER, _PROTOCOL)
    signed_text = (
        "payments: `<pspReference>:<originalReference>:<merchantAccountCode>:<merchantReference>:<value>:<currency>:"
        "<eventCode>:<success>` of each item; platforms: the body"
    )
    event_id_in = (
        "payments: `<pspReference>:<eventCode>:<success>` of each item; platforms: body `id`" + events.OR_DIGEST
    )
    event_type_in = "payments: `eventCode`; platforms: body `type`"
    secret = SecretForm("the HMAC key, hexadecimal", as_hex)

    def verify(
        self, request: SignedRequest, secrets: Sequence[Text], options: Options, outside: Outside
    ) -> tuple[Verified, ...]:
        """See ``Scheme``: one event for each item, and none of them if one is not signed."""
        keys = self.secret.read_all(secrets)
        if _HEADER in request.headers:
            return (_verify_body(request, keys),)
        names = [_verify_item(item, keys) for item in _items(request.body)]
        sent = members_of_items(request.body, _ITEMS, _ITEM)  # takes longer than all else: not for a forged body
        return tuple(Verified(*name, body) for name, body in zip(names, sent, strict=True))

    def sign(self, message: Message, secret: Text, options: Options, outside: Outside) -> SignedRequest:
        """Sign every item of a payments body, which changes the body; another body is signed in a header."""
        key = self.secret.read(secret)
        try:
            document = orjson.loads(message.body)
            if not isinstance(document, dict) or _ITEMS not in document:
                value = BASE64.encode(mac(key, message.body))
                return SignedRequest.of(message.body, [(_HEADER, value), (_PROTOCOL, "HmacSHA256")])
            for item in _read_items(document):
                value = BASE64.encode(mac(key, _signed_text(item)))
                item["additionalData"] = _mapping(item.get("additionalData")) | {"hmacSignature": value}
            return SignedRequest.of(_render(document), [])
        except (orjson.JSONDecodeError, BadSignature):
            raise CannotSign("The body is not one that Adyen sends.") from None


def _verify_body(request: SignedRequest, keys: Sequence[bytes]) -> Verified:
    """Verify the signature of the whole body."""
    presented = BASE64.read(headers.token(request, _HEADER), _HEADER)
    if _PROTOCOL in request.headers and headers.token(request, _PROTOCOL) != "HmacSHA256":
        raise BadSignature(Cause.UNSUPPORTED_VERSION, _PROTOCOL)
    check_match(keys, request.body, [presented])
    content = events.Content(request)
    name = events.event_id(content, events.or_digest(events.in_body("id")))
    return Verified(name, events.event_type(content, events.in_body("type")), request.body)


def _items(body: bytes) -> list[dict[str, Any]]:
    """Return the items of a payments body, which are parsed before they are verified: the signatures are in there."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadSignature(Cause.MALFORMED_BODY) from None
    return _read_items(document)


def _read_items(document: Any) -> list[dict[str, Any]]:
    items = _mapping(document).get(_ITEMS)
    if not isinstance(items, list) or not 1 <= len(items) <= _MOST_ITEMS:
        raise BadSignature(Cause.MALFORMED_BODY)
    return [_mapping(_mapping(item).get(_ITEM)) for item in items]


def _mapping(value: Any) -> dict[str, Any]:
    """Return an object; an absent one is empty."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadSignature(Cause.MALFORMED_BODY)
    return value


def _verify_item(item: Mapping[str, Any], keys: Sequence[bytes]) -> tuple[str, str]:
    """Verify one item, and return the id and the type of its event."""
    presented = _mapping(item.get("additionalData")).get("hmacSignature")
    if not isinstance(presented, str) or not presented:
        raise BadSignature(Cause.MISSING_HEADER, "additionalData.hmacSignature")
    check_match(keys, _signed_text(item), [BASE64.read(presented, "additionalData.hmacSignature")])
    fields = _fields(item)
    name = ":".join(fields[field] for field in ("pspReference", "eventCode", "success"))
    return name, fields["eventCode"]


def _render(value: Mapping[str, Any]) -> bytes:
    """Return JSON; what was parsed may be nested more deeply than can be written again."""
    try:
        return orjson.dumps(value)
    except TypeError:
        raise BadSignature(Cause.MALFORMED_BODY) from None


def _signed_text(item: Mapping[str, Any]) -> bytes:
    return ":".join(_fields(item).values()).encode()


def _fields(item: Mapping[str, Any]) -> dict[str, str]:
    """Return the eight signed fields in their order; one that is missing is empty."""
    amount = _mapping(item.get("amount"))
    found = {name: (amount if name in ("value", "currency") else item).get(name) for name in _FIELDS}
    return {name: _field(name, value) for name, value in found.items()}


def _field(name: str, value: Any) -> str:
    text = str(value) if type(value) is int and name == "value" else value
    if text is None:
        text = ""
    if not isinstance(text, str) or not _FIELDS[name].fullmatch(text):
        raise BadSignature(Cause.MALFORMED_BODY, name)
    return text
