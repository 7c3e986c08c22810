"""``settings.ACTIONS["OUTBOUND"]``, with a default for every key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

CALLS = 32
CALLS_PER_HOST = 8
WAITING_PER_HOST = 16


def _option(name: str, default: Any) -> Any:
    found: Mapping[str, Any] = getattr(settings, "ACTIONS", {}).get("OUTBOUND", {})
    return found.get(name, default)


def allowed_hosts() -> Sequence[str]:
    """Return the patterns of hosts that may be called; none is the public internet."""
    return _option("ALLOWED_HOSTS", ())  # type: ignore[no-any-return]


def most_calls() -> int:
    """Return how many calls there may be at a time in one process."""
    return int(_option("CALLS", CALLS))


def most_calls_per_host() -> int:
    """Return how many of them may be made to the same host at a time."""
    return int(_option("CALLS_PER_HOST", CALLS_PER_HOST))


def most_waiting_per_host() -> int:
    """Return how many more of them may wait for their turn with that host."""
    return int(_option("WAITING_PER_HOST", WAITING_PER_HOST))
