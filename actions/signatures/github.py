"""GitHub (docs.github.com, validating webhook deliveries): ``X-Hub-Signature-256: sha256=<hex>``."""

from __future__ import annotations

from actions.signatures import events
from actions.signatures.plain import PlainScheme
from actions.signatures.registry import register
from actions.signatures.secrets import as_it_is


@register
class GitHub(PlainScheme):
    """GitHub. The older header ``X-Hub-Signature``, a SHA-1, is never read."""

    name = "github"
    header, prefix = "x-hub-signature-256", "sha256="
    id_header, type_header = "x-github-delivery", "x-github-event"
    headers = (header, id_header, type_header)
    event_id_in = "header `X-GitHub-Delivery`" + events.OR_DIGEST
    event_id = events.or_digest(events.in_header(id_header))
    event_type_in, event_type = "header `X-GitHub-Event`", events.in_header(type_header)
    secret = as_it_is("the webhook's secret, as it is")
