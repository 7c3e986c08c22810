"""``settings.ACTIONS["WEBHOOKS"]``, with a default for every key."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

LEAST_DAYS = 35  # providers send an event again for up to 30
DEFAULTS: Mapping[str, int] = {
    "ATTEMPTS": 10,  # how often the server tries an event that fails; its sender may try more often
    "KEEP_DAYS": 90,  # how long events are known, so that none has a second effect
}


def option(name: str) -> int:
    """Return a setting of webhooks, or its default."""
    found: Mapping[str, int] = getattr(settings, "ACTIONS", {}).get("WEBHOOKS", {})
    return found.get(name, DEFAULTS[name])


def keep_days() -> int:
    """Return how long events are kept: never shorter than any provider sends one again."""
    return max(option("KEEP_DAYS"), LEAST_DAYS)
