"""The states of what outlives a request, and which may follow which: the only table of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import TextChoices

State = TypeVar("State", bound=TextChoices)


class EffectState(TextChoices):
    """What has become of an external effect in the outbox."""

    PENDING = "pending", "pending"
    SENDING = "sending", "sending"
    SENT = "sent", "sent"
    FAILED = "failed", "failed"


class DeliveryState(TextChoices):
    """What has become of an event that was received. While it is processed its row is locked."""

    RECEIVED = "received", "received"
    SUCCEEDED = "succeeded", "succeeded"
    FAILED = "failed", "failed"
    IGNORED = "ignored", "ignored"


class RunState(TextChoices):
    """How a run ended."""

    SUCCEEDED = "succeeded", "succeeded"
    FAILED = "failed", "failed"


Changes = Mapping[TextChoices, frozenset[TextChoices]]

EFFECT_CHANGES: Changes = {
    EffectState.PENDING: frozenset({EffectState.SENDING}),
    # Again to sending: whoever had it died, or took longer than its lease.
    EffectState.SENDING: frozenset(EffectState),
    EffectState.SENT: frozenset(),
    EffectState.FAILED: frozenset({EffectState.PENDING}),
}
_ENDS = frozenset({DeliveryState.SUCCEEDED, DeliveryState.FAILED, DeliveryState.IGNORED})
DELIVERY_CHANGES: Changes = {
    DeliveryState.RECEIVED: _ENDS,
    DeliveryState.FAILED: _ENDS,
    DeliveryState.IGNORED: _ENDS,  # when somebody has it processed again
    DeliveryState.SUCCEEDED: frozenset(),
}
_CHANGES: Mapping[type[TextChoices], tuple[str, Changes]] = {
    EffectState: ("An effect", EFFECT_CHANGES),
    DeliveryState: ("A delivery", DELIVERY_CHANGES),
}


class ForbiddenChange(Exception):
    """A change of state that the table does not have."""

    def __init__(self, before: TextChoices, after: TextChoices) -> None:
        what, _ = _CHANGES[type(before)]
        super().__init__(f"{what} that is {before.value} does not become {after.value}.")


def before(after: State) -> frozenset[State]:
    """Return the states that may become ``after``."""
    _, changes = _CHANGES[type(after)]
    return frozenset(state for state, following in changes.items() if after in following)  # type: ignore[misc]


def check_change(before: State, after: State) -> None:
    """Refuse a change that the table does not have.

    Raises:
        ForbiddenChange.
    """
    _, changes = _CHANGES[type(before)]
    if after not in changes[before]:
        raise ForbiddenChange(before, after)
