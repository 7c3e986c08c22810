"""Paddle Billing (developer.paddle.com/webhooks/signature-verification): ``Paddle-Signature: ts=<unix>;h1=<hex>``."""

from __future__ import annotations

from actions.signatures import events
from actions.signatures.options import tolerance
from actions.signatures.registry import register
from actions.signatures.secrets import as_it_is
from actions.signatures.stamped import StampedScheme


@register
class Paddle(StampedScheme):
    """Paddle Billing. Its own library allows five seconds; the clock of this machine must be right."""

    name = "paddle"
    header, separator, time_key, signature_key, joiner = "paddle-signature", ";", "ts", "h1", b":"
    headers = (header,)
    signed_text = "`<time>:<body>`"
    event_id_in, event_id = "body `event_id`" + events.OR_DIGEST, events.or_digest(events.in_body("event_id"))
    event_type_in, event_type = "body `event_type`", events.in_body("event_type")
    secret = as_it_is("the destination's key, `pdl_ntfset_...`, as it is")
    options = (tolerance(5),)
