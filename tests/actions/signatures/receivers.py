"""What tests of signature schemes share: a scheme, one secret of it, a body that it signs, and a short way to both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from actions.signatures import shipped as _shipped  # noqa: F401
from actions.signatures.base import Certificates, Message, Options, Outside, Scheme, SignedRequest, Verified
from actions.signatures.registry import find

NOW = 1_700_000_000
BODY = '{"id": "evt_1",\t"event_id":"evt_1", "type":"payment.paid", "note":"café ☕"}\n'.encode()
ITEM = (
    b'{"live":"false","notificationItems":[{"NotificationRequestItem":{"amount":{"currency":"EUR","value":1130},'
    b'"eventCode":"AUTHORISATION","merchantAccountCode":"TestMerchant","merchantReference":"a:b/c\\\\d",'
    b'"originalReference":"","pspReference":"7914073381342284","success":"true"}}]}'
)
ADYEN_KEY, OTHER_ADYEN_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056", "ab" * 32


@dataclass(frozen=True)
class Case:
    """A receiver of one scheme."""

    scheme: str
    secret: str = "first secret"
    other: str = "second secret"
    given: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = BODY
    signing_secret: str = ""
    certificates: Certificates | None = None

    @property
    def plugin(self) -> Scheme:
        scheme = find(self.scheme)
        assert scheme is not None
        return scheme

    @property
    def options(self) -> Options:
        return self.plugin.configure(self.given)

    def sign(
        self, body: bytes | None = None, secret: str = "", now: float = NOW, event_id: str = "e1"
    ) -> SignedRequest:
        """Return the request that the provider would send."""
        message = Message(self.body if body is None else body, event_id, "payment.paid")
        return self.plugin.sign(message, secret or self.signing_secret or self.secret, self.options, Outside(now))

    def verify(
        self, request: SignedRequest, secrets: Sequence[str | bytes] | None = None, now: float = NOW
    ) -> tuple[Verified, ...]:
        """Return what the receiver makes of it."""
        given = [self.secret] if secrets is None else secrets
        return self.plugin.verify(request, given, self.options, Outside(now, self.certificates))


GENERIC = {"Header": "X-Sig", "EventId": "body:id", "Signed": "{timestamp}.{body}", "TimestampHeader": "X-Time"}
ONE_HEADER = {
    **{"Header": "X-Sig", "Separator": ",", "Prefix": "v1=", "TimestampHeader": "X-Sig", "TimestampPrefix": "t="},
    **{"TimestampFormat": "iso8601", "Signed": "{timestamp}.{body}", "EventId": "body:id"},
}
SHARED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUBLIC, PRIVATE = (
    "whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=",
    "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
)
CASES = {
    "stripe": Case("stripe", "whsec_one", "whsec_two"),
    "standard": Case("standard", SHARED, "whsec_" + "Q" * 32),
    "standard-v1a": Case("standard", PUBLIC, SHARED, signing_secret=PRIVATE),
    "github": Case("github"),
    "razorpay": Case("razorpay"),
    "paddle": Case("paddle"),
    "adyen": Case("adyen", ADYEN_KEY, OTHER_ADYEN_KEY),
    "adyen-item": Case("adyen", ADYEN_KEY, OTHER_ADYEN_KEY, body=ITEM),
    "shopify": Case("shopify"),
    "square": Case("square", given={"Url": "https://example.com/hook"}),
    "mollie": Case("mollie"),
    "hmac": Case("hmac", given=GENERIC),
    "hmac-in-one-header": Case("hmac", given=ONE_HEADER),
    "hmac-sha512": Case("hmac", given=GENERIC | {"Algorithm": "sha512", "Encoding": "base64url"}),
}


def with_headers(request: SignedRequest, **changed: str | None) -> SignedRequest:
    """Return the request with headers set, or removed; names have ``_`` for ``-``."""
    named = {name.replace("_", "-"): value for name, value in changed.items()}
    kept = {name: value for name, value in request.headers.items() if name not in named}
    return replace(request, headers=kept | {name: value for name, value in named.items() if value is not None})


def with_body(request: SignedRequest, body: bytes) -> SignedRequest:
    """Return the request with another body under the same headers."""
    return replace(request, body=body)
