"""``settings.ACTIONS["RUNS"]``, with a default for every key."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

DEFAULTS: Mapping[str, int] = {
    "KEEP_DAYS": 30,  # how long a run can be seen
    "KEEP": 100_000,  # how many can be seen at most
}


def option(name: str) -> int:
    """Return a setting of the runs, or its default."""
    found: Mapping[str, int] = getattr(settings, "ACTIONS", {}).get("RUNS", {})
    return found.get(name, DEFAULTS[name])
