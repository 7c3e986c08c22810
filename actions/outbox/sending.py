"""What is due in, sent out: one attempt for each effect, and what became of it noted before the next is taken."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection
from datetime import timedelta

from actions.options import option
from actions.outbox import rows
from actions.outbox.destinations import destinations
from actions.outbox.kinds import Unsent, sender
from actions.outbox.mail import describe
from actions.outbox.retrying import pause
from actions.outbox.rows import Claimed, LeaseLost
from actions.states import EffectState

logger = logging.getLogger("actions.outbox")

ABANDONED = "No attempt came to an end."


def send_due(
    stop: Callable[[], bool] = lambda: False,
    *,
    kinds: Collection[str] | None = None,
    taken: Callable[[], object] = lambda: None,
) -> Counter[EffectState]:
    """Send what is due until nothing is, or ``stop`` says so; return how many attempts ended in which state.

    ``taken`` is called when there was something: there may be more, for others.
    """
    ended: Counter[EffectState] = Counter()
    while not stop() and (claimed := destinations.claim(kinds)) is not None:
        with destinations.on_its_way(claimed):
            taken()
            ended[_attempt(claimed)] += 1
    return ended


def _attempt(claimed: Claimed) -> EffectState:
    """Make one attempt. Whatever a backend raises is a failure of this effect alone."""
    if claimed.attempt > option("OUTBOX", "ATTEMPTS"):  # each of them killed its process, or was killed with it
        return _not_sent(claimed, Unsent(ABANDONED, final=True))
    try:
        sender(claimed.kind)(rows.parcel(claimed))
    except LeaseLost:
        logger.warning("%s %s took longer than its lease.", claimed.kind, claimed.id)
        return EffectState.SENDING
    except Unsent as unsent:
        return _not_sent(claimed, unsent)
    except Exception as error:
        return _not_sent(claimed, Unsent(describe(error)))
    rows.note_sent(claimed)
    return EffectState.SENT


def _not_sent(claimed: Claimed, unsent: Unsent) -> EffectState:
    facts = (claimed.kind, claimed.id, claimed.attempt, unsent.reason)
    if unsent.final or claimed.attempt >= option("OUTBOX", "ATTEMPTS"):
        rows.note_failed(claimed, unsent.reason, unsent.rest)
        logger.error("%s %s failed for good at attempt %s: %s", *facts)
        return EffectState.FAILED
    wait = pause(claimed.attempt) + (unsent.wait or timedelta())
    rows.note_retry(claimed, unsent.reason, unsent.rest, wait)
    logger.warning("%s %s was not sent at attempt %s: %s Next in %s s.", *facts, round(wait.total_seconds()))
    return EffectState.PENDING
