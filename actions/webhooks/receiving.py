"""A request to a receiver in, its answer out: the only place that lists the phases of a webhook.

challenge? -> raw body -> verify -> store -> process, or leave that to the background -> answer
"""

from __future__ import annotations

import logging

from django.db import Error
from django.http import HttpRequest

from actions import catalog
from actions.catalog import Served
from actions.errors import ActionError, MethodNotAllowed
from actions.plan.webhooks import GET, Webhook
from actions.responses import Answer
from actions.signatures.errors import BadSignature, Cause
from actions.states import DeliveryState
from actions.webhooks import background, refusals, rows
from actions.webhooks.answering import answer
from actions.webhooks.challenges import answer_challenge
from actions.webhooks.durability import bring_to_disk
from actions.webhooks.errors import NotStored
from actions.webhooks.processing import Processed, Result, process
from actions.webhooks.rows import Arrival
from actions.webhooks.verifying import read_request, verify

logger = logging.getLogger("actions.webhooks")


def find_receiver(type_name: str, name: str) -> Served | None:
    """Return the receiver with that address, ``None`` where there is none."""
    served = catalog.find(type_name, name)
    return served if served is not None and served.plan.webhook is not None else None


def receive(request: HttpRequest, served: Served, *, as_problem: bool) -> Answer:
    """Return the answer to a request.

    Raises:
        BadSignature: one error for every cause. NotStored. MethodNotAllowed.
    """
    webhook = served.plan.webhook
    if webhook is None:
        raise TypeError("This is no receiver.")
    echo = answer_challenge(webhook.challenge, request)
    if echo is not None:
        return echo
    _check_method(request, served, webhook)
    return answer(webhook, _receive(request, served, webhook), as_problem=as_problem)


def allowed_methods(served: Served) -> str:
    """Return what may be sent to a receiver, as the header ``Allow`` has it."""
    challenge = served.plan.webhook.challenge if served.plan.webhook else None
    return "GET, OPTIONS, POST" if challenge is not None and challenge.method == GET else "OPTIONS, POST"


def _check_method(request: HttpRequest, served: Served, webhook: Webhook) -> None:
    if request.method == "POST":
        return
    if request.method == GET and webhook.challenge is not None and webhook.challenge.method == GET:
        refusals.count(served, refusals.CHALLENGE)
        raise refused()
    hint = "What its sender has signed comes with POST."
    raise MethodNotAllowed(str(request.method)[:20], what="A receiver", hint=hint)


def _receive(request: HttpRequest, served: Served, webhook: Webhook) -> list[Processed]:
    try:
        signed = read_request(request)
        events = verify(webhook, signed)
    except BadSignature as error:
        refusals.count(served, error.cause.value)
        logger.info("%s.%s: %s %s", served.plan.type_name, served.plan.name, error.cause.value, error.detail)
        raise refused() from None
    try:
        arrivals = rows.store(served, signed, sorted(events, key=lambda event: event.event_id))
    except Error as error:
        logger.warning("An event of %s.%s was not stored: %s", served.plan.type_name, served.plan.name, error)
        raise NotStored from None
    done = _finish_later(arrivals) if webhook.acknowledges_early else [_finish(arrival) for arrival in arrivals]
    try:
        bring_to_disk()
    except OSError as error:
        logger.error("What came for %s.%s is not on disk: %s", served.plan.type_name, served.plan.name, error)
        raise NotStored from None
    return done


def refused() -> ActionError:
    """Return the same error for every cause: a sender that is none learns nothing."""
    return BadSignature(Cause.NO_MATCH)


def _finish(arrival: Arrival) -> Processed:
    return process(arrival.id, arrival.delivery) if arrival.is_open else _known(arrival)


def _finish_later(arrivals: list[Arrival]) -> list[Processed]:
    """Leave what is to be done to the thread of this process, which the sweeper stands in for."""
    if any(arrival.is_open for arrival in arrivals):
        background.wake()
    return [Processed(item.id, Result.STORED) if _begins(item) else _known(item) for item in arrivals]


def _begins(arrival: Arrival) -> bool:
    """Say whether an event is processed because it came: it is new, or failed before."""
    return arrival.is_open and (arrival.is_new or arrival.state is DeliveryState.FAILED)


def _known(arrival: Arrival) -> Processed:
    """Say of an event that is not processed now whether it is unwanted or was there before."""
    is_unwanted = arrival.is_new and arrival.state is DeliveryState.IGNORED
    return Processed(arrival.id, Result.IGNORED if is_unwanted else Result.DUPLICATE)
