"""Time for counters: their clock is the database's, so it is not the clock that moves but the rows."""

from __future__ import annotations

from django.db.models import F

from actions.models import RateCounter


def pass_time(seconds: float) -> None:
    """Make every counter that much older."""
    RateCounter.objects.update(started=F("started") - seconds, last=F("last") - seconds, expires=F("expires") - seconds)
