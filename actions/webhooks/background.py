"""The thread that processes what is acknowledged as soon as it is stored, and the sweeper for what nobody finished."""

from __future__ import annotations

from actions.outbox.background import Background, Duty
from actions.webhooks.processing import process_due

_duty = Duty("deliveries", process_due)
_background = Background(duty=_duty)


def wake() -> None:
    """Have this process do what is due, soon."""
    _background.wake()


def sweep_every(seconds: float) -> None:
    """Have this process look for what is due again and again, whoever left it."""
    Background(seconds, duty=_duty).wake()
