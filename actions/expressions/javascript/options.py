"""The settings of scripts in, one checked value out: where they run, and the budget that holds whatever they do."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from entities.errors import did_you_mean

MEGABYTE = 1 << 20
ISOLATIONS = ("process", "thread")


@dataclass(frozen=True, slots=True)
class Options:
    """``ACTIONS["JAVASCRIPT"]``: the names in capitals are the settings' keys.

    ``isolation`` is ``process`` (V8 in child processes) or ``thread`` (V8 in this process: saves the memory of the
    children, but a script that makes V8 give up takes the server with it, so only for authors that are trusted like
    programmers). ``time`` is in seconds for one crossing; ``heap``, ``process_memory`` and ``answer`` are in bytes.
    ``workers`` bounds the children, or isolates, of each server process.
    """

    isolation: str = "process"
    time: float = 1.0
    heap: int = 64 * MEGABYTE
    process_memory: int = 256 * MEGABYTE
    answer: int = MEGABYTE
    workers: int = (os.cpu_count() or 1) + 1

    def __post_init__(self) -> None:
        if self.isolation not in ISOLATIONS:
            raise _refused("ISOLATION", "must be 'process' or 'thread'")
        for name in ("time", "heap", "process_memory", "answer", "workers"):
            value = getattr(self, name)
            kinds = (int, float) if name == "time" else int
            if isinstance(value, bool) or not isinstance(value, kinds) or not value > 0:
                raise _refused(name.upper(), "must be a number above 0")

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return the options for a settings mapping; what it does not name keeps its default.

        Raises:
            ImproperlyConfigured: an unknown key or a value out of range.
        """
        known = {field.name.upper(): field.name for field in fields(cls)}
        for key in given:
            if key not in known:
                hint = did_you_mean(str(key), known)
                raise ImproperlyConfigured(f"Unknown setting ACTIONS['JAVASCRIPT']['{key}']. {hint}".strip())
        return cls(**{known[key]: value for key, value in given.items()})

    @classmethod
    def from_settings(cls) -> Self:
        """Return the options that the project's settings give."""
        return cls.of(getattr(settings, "ACTIONS", {}).get("JAVASCRIPT", {}))


def _refused(key: str, rule: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"ACTIONS['JAVASCRIPT']['{key}'] {rule}.")
