"""Razorpay (razorpay.com/docs/webhooks/validate-test): ``X-Razorpay-Signature: <hex>``."""

from __future__ import annotations

from actions.signatures import events
from actions.signatures.plain import PlainScheme
from actions.signatures.registry import register
from actions.signatures.secrets import as_it_is


@register
class Razorpay(PlainScheme):
    """Razorpay. After a change of the secret, old events are still sent with the old one."""

    name = "razorpay"
    header, id_header = "x-razorpay-signature", "x-razorpay-event-id"
    headers = (header, id_header)
    event_id_in = "header `X-Razorpay-Event-Id`" + events.OR_DIGEST
    event_id = events.or_digest(events.in_header(id_header))
    event_type_in, event_type = "body `event`", events.in_body("event")
    secret = as_it_is("the webhook's secret (not the API key), as it is")
