"""What tells events apart, and how new they are, is read from them: a text that reads nothing is always the same."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.expressions.base import Template
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.validation.context import Context
from actions.validation.problems import PlanProblem


class SameForAll(PlanProblem):
    """``Once`` or ``Newer`` with the same value for every event: the second one would be ignored, or none refused."""

    __slots__ = ()
    CODE = "ACT265"

    def __init__(self, key: str, source: object, location: Location) -> None:
        usual = "event.data.object.id" if key == "Once" else "event.created"
        path = f"~{source if isinstance(source, str) and source.startswith('event.') else usual}"
        super().__init__(f"'{key}' is the same for every event.", location, f"Read it from the event, as in '{path}'.")


def event_order(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report an ordering guard that reads nothing; where an expression has a problem already, that is enough."""
    ordering = plan.webhook.ordering if plan.webhook else None
    if ordering is None:
        return
    pairs: tuple[tuple[str, Template | None], ...] = (("Once", ordering.key), ("Newer", ordering.newer))
    for key, template in pairs:
        if template is not None and template.constant and template.resolve({}, ()) is not None:
            yield SameForAll(key, template.source, template.location)
