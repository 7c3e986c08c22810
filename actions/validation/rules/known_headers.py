"""A header that a receiver's expression reads by name is signed, or ``Headers`` lists it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from actions.errors import Problem
from actions.expressions.base import Read
from actions.plan.nodes import Plan
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from actions.validation.scopes import uses

REQUEST, HEADERS = "request", "headers"


class HiddenHeader(PlanProblem):
    """A header that would be null in every event, also in those that have it."""

    __slots__ = ()
    CODE = "ACT266"

    def __init__(self, read: Read, shown: Collection[str]) -> None:
        name = str(read.path[2])
        super().__init__(f"No header '{name}' is shown here.", read.location, _hint(read, name, shown))


def _hint(read: Read, name: str, shown: Collection[str]) -> str:
    longer = next((other for other in shown if other.startswith(f"{name}-")), None)
    if read.embedded and longer:
        return f"Inside text write {{{{request.headers['{longer}']}}}}."
    if name.lower() in shown:
        return f"Names of headers are in lower case: '{name.lower()}'."
    return f"List it under 'Headers'. Shown are: {', '.join(shown) or 'none'}."


def known_headers(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every header that is read by name and not shown."""
    webhook = plan.webhook
    if webhook is None or webhook.options is None or any(item.key == REQUEST for item in plan.inputs):
        return
    shown = {*webhook.options.signed_headers, *webhook.headers}
    for use in uses(plan, context):
        for read in use.template.reads:
            if read.path[:2] == (REQUEST, HEADERS) and len(read.path) > 2 and read.path[2] not in shown:
                yield HiddenHeader(read, sorted(shown))
