"""``settings.ACTIONS["OUTBOX"]``, with a default for every key."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

DEFAULTS: Mapping[str, int] = {
    "ATTEMPTS": 10,  # how often one effect is tried
    "KEEP_DAYS": 30,  # how long what was sent, and what failed, can be seen
}


def option(name: str) -> int:
    """Return a setting of the outbox, or its default."""
    found: Mapping[str, int] = getattr(settings, "ACTIONS", {}).get("OUTBOX", {})
    return found.get(name, DEFAULTS[name])
