"""Runs that are too old, or too many, in; gone out. A bounded number at a time, so that nobody waits for it."""

from __future__ import annotations

import itertools
import logging
from contextlib import suppress
from datetime import timedelta

from django.db import Error, connection
from django.utils import timezone

from actions.models import Run
from actions.options import option

BATCH = 1_000
TURN = 500  # runs of one process after which it prunes: fewer than it then removes, so that the table does not grow

logger = logging.getLogger("actions.runs")
_turns = itertools.count(1)


def prune(days: int | None = None, keep: int | None = None) -> int:
    """Remove every run that is older than that many days, or not among the newest ``keep``; return how many."""
    removed = 0
    while found := prune_some(days, keep):
        removed += found
    return removed


def prune_some(days: int | None = None, keep: int | None = None) -> int:
    """Remove at most ``BATCH`` such runs, the oldest first; return how many."""
    days = option("RUNS", "KEEP_DAYS") if days is None else days
    keep = option("RUNS", "KEEP") if keep is None else keep
    limit = timezone.now() - timedelta(days=days)
    oldest = Run.objects.order_by("pk").values_list("pk", "started_at")[:BATCH]
    last = Run.objects.order_by("-pk").values_list("pk", flat=True)[keep : keep + 1].first()
    found = [pk for pk, started in oldest if started < limit or (last is not None and pk <= last)]
    return Run.objects.filter(pk__in=found).delete()[0] if found else 0


def step() -> None:
    """Remove some now and then, after a run that was kept."""
    if next(_turns) % TURN or connection.in_atomic_block:
        return
    with suppress(Error):  # the next one does it
        prune_some()
