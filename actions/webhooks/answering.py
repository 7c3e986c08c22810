"""What became of the events of a request in, the answer to their sender out.

The body is the one that the receiver declares for 2xx, else a short JSON; headers say the same in both cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from actions.errors import ActionError
from actions.plan.webhooks import EMPTY, Webhook
from actions.responses import JSON, Answer, render_failure
from actions.webhooks.errors import NotProcessed, UnreadableEvent
from actions.webhooks.processing import Processed, Result
from entities.encoding import to_json

ID, STATUS = "Webhook-Delivery", "Webhook-Status"


def answer(webhook: Webhook, events: Sequence[Processed], *, as_problem: bool) -> Answer:
    """Return 2xx if every event is done, or kept where that is promised; else why its sender should try again."""
    headers = {ID: ", ".join(str(event.id) for event in events), STATUS: summary(events)}
    failed = [event.error for event in events if event.error is not None]
    if failed:
        refusal = render_failure(_shown(failed), as_problem=as_problem)
        return replace(refusal, headers={**refusal.headers, **headers})
    status = webhook.reply.status or (202 if Result.STORED in {event.result for event in events} else 200)
    if status in EMPTY:
        return Answer(status, b"", webhook.reply.content_type, headers)
    if webhook.reply.body is not None:
        kind = webhook.reply.content_type
        kind = f"{kind}; charset=utf-8" if kind.startswith("text/") and "charset" not in kind.lower() else kind
        return Answer(status, webhook.reply.body.encode(), kind, headers)
    return Answer(status, to_json(_body(events)), JSON, headers)


def summary(events: Sequence[Processed]) -> str:
    """Return the one word for all events: what is most worth knowing."""
    results = {event.result for event in events}
    order = (Result.FAILED, Result.PROCESSED, Result.STORED, Result.IGNORED, Result.DUPLICATE)
    return next(result.value for result in order if result in results)


def _shown(failed: Sequence[ActionError]) -> ActionError:
    """Return the failure that is told: nothing of the action's own, which is for the admin."""
    unreadable = next((error for error in failed if isinstance(error, UnreadableEvent)), None)
    if unreadable is not None and len(failed) == 1:
        return UnreadableEvent(unreadable.message)
    return NotProcessed(failed[0].status)


def _body(events: Sequence[Processed]) -> Mapping[str, Any]:
    found = [{"status": event.result.value, "delivery": str(event.id)} for event in events]
    return found[0] if len(found) == 1 else {"status": summary(events), "deliveries": found}
