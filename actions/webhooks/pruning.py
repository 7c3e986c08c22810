"""Old deliveries out: by a command of the operator, and by nothing else."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from actions.models import Delivery, NewestEvent, RefusedRequest
from actions.options import option

BATCH = 1000
LEAST_DAYS = 35  # providers send an event again for up to 30
MOST_DAYS = 365 * 100  # nothing is older, and dates have a beginning


class TooYoung(ValueError):
    """An age at which providers may still send an event again."""

    def __init__(self, days: int) -> None:
        super().__init__(f"{days} days are too few: providers send events again. Keep them {LEAST_DAYS} days at least.")


def prune(days: int | None = None) -> int:
    """Delete what did not come again for so many days and is not owed any more; return how many deliveries.

    Raises:
        TooYoung: fewer than 35 days.
    """
    age = max(option("WEBHOOKS", "KEEP_DAYS"), LEAST_DAYS) if days is None else days
    if age < LEAST_DAYS:
        raise TooYoung(age)
    oldest = timezone.now() - timedelta(days=min(age, MOST_DAYS))
    old = Delivery.objects.filter(last_received_at__lt=oldest, received_at__lt=oldest, next_attempt_at__isnull=True)
    number = 0
    while found := list(old.values_list("pk", flat=True)[:BATCH]):
        number += old.filter(pk__in=found).delete()[0]
    NewestEvent.objects.filter(applied_at__lt=oldest).delete()
    RefusedRequest.objects.filter(day__lt=oldest.date()).delete()
    return number
