"""Shopify (shopify.dev, deliver webhooks through HTTPS): ``X-Shopify-Hmac-SHA256: <base64>``."""

from __future__ import annotations

from actions.signatures import events
from actions.signatures.digests import BASE64
from actions.signatures.plain import PlainScheme
from actions.signatures.registry import register
from actions.signatures.secrets import as_it_is


@register
class Shopify(PlainScheme):
    """Shopify. A new client secret may take an hour to be used."""

    name = "shopify"
    header, encoding = "x-shopify-hmac-sha256", BASE64
    id_header, type_header = "x-shopify-webhook-id", "x-shopify-topic"
    headers = (header, id_header, type_header, "x-shopify-shop-domain", "x-shopify-event-id", "x-shopify-triggered-at")
    event_id_in = "header `X-Shopify-Webhook-Id`" + events.OR_DIGEST
    event_id = events.or_digest(events.in_header(id_header))
    event_type_in, event_type = "header `X-Shopify-Topic`", events.in_header(type_header)
    secret = as_it_is("the app's client secret, as it is")
