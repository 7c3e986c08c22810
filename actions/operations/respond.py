"""Answer the client: a directive or any other named data, copied into the answer."""

from __future__ import annotations

from typing import Any

from actions.operations.base import Call, Entry, Operation, Result
from actions.operations.directives import check_directive
from actions.operations.registry import register


@register
class Respond(Operation):
    """Add one entry to the answer; ``fixed["type"]`` is its name. ``render`` is the whole answer and ends the run."""

    name = "respond"
    open_params = True
    reads = False

    def perform(self, call: Call) -> Result:
        name = call.fixed["type"]
        attributes: dict[str, Any] = {**call.arguments, "__type": name}
        check_directive(name, attributes)
        return Result(attributes, (Entry(name, attributes),), ends_run=name == "render")
