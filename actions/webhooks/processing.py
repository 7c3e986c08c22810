"""A stored event in, its one effect out: by the request that brought it, by the sweeper, or by hand.

The row is taken and marked inside the transaction of the effects. Whatever fails rolls both back, and is noted in a
transaction of its own; if even that fails, or the process dies, the sweeper finds the row when its lease ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from django.db import Error

from actions import catalog
from actions.catalog import Served
from actions.engine.transactions import unreachable
from actions.errors import ActionError, InternalFault
from actions.expressions.base import Scope, ScriptRunner
from actions.invocations import Attributes, Event, Invocation
from actions.invoke import invoke_event
from actions.models import Delivery
from actions.options import option
from actions.webhooks import rows
from actions.webhooks.contents import is_form, read_event
from actions.webhooks.durability import make_durable
from actions.webhooks.errors import NoReceiver, Superseded, Taken, UnreadableEvent
from actions.webhooks.ordering import check_order
from entities.actors import SYSTEM
from entities.identifiers import uuid7
from entities.store import Unit

logger = logging.getLogger("actions.webhooks")


class Result(StrEnum):
    """What became of a delivery, as its sender is told."""

    PROCESSED = "processed"
    STORED = "stored"
    IGNORED = "ignored"
    DUPLICATE = "duplicate"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of one delivery; ``error`` where it failed."""

    id: UUID
    result: Result
    error: ActionError | None = None

    @property
    def reason(self) -> str:
        """Why it failed, for people who look after deliveries: no value that is secret in a run is in it."""
        return told(self.error) if self.error is not None else ""


def told(error: ActionError) -> str:
    """Return what is kept of a failure: what its run shows of it, else message and hint."""
    if error.shown is not None:
        return error.shown
    return f"{error.message} {error.hint}" if error.hint else error.message


def process(key: UUID, known: Delivery | None = None) -> Processed:
    """Make the one attempt that the caller has begun. ``known`` is the row, where nobody else can have changed it."""
    try:
        return _attempt(known or Delivery.objects.get(pk=key))
    except Delivery.DoesNotExist:
        return Processed(key, Result.DUPLICATE)
    except Error as error:
        logger.warning("Delivery %s: the database is not available: %s", key, error)
        return Processed(key, Result.FAILED, unreachable())


def _attempt(delivery: Delivery) -> Processed:
    try:
        return Processed(delivery.pk, _run(delivery))
    except Taken:
        make_durable()
        return Processed(delivery.pk, Result.DUPLICATE)
    except ActionError as error:
        return _failed(delivery, error)
    except Error:
        raise
    except Exception:
        fault = InternalFault("Something went wrong on our side.", hint=str(uuid7()))
        logger.exception("Fault %s in delivery %s", fault.hint, delivery.pk)
        return _failed(delivery, fault)


def _run(delivery: Delivery) -> Result:
    served = catalog.find(delivery.type_name, delivery.name)
    if served is None or served.plan.webhook is None:
        raise NoReceiver
    if not served.plan.webhook.wants(delivery.event_type):
        rows.mark_ignored(delivery.pk, rows.UNWANTED, served.number)
        return Result.IGNORED
    try:
        event = read_event(bytes(delivery.body), delivery.content_type)
        invoke_event(served, _invocation(served, delivery, event), _event(served, delivery, event))
    except Superseded as superseded:
        rows.mark_ignored(delivery.pk, superseded.reason, served.number)
        return Result.IGNORED
    return Result.PROCESSED


def _invocation(served: Served, delivery: Delivery, event: Any) -> Invocation:
    """Return what the delivery asks for: no caller, so nobody is limited and nobody's rights count."""
    declared = {name: event[name] for name in event if served.contract.declares(name)} if _is_object(event) else {}
    return Invocation(
        served.plan.type_name,
        served.plan.name,
        SYSTEM,
        sent=Attributes(declared, is_form=is_form(delivery.content_type)),
        request=_facts(served, delivery),
        is_limited=False,
        seed=delivery.pk,
    )


def _event(served: Served, delivery: Delivery, event: Any) -> Event:
    """Return what the action runs for, and what its transaction does to the delivery."""
    names = {"event": event, "delivery": _delivery(delivery)}
    mark = partial(rows.mark_succeeded, delivery.pk, served.number)
    return Event(names, partial(_begin, delivery, served), mark)


def _is_object(event: Any) -> bool:
    return isinstance(event, dict)


def _facts(served: Served, delivery: Delivery) -> dict[str, Any]:
    """What expressions may know of the request: the headers that are signed or that the receiver lists."""
    webhook = served.plan.webhook
    shown = (*webhook.options.signed_headers, *webhook.headers) if webhook and webhook.options else ()
    return {
        "method": "POST",
        "path": f"/webhook/{delivery.type_name}/{delivery.name}",
        "headers": {name: delivery.headers[name] for name in shown if name in delivery.headers},
        "body": bytes(delivery.body).decode(errors="replace"),
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": str(delivery.pk),
        "event_id": delivery.event_id,
        "event_type": delivery.event_type,
        "received_at": delivery.received_at.isoformat(),
        "attempt": delivery.attempts,
    }


def _begin(delivery: Delivery, served: Served, unit: Unit, scope: Scope, scripts: ScriptRunner) -> None:
    """Do what comes first in the transaction: take the delivery, and see whether the event is still news.

    Raises:
        Taken, Superseded, OrderUnknown.
    """
    unit.begin()
    if not rows.take(delivery.pk):
        raise Taken
    ordering = served.plan.webhook.ordering if served.plan.webhook else None
    if ordering is not None:
        check_order(served.definition_id, ordering, scope, scripts)


def _failed(delivery: Delivery, error: ActionError) -> Processed:
    shown = "".join(letter if letter.isprintable() else " " for letter in told(error))[:500]
    logger.warning("Delivery %s failed at attempt %s: %s", delivery.pk, delivery.attempts, error.name)
    try:
        rows.mark_failed(delivery, error.name[:100], shown, final=isinstance(error, UnreadableEvent))
    except Error as away:
        logger.warning("Delivery %s: its failure could not be noted: %s", delivery.pk, away)
    return Processed(delivery.pk, Result.FAILED, error)


def process_again(key: UUID) -> Processed:
    """Process a delivery that failed, was ignored or is not finished, because somebody says so."""
    return process(key) if rows.claim(key) else Processed(key, Result.DUPLICATE)


def process_due(stop: Callable[[], bool] = lambda: False) -> int:
    """Process what is due until nothing is, or ``stop`` says so; return how many attempts that were."""
    number = 0
    while not stop() and (key := rows.claim_due()) is not None:
        number += 1
        delivery = Delivery.objects.filter(pk=key).first()
        if delivery is not None and delivery.attempts > option("WEBHOOKS", "ATTEMPTS"):
            rows.abandon(delivery)
            logger.error("Delivery %s is given up.", key)
        else:
            process(key)
    return number
