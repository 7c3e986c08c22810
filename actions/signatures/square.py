"""Square (developer.squareup.com, verify and validate an event): ``x-square-hmacsha256-signature: <base64>``."""

from __future__ import annotations

from actions.signatures import events
from actions.signatures.addresses import https_url
from actions.signatures.base import Options
from actions.signatures.digests import BASE64
from actions.signatures.options import Option
from actions.signatures.plain import PlainScheme
from actions.signatures.registry import register
from actions.signatures.secrets import as_it_is


@register
class Square(PlainScheme):
    """Square. The address is the one that was registered there, never the one that a request was sent to."""

    name = "square"
    header, encoding = "x-square-hmacsha256-signature", BASE64
    headers = (header,)
    signed_text = "`<Url><body>`"
    event_id_in, event_id = "body `event_id`" + events.OR_DIGEST, events.or_digest(events.in_body("event_id"))
    event_type_in, event_type = "body `type`", events.in_body("type")
    secret = as_it_is("the subscription's signature key, as it is")
    options = (Option("Url", https_url, "The notification URL, exactly as registered with Square.", required=True),)
    example = {"Url": "https://example.com/action/order/square_payment"}

    def text(self, body: bytes, options: Options) -> bytes:
        """Return what is signed."""
        return str(options["Url"]).encode() + body
