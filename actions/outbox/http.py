"""The payload of a call in, a request to another server on its way out: until it is answered, or refused for good."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from actions.errors import ActionError, OutcomeRefused
from actions.outbound import OutboundBlocked, RequestRefused, retry_after
from actions.outbox.calling import ACCEPTED, Outgoing, UpstreamStatus, exchange
from actions.outbox.kinds import Parcel, Unsent, sends

HTTP = "http"
PASSING = frozenset({401, 403, 404, 408, 425, 429})  # a key that is changed, a page that is being deployed, a limit
LONGEST_WAIT = 6 * 3600.0  # seconds


@sends(HTTP)
def send_request(parcel: Parcel) -> None:
    """Send the request; every attempt carries the same idempotency key.

    Raises:
        Unsent: nobody answered, or with a status that is not expected.
    """
    outgoing = Outgoing.from_data(parcel.payload)
    try:
        exchange(outgoing, UUID(parcel.payload["key"]), ACCEPTED)
    except UpstreamStatus as refused:
        status = refused.response.status
        final = status < 500 and status not in PASSING
        raise Unsent(f"status {status}", final=final, wait=_wait(refused)) from None
    except (OutboundBlocked, RequestRefused, OutcomeRefused) as refused:
        raise Unsent(refused.name, final=True) from None
    except ActionError as failed:
        raise Unsent(failed.name) from None


def _wait(refused: UpstreamStatus) -> timedelta:
    """Return how long the server wants to be left alone, as far as we go along with it."""
    return timedelta(seconds=min(retry_after(refused.response.headers), LONGEST_WAIT))
