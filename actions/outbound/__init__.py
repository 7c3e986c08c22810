"""The one HTTP client for everything that leaves the server: a ``Request`` in, a ``Response`` out, guarded by default.

    check_request --> bulkhead --> waiting --> hop --> judged address --> answer --> redirect or retry --> Response

It calls public internet addresses, or what ``WORKFLOW_ALLOWED_HTTP_HOSTS`` names; every redirect and every address that
a name leads to is judged anew, and the connection goes to the address that was judged. Time and size are bounded as a
whole. It knows nothing of operations, plans and requests to this server.
"""

from actions.outbound.calls import deadline, ending_in
from actions.outbound.checking import check_header, check_request, may_be_header
from actions.outbound.client import fetch
from actions.outbound.errors import (
    OutboundBlocked,
    RequestRefused,
    ResponseTooLarge,
    TooManyRedirects,
    UpstreamBusy,
    UpstreamFailed,
    UpstreamTimeout,
)
from actions.outbound.messages import Limits, Request, Response
from actions.outbound.pausing import set_waiting, waiting
from actions.outbound.retrying import retry_after
from actions.outbound.targets import shown_url

__all__ = [
    "Limits",
    "OutboundBlocked",
    "Request",
    "RequestRefused",
    "Response",
    "ResponseTooLarge",
    "TooManyRedirects",
    "UpstreamBusy",
    "UpstreamFailed",
    "UpstreamTimeout",
    "check_header",
    "check_request",
    "deadline",
    "ending_in",
    "fetch",
    "may_be_header",
    "retry_after",
    "set_waiting",
    "shown_url",
    "waiting",
]
