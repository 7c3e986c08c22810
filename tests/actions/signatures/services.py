"""How services sign, by the standard library alone: a body, a secret, a time in, the headers of their request out."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

URL = "https://example.org/webhook/order/paid"
KEY = base64.b64encode(bytes(range(32))).decode()
Signer = Callable[[bytes, str, int], Mapping[str, str]]


def hexadecimal(secret: str | bytes, text: bytes, algorithm: str = "sha256") -> str:
    """Return an HMAC as hexadecimal digits."""
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, text, getattr(hashlib, algorithm)).hexdigest()


def in_base64(secret: str | bytes, text: bytes, algorithm: str = "sha256") -> str:
    """Return an HMAC in base64."""
    return base64.b64encode(bytes.fromhex(hexadecimal(secret, text, algorithm))).decode()


def iso(now: int, fraction: str = "") -> str:
    """Return the time as RFC 3339 has it."""
    return datetime.fromtimestamp(now, UTC).strftime(f"%Y-%m-%dT%H:%M:%S{fraction}Z")


def _slack(body: bytes, secret: str, now: int) -> Mapping[str, str]:
    signed = hexadecimal(secret, b"v0:%d:%b" % (now, body))
    return {"X-Slack-Signature": f"v0={signed}", "X-Slack-Request-Timestamp": str(now)}


def _zendesk(body: bytes, secret: str, now: int) -> Mapping[str, str]:
    return {
        "X-Zendesk-Webhook-Signature": in_base64(secret, iso(now).encode() + body),
        "X-Zendesk-Webhook-Signature-Timestamp": iso(now),
        "X-Zendesk-Webhook-Invocation-Id": "01K",
    }


def _hubspot(body: bytes, secret: str, now: int) -> Mapping[str, str]:
    stamp = str(now * 1000 + 7)
    signed = in_base64(secret, b"POST" + URL.encode() + body + stamp.encode())
    return {"X-HubSpot-Signature-v3": signed, "X-HubSpot-Request-Timestamp": stamp}


def _cashfree(body: bytes, secret: str, now: int) -> Mapping[str, str]:
    stamp = str(now * 1000 + 7)
    return {"x-webhook-signature": in_base64(secret, stamp.encode() + body), "x-webhook-timestamp": stamp}


def _twitch(body: bytes, secret: str, now: int) -> Mapping[str, str]:
    id_, stamp = "befa7b53-d79d-478f-86b9-120f112b044e", iso(now, ".634234626")
    return {
        "Twitch-Eventsub-Message-Id": id_,
        "Twitch-Eventsub-Message-Timestamp": stamp,
        "Twitch-Eventsub-Message-Signature": "sha256=" + hexadecimal(secret, (id_ + stamp).encode() + body),
        "Twitch-Eventsub-Subscription-Type": "stream.online",
    }


def _calendly(body: bytes, secret: str, now: int) -> Mapping[str, str]:
    return {"Calendly-Webhook-Signature": f"t={now},v1=" + hexadecimal(secret, b"%d.%b" % (now, body))}


def _workos(body: bytes, secret: str, now: int) -> Mapping[str, str]:
    stamp = now * 1000
    return {"WorkOS-Signature": f"t={stamp}, v1=" + hexadecimal(secret, b"%d.%b" % (stamp, body))}


def _pagerduty(body: bytes, secret: str, now: int) -> Mapping[str, str]:
    """Two signatures, while a secret is changed."""
    return {"X-PagerDuty-Signature": f"v1={'0' * 64},v1={hexadecimal(secret, body)}"}


def _airtable(body: bytes, secret: str, now: int) -> Mapping[str, str]:
    return {"X-Airtable-Content-MAC": "hmac-sha256=" + hexadecimal(base64.b64decode(secret), body)}


def _gitlab(body: bytes, secret: str, now: int) -> Mapping[str, str]:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return {
        "webhook-id": "f5e5f430",
        "webhook-timestamp": str(now),
        "webhook-signature": "v1," + in_base64(key, b"f5e5f430.%d.%b" % (now, body)),
    }


SIGNERS: Mapping[str, Signer] = {
    "Airtable": _airtable,
    "Bitbucket": lambda body, secret, now: {
        "X-Hub-Signature": "sha256=" + hexadecimal(secret, body),
        "X-Request-UUID": "8c5e",
        "X-Event-Key": "repo:push",
    },
    "Calendly": _calendly,
    "Cashfree": _cashfree,
    "Checkout.com": lambda body, secret, now: {"Cko-Signature": hexadecimal(secret, body)},
    "Coinbase Commerce": lambda body, secret, now: {"X-CC-Webhook-Signature": hexadecimal(secret, body)},
    "Dropbox": lambda body, secret, now: {"X-Dropbox-Signature": hexadecimal(secret, body)},
    "GitLab, signing token": _gitlab,
    "GoCardless": lambda body, secret, now: {"Webhook-Signature": hexadecimal(secret, body)},
    "HubSpot, v3": _hubspot,
    "Intercom": lambda body, secret, now: {"X-Hub-Signature": "sha1=" + hexadecimal(secret, body, "sha1")},
    "Lemon Squeezy": lambda body, secret, now: {
        "X-Signature": hexadecimal(secret, body),
        "X-Event-Name": "order_created",
    },
    "Linear": lambda body, secret, now: {"Linear-Signature": hexadecimal(secret, body), "Linear-Delivery": "234d1a4e"},
    "Meta, WhatsApp": lambda body, secret, now: {"X-Hub-Signature-256": "sha256=" + hexadecimal(secret, body)},
    "PagerDuty": _pagerduty,
    "Paystack": lambda body, secret, now: {"x-paystack-signature": hexadecimal(secret, body, "sha512")},
    "Sentry": lambda body, secret, now: {
        "Sentry-Hook-Signature": hexadecimal(secret, body),
        "Request-ID": "4711",
        "Sentry-Hook-Resource": "issue",
    },
    "Slack": _slack,
    "Twitch": _twitch,
    "Typeform": lambda body, secret, now: {"Typeform-Signature": "sha256=" + in_base64(secret, body)},
    "WooCommerce": lambda body, secret, now: {
        "X-WC-Webhook-Signature": in_base64(secret, body),
        "X-WC-Webhook-Delivery-ID": "9a1b",
        "X-WC-Webhook-Topic": "order.updated",
    },
    "WorkOS": _workos,
    "Zendesk": _zendesk,
}
SECRETS = {"Airtable": KEY, "GitLab, signing token": "whsec_" + KEY}
