"""Mollie's next-gen webhooks (docs.mollie.com/reference/webhooks-new): ``X-Mollie-Signature: sha256=<hex>``."""

from __future__ import annotations

from actions.signatures import events
from actions.signatures.plain import PlainScheme
from actions.signatures.registry import register
from actions.signatures.secrets import as_it_is


@register
class Mollie(PlainScheme):
    """Mollie. While a secret is changed the header is sent twice. Classic webhooks are not signed: they are refused."""

    name = "mollie"
    header, prefix, most_signatures = "x-mollie-signature", "sha256=", 4
    headers = (header,)
    event_id_in, event_id = "body `id`" + events.OR_DIGEST, events.or_digest(events.in_body("id"))
    event_type_in, event_type = "body `type`", events.in_body("type")
    secret = as_it_is("the webhook's signing secret, as it is")
