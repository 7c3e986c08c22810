"""Which values of a ``Condition`` let an outcome run. The rule is the same in Python and in scripts."""

from __future__ import annotations

from typing import Any

from entities.values import ABSENT


def passes(value: Any) -> bool:
    """False, null, absent, 0, "", "0", "false" (any case), [] and {} do not run; everything else does."""
    if value is None or value is ABSENT:
        return False
    if isinstance(value, str):
        return value.lower() not in ("", "0", "false")
    return bool(value)
