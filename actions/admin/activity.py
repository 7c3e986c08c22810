"""Definitions in, how often each ran and failed in the last 24 hours out, as a small chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Count
from django.db.models.functions import TruncHour
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from actions.models import Definition, Run
from actions.states import RunState

HOURS = 24
HEIGHT = 24
Hourly = Mapping[tuple[datetime, str], int]


class ActivityColumn:
    """A column for the list of definitions."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Look the runs of the page up, for all of its definitions at once."""
        page = super().get_changelist_instance(request)  # type: ignore[misc]
        found = activity(row.pk for row in page.result_list)
        for row in page.result_list:
            row.activity = found.get(row.pk, {})
        return page

    @admin.display(description="last 24 hours")
    def recent_runs(self, definition: Definition) -> SafeString:
        """Return the chart, which leads to the runs."""
        address = reverse("admin:actions_run_changelist")
        chart = draw(getattr(definition, "activity", {}), timezone.now())
        return format_html('<a href="{}?action={}">{}</a>', address, definition.pk, chart)


def activity(definitions: Iterable[UUID]) -> dict[UUID, Hourly]:
    """Return for each definition the numbers of runs by hour and state."""
    since = _hour(timezone.now()) - timedelta(hours=HOURS - 1)
    recent = UUID(int=int(since.timestamp() * 1000) << 80)  # ids begin with the time, and have an index
    runs = Run.objects.filter(pk__gte=recent, definition__in=list(definitions), started_at__gte=since).order_by()
    counted = runs.annotate(hour=TruncHour("started_at")).values_list("definition_id", "hour", "state")
    found: dict[UUID, Counter[tuple[datetime, str]]] = {}
    for definition, hour, state, number in counted.annotate(number=Count("pk")):
        found.setdefault(definition, Counter())[hour, state] = number
    return dict(found)


def draw(hourly: Hourly, now: datetime) -> SafeString:
    """Return a bar for each hour, failures at its foot, as an image with a text."""
    hours = [_hour(now) - timedelta(hours=back) for back in reversed(range(HOURS))]
    bars = [(hourly.get((hour, RunState.FAILED), 0), hourly.get((hour, RunState.SUCCEEDED), 0)) for hour in hours]
    failed, total = sum(bar[0] for bar in bars), sum(map(sum, bars))
    most = max(map(sum, bars)) or 1
    text = f"{total} run(s), {failed} failed"
    return format_html(
        '<svg class="activity" role="img" aria-label="{0}" viewBox="0 0 {1} {2}"><title>{0}</title>{3}</svg>{0}',
        text,
        4 * HOURS,
        HEIGHT,
        format_html_join(
            "",
            '<rect class="{}" x="{}" y="{}" width="3" height="{}"/>',
            [part for index, bar in enumerate(bars) for part in _bar(index, bar, most)],
        ),
    )


def _bar(index: int, bar: tuple[int, int], most: int) -> list[tuple[Any, ...]]:
    failed, succeeded = (round(number / most * HEIGHT, 1) for number in bar)
    parts = ((RunState.FAILED, HEIGHT - failed, failed), (RunState.SUCCEEDED, HEIGHT - failed - succeeded, succeeded))
    return [(state.value, 4 * index, round(top, 1), size) for state, top, size in parts if size]


def _hour(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(minute=0, second=0, microsecond=0)
