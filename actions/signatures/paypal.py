"""PayPal (developer.paypal.com, webhooks, self verification): RSA with a certificate that the request points to.

    <transmission id>|<transmission time>|<webhook id>|<CRC-32 of the body, decimal>

What is secret elsewhere is the webhook's id here: it says that the event is meant for us.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from actions.signatures import certificates, events, headers
from actions.signatures.base import Message, Options, Outside, Scheme, SignedRequest, Text, Verified
from actions.signatures.digests import BASE64, check_window
from actions.signatures.errors import BadSignature, CannotSign, Cause, UnusableSecret
from actions.signatures.options import Option, tolerance, truth
from actions.signatures.registry import register
from actions.signatures.secrets import SecretForm

_ID, _TIME, _SIGNATURE, _ADDRESS, _ALGORITHM = (
    "paypal-transmission-id",
    "paypal-transmission-time",
    "paypal-transmission-sig",
    "paypal-cert-url",
    "paypal-auth-algo",
)
_RSA = "SHA256withRSA"
_TEXT_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z")
_WEBHOOK_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PART = re.compile(r"[A-Za-z0-9_-]{1,100}")
_RSA_SIZES = (256, 384, 512)  # bytes
LIVE = ("api.paypal.com", "api-m.paypal.com")
SANDBOX = ("api.sandbox.paypal.com", "api-m.sandbox.paypal.com")


def read_webhook_id(secret: str) -> str:
    """Return the id of a webhook."""
    if not _WEBHOOK_ID.fullmatch(secret):
        raise UnusableSecret("The id of a webhook is 1 to 64 letters and digits.")
    return secret


@register
class PayPal(Scheme):
    """PayPal. The certificate must come from PayPal, be valid now, and lead to an authority that is trusted."""

    name = "paypal"
    headers = (_ID, _TIME, _SIGNATURE, _ADDRESS, _ALGORITHM)
    signed_headers = (_ID, _TIME)
    signed_text = "`<transmission id>|<transmission time>|<webhook id>|<CRC-32 of the body>`"
    algorithm = "RSA-SHA256"
    event_id_in, event_type_in = "body `id`, else the transmission id", "body `event_type`"
    secret = SecretForm("the webhook's id, as PayPal shows it", read_webhook_id)
    options = (
        tolerance(300),
        Option("Sandbox", truth, "Take events of PayPal's sandbox, and only those.", default=False),
    )

    def verify(
        self, request: SignedRequest, secrets: Sequence[Text], options: Options, outside: Outside
    ) -> tuple[Verified, ...]:
        """See ``Scheme``. What is cheap comes first: no certificate is fetched for an old or misshapen request."""
        webhook_ids = self.secret.read_all(secrets)
        if headers.token(request, _ALGORITHM) != _RSA:
            raise BadSignature(Cause.UNSUPPORTED_VERSION, _ALGORITHM)
        signed_at = _read_time(request)
        check_window(signed_at, outside.now, options["Tolerance"])
        signature = _read_signature(request)
        texts = [_text(_read_id(request), request.headers[_TIME], id_, request.body) for id_ in webhook_ids]
        if outside.certificates is None:
            raise BadSignature(Cause.CERTIFICATE_UNAVAILABLE, "No way to fetch certificates is configured.")
        address, hosts = headers.token(request, _ADDRESS), SANDBOX if options["Sandbox"] else LIVE
        known = outside.certificates.verify
        if not any(known(address, signature, text, hosts=hosts, now=outside.now) for text in texts):
            raise BadSignature(Cause.NO_MATCH)
        content = events.Content(request)
        name = events.event_id(content, events.either(events.in_body("id"), events.in_header(_ID)))
        return (Verified(name, events.event_type(content, events.in_body("event_type")), request.body, int(signed_at)),)

    def sign(self, message: Message, secret: Text, options: Options, outside: Outside) -> SignedRequest:
        """Sign with the key of a test sender: PayPal's own is PayPal's."""
        if outside.signing_key is None:
            raise CannotSign("PayPal signs with a private key: give 'sign_webhook' one, with --key FILE.")
        key = _read_key(outside.signing_key.private_pem)
        if not _PART.fullmatch(message.event_id):
            raise CannotSign("The id of a transmission is 1 to 100 letters, digits, '-' and '_'.")
        time = datetime.fromtimestamp(int(outside.now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        signature = certificates.sign(key, _text(message.event_id, time, self.secret.read(secret), message.body))
        values = (message.event_id, time, BASE64.encode(signature), outside.signing_key.certificate_url, _RSA)
        return SignedRequest.of(message.body, zip(self.headers, values, strict=True))


def _text(id_: str, time: str, webhook_id: str, body: bytes) -> bytes:
    """Return what is signed; none of the parts can have the bar that divides them."""
    return f"{id_}|{time}|{webhook_id}|{zlib.crc32(body)}".encode()


def _read_key(pem: bytes) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CannotSign("The key is no private key in PEM without a password.") from None
    if not isinstance(key, RSAPrivateKey):
        raise CannotSign("PayPal signs with an RSA key.")
    return key


def _read_id(request: SignedRequest) -> str:
    id_ = headers.token(request, _ID)
    if not _PART.fullmatch(id_):
        raise BadSignature(Cause.MALFORMED_HEADER, _ID)
    return id_


def _read_time(request: SignedRequest) -> float:
    text = headers.token(request, _TIME)
    try:
        if _TEXT_TIME.fullmatch(text):
            return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        pass
    raise BadSignature(Cause.MALFORMED_HEADER, _TIME)


def _read_signature(request: SignedRequest) -> bytes:
    text = headers.required(request, _SIGNATURE)
    size = next((size for size in _RSA_SIZES if len(BASE64.encode(bytes(size))) == len(text)), 0)
    return BASE64.read_sized(text, _SIGNATURE, size)
