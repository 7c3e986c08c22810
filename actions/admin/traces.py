"""A trace as data in, an accessible table out. Every value is text, never markup."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

_BODIES = ("sent", "received")  # of a call to another server


def render_trace(outcomes: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return the table of a trace."""
    return render_to_string("actions/trace.html", {"outcomes": in_lines(outcomes)})


def in_lines(outcomes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the outcomes with their values as JSON that people read."""
    return [_outcome(item) for item in outcomes]


def _outcome(item: Mapping[str, Any]) -> dict[str, Any]:
    performed = [
        {
            **shown,
            "arguments": as_lines(shown["arguments"]) if shown["arguments"] else "",
            "result": as_lines(shown["result"]),
        }
        for shown in item.get("performed", ())
    ]
    calls = [
        {**call, **{part: as_lines(call[part]) for part in _BODIES if part in call}} for call in item.get("calls", ())
    ]
    return {**item, "performed": performed, "calls": calls, "runs": [in_lines(run) for run in item.get("runs", ())]}


def as_lines(value: Any) -> str:
    """Return a value as JSON in lines."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
