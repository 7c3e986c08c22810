"""``RateLimit`` in, limits out: a rate for callers, ``none``, or a mapping with rates for callers and for inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from actions.dialects.base import Report
from actions.dialects.daptin.problems import BadRate, WrongKind
from actions.plan.nodes import FieldRate, RateLimits
from actions.rates import EXAMPLE, Rate, WrongRate, is_none, read_rate
from actions.values import Entry, MappingValue, Scalar, Value


def read_caller_rate(key: str, value: Value, report: Report) -> RateLimits | None:
    """Return the limits of a text: what it says of callers takes the place of the default, also ``none``."""
    text = _text(value)
    if text is not None and is_none(text):
        return RateLimits(guest_default=False)
    rate = _rate(key, value, report)
    return None if rate is None else RateLimits(per_caller=rate, guest_default=False)


def read_field_rates(key: str, value: Value, report: Report) -> tuple[FieldRate, ...]:
    """Return the rates of a mapping whose keys are inputs; whether they are is asked later."""
    if isinstance(value, MappingValue):
        return tuple(_field_rates(value.entries, report))
    report(WrongKind(key, "a mapping of inputs to rates", value.location, "For example {email: 5/hour}."))
    return ()


def read_limits(values: Mapping[str, Any]) -> RateLimits:
    """Return the limits of a mapping that was read."""
    of_callers: RateLimits = values.get("PerAddress", RateLimits())
    return replace(of_callers, per_field=values.get("PerField", ()))


def _field_rates(entries: tuple[Entry, ...], report: Report) -> Iterator[FieldRate]:
    for entry in entries:
        rate = _rate(entry.key, entry.value, report)
        if rate is not None:
            yield FieldRate(entry.key, rate, entry.location)


def _rate(key: str, value: Value, report: Report) -> Rate | None:
    text = _text(value)
    if text is None:
        report(WrongKind(key, "a rate", value.location, EXAMPLE))
        return None
    try:
        return read_rate(text)
    except WrongRate as error:
        report(BadRate(key, text, error.fault, error.hint, value.location))
        return None


def _text(value: Value) -> str | None:
    return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else None
