"""The states of what outlives a request, and which may follow which: the only table of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices


class EffectState(TextChoices):
    """What has become of an external effect in the outbox."""

    PENDING = "pending", "pending"
    SENDING = "sending", "sending"
    SENT = "sent", "sent"
    FAILED = "failed", "failed"


EFFECT_CHANGES: Mapping[EffectState, frozenset[EffectState]] = {
    EffectState.PENDING: frozenset({EffectState.SENDING}),
    # Again to sending: whoever had it died, or took longer than its lease.
    EffectState.SENDING: frozenset(EffectState),
    EffectState.SENT: frozenset(),
    EffectState.FAILED: frozenset({EffectState.PENDING}),
}


class ForbiddenChange(Exception):
    """A change of state that the table does not have."""

    def __init__(self, before: EffectState, after: EffectState) -> None:
        super().__init__(f"An effect that is {before.value} does not become {after.value}.")


def before(after: EffectState) -> frozenset[EffectState]:
    """Return the states that may become ``after``."""
    return frozenset(state for state, following in EFFECT_CHANGES.items() if after in following)


def check_change(before: EffectState, after: EffectState) -> None:
    """Refuse a change that the table does not have.

    Raises:
        ForbiddenChange.
    """
    if after not in EFFECT_CHANGES[before]:
        raise ForbiddenChange(before, after)
