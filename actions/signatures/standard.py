"""Standard Webhooks 1.0.0 (standardwebhooks.com): ``webhook-signature: v1,<base64> v1a,<base64>``.

``v1`` is an HMAC-SHA256 under a shared secret, ``v1a`` an ed25519 signature under the sender's private key. Svix sends
the same in headers named ``svix-*``.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Collection, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from actions.signatures import events, headers
from actions.signatures.base import Message, Options, Outside, Scheme, SignedRequest, Text, Verified
from actions.signatures.digests import BASE64, check_match, check_window, mac
from actions.signatures.errors import BadSignature, CannotSign, Cause, UnusableSecret
from actions.signatures.options import tolerance
from actions.signatures.registry import register
from actions.signatures.secrets import SecretForm

_ITEM = re.compile(r"(v[0-9][0-9a-z]{0,7}),([!-+\--~]{1,256})")
_ID = re.compile(r"[!-\-/-~]{1,255}")  # visible ASCII without the full stop that divides it from the time
_SHARED, _PUBLIC, _PRIVATE = "whsec_", "whpk_", "whsk_"
_SHARED_SIZES, _PRIVATE_SIZES = range(24, 65), (32, 64)  # bytes; some write the public key after the private one
_KINDS = f"A secret begins with '{_SHARED}' (shared) or '{_PUBLIC}' (public key)."
Key = bytes | Ed25519PublicKey


def read_key(secret: str) -> Key:
    """Return the key to verify with: bytes for ``v1``, a public key for ``v1a``."""
    if secret.startswith(_SHARED):
        return _decode(secret, _SHARED, _SHARED_SIZES)
    if secret.startswith(_PUBLIC):
        return Ed25519PublicKey.from_public_bytes(_decode(secret, _PUBLIC, [32]))
    private = secret.startswith(_PRIVATE)
    raise UnusableSecret(f"{_KINDS} A receiver does not have the private key." if private else _KINDS)


def _decode(secret: str, prefix: str, sizes: Collection[int]) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(prefix), validate=True)
    except (binascii.Error, ValueError):
        raise UnusableSecret(f"What follows '{prefix}' is base64.") from None
    if len(key) not in sizes:
        raise UnusableSecret(f"What follows '{prefix}' has a wrong length: {len(key)} bytes.")
    return key


@register
class Standard(Scheme):
    """Standard Webhooks, and Svix. A secret decides which of the versions counts for it."""

    name = "standard"
    headers = ("webhook-id", "webhook-timestamp", "webhook-signature", "svix-id", "svix-timestamp", "svix-signature")
    signed_headers = ("webhook-id", "webhook-timestamp", "svix-id", "svix-timestamp")
    signed_text = "`<id>.<time>.<body>`"
    algorithm = "v1: HMAC-SHA256, v1a: ed25519"
    event_id_in = "header `webhook-id` (`svix-id`)"
    event_type_in = "body `type`"
    secret = SecretForm("`whsec_` and 24 to 64 bytes in base64, or the sender's public key, `whpk_...`", read_key)
    options = (tolerance(300),)

    def verify(
        self, request: SignedRequest, secrets: Sequence[Text], options: Options, outside: Outside
    ) -> tuple[Verified, ...]:
        """See ``Scheme``."""
        keys = self.secret.read_all(secrets)
        family = "webhook" if "webhook-signature" in request.headers else "svix"
        name, stamp = _identify(request, family)
        text = b"%b.%d.%b" % (name.encode(), stamp, request.body)
        _check(keys, text, _presented(request, f"{family}-signature"))
        check_window(stamp, outside.now, options["Tolerance"])
        kind = events.event_type(events.Content(request), events.in_body("type"))
        unsigned = tuple(header for header in self.signed_headers if not header.startswith(f"{family}-"))
        return (Verified(name, kind, request.body, stamp, unsigned),)

    def sign(self, message: Message, secret: Text, options: Options, outside: Outside) -> SignedRequest:
        """Sign with a shared secret (``whsec_``) or a private key (``whsk_``)."""
        if not _ID.fullmatch(message.event_id):
            raise CannotSign("An id is 1 to 255 visible ASCII characters without a full stop.")
        stamp = int(outside.now)
        text = b"%b.%d.%b" % (message.event_id.encode(), stamp, message.body)
        values = (message.event_id, str(stamp), _signing.read(secret)(text))
        return SignedRequest.of(message.body, zip(self.headers, values, strict=False))


def _identify(request: SignedRequest, family: str) -> tuple[str, int]:
    """Return the id and the time, which both are signed."""
    name = headers.required(request, f"{family}-id")
    if not _ID.fullmatch(name):
        raise BadSignature(Cause.MALFORMED_HEADER, f"{family}-id")
    header = f"{family}-timestamp"
    return name, headers.timestamp(headers.required(request, header), header)


def _presented(request: SignedRequest, header: str) -> dict[str, list[bytes]]:
    """Return the signatures of both versions; others are passed over."""
    items = headers.required(request, header).split(" ")
    matches = [_ITEM.fullmatch(item) for item in items[: headers.MOST_SIGNATURES + 1]]
    if len(items) > headers.MOST_SIGNATURES or not all(matches):
        raise BadSignature(Cause.MALFORMED_HEADER, header)
    sizes = {"v1": 32, "v1a": 64}
    found: dict[str, list[bytes]] = {version: [] for version in sizes}
    for version, value in (match.groups() for match in matches if match):
        if version in sizes:
            found[version].append(BASE64.read_sized(value, header, sizes[version]))
    return found


def _check(keys: Sequence[Key], text: bytes, presented: dict[str, list[bytes]]) -> None:
    """Pass if one signature is valid under one key of its version."""
    shared = [key for key in keys if isinstance(key, bytes)]
    public = [key for key in keys if not isinstance(key, bytes)]
    if not (shared and presented["v1"]) and not (public and presented["v1a"]):
        raise BadSignature(Cause.UNSUPPORTED_VERSION)
    if not any(_signed(key, text, signature) for key in public for signature in presented["v1a"]):
        check_match(shared, text, presented["v1"])


def _signed(key: Ed25519PublicKey, text: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _signer(secret: str) -> Callable[[bytes], str]:
    """Return what signs a text with the secret of a sender."""
    if secret.startswith(_PRIVATE):
        private = Ed25519PrivateKey.from_private_bytes(_decode(secret, _PRIVATE, _PRIVATE_SIZES)[:32])
        return lambda text: f"v1a,{BASE64.encode(private.sign(text))}"
    if secret.startswith(_SHARED):
        key = _decode(secret, _SHARED, _SHARED_SIZES)
        return lambda text: f"v1,{BASE64.encode(mac(key, text))}"
    raise UnusableSecret(f"A sender's secret begins with '{_SHARED}' (shared) or '{_PRIVATE}' (private key).")


_signing = SecretForm("`whsec_...` or `whsk_...`", _signer)
