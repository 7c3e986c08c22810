"""Who calls which action, with what, in; nothing out, or ``RateLimited``.

Every attempt counts, whatever becomes of it: counters are kept outside of the action's transaction. Counted are first
the caller (one statement, before any input is looked at), then the values of inputs (one statement for all of them).
An attempt that is refused here does not count, and this process then refuses the next ones without a statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from actions.errors import RateLimited
from actions.limits.counters import Limit, count
from actions.limits.keys import key_of
from actions.limits.refusals import refusals
from actions.options import option
from actions.plan.nodes import FieldRate, Plan
from actions.rates import Rate
from entities.actors import Actor
from entities.callers import counted_address
from entities.encoding import to_json

MAX_VALUE = 1_000


def check_caller(plan: Plan, actor: Actor, address: str) -> None:
    """Count an attempt of the caller: a guest by address, an account as such. Administrators are not counted.

    Raises:
        RateLimited
    """
    rate = None if actor.is_unrestricted else _rate(plan, actor)
    if rate is not None:
        who = ("address", counted_address(address)) if actor.is_guest else ("account", str(actor.id))
        _check([Limit(key_of(plan, rate, *who), rate)])


def check_fields(plan: Plan, actor: Actor, values: Mapping[str, Any]) -> None:
    """Count an attempt with these values of inputs, whoever makes it but the system itself.

    Raises:
        RateLimited
    """
    if actor.is_system or not plan.rate_limits.per_field:
        return
    given = (item for item in plan.rate_limits.per_field if values.get(item.key) is not None)
    _check([_field_limit(plan, item, values[item.key]) for item in given])


def _rate(plan: Plan, actor: Actor) -> Rate | None:
    limits = plan.rate_limits
    if limits.guest_default and actor.is_guest:
        default: Rate | None = option("GUEST_RATE_LIMIT")
        return default
    return limits.per_caller


def _field_limit(plan: Plan, item: FieldRate, value: Any) -> Limit:
    return Limit(key_of(plan, item.rate, f"field {item.key}", counted_text(value)), item.rate)


def counted_text(value: Any) -> str:
    """Return a value as it is counted: text whatever its case and outer white space, and not without end."""
    text = value if isinstance(value, str) else to_json(value).decode()
    return text.strip()[:MAX_VALUE].casefold()


def _check(limits: list[Limit]) -> None:
    seconds = seconds_to_wait(limits) if limits else 0.0
    if seconds > 0:
        raise RateLimited(seconds)


def seconds_to_wait(limits: Sequence[Limit]) -> float:
    """Count an attempt against all of some limits; return 0 where every one allows it."""
    known = max(refusals.wait(limit.key) for limit in limits)
    if known > 0:
        return known
    waits = count(limits)
    for limit, seconds in waits.items():
        refusals.remember(limit.key, seconds)
    return max(waits.values())
