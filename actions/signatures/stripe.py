"""Stripe (docs.stripe.com/webhooks/signature): ``Stripe-Signature: t=<unix>,v1=<hex>``."""

from __future__ import annotations

from actions.signatures import events
from actions.signatures.options import tolerance
from actions.signatures.registry import register
from actions.signatures.secrets import as_it_is
from actions.signatures.stamped import StampedScheme


@register
class Stripe(StampedScheme):
    """Stripe. Of the versions in the header only ``v1`` counts."""

    name = "stripe"
    header, separator, time_key, signature_key, joiner = "stripe-signature", ",", "t", "v1", b"."
    headers = (header,)
    signed_text = "`<time>.<body>`"
    event_id_in, event_id = "body `id`" + events.OR_DIGEST, events.or_digest(events.in_body("id"))
    event_type_in, event_type = "body `type`", events.in_body("type")
    secret = as_it_is("the endpoint's secret, `whsec_...`, as it is")
    options = (tolerance(300),)
