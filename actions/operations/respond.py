"""Answer the client: a directive or any other named data, copied into the answer."""

from __future__ import annotations

from typing import Any

from actions.errors import OutcomeRefused
from actions.operations.base import Call, Entry, Operation, Param, Result
from actions.operations.directives import check_attributes, check_directive
from actions.operations.registry import register

RESPONSE_TYPE = "response_type"
LONGEST = 200


@register
class Respond(Operation):
    """Add one entry to the answer, under the name that is its `Type`; `render` is the whole answer and ends the run."""

    name = "respond"
    gives = "the attributes."
    open_params = True
    reads = False
    example = {"type": "success", "message": "Hello Ada."}

    def perform(self, call: Call) -> Result:
        name = call.fixed["type"]
        attributes: dict[str, Any] = {**call.arguments, "__type": name}
        check_directive(name, attributes)
        return Result(attributes, (Entry(name, attributes),), ends_run=name == "render")


@register
class CreateResponse(Operation):
    """Add one entry to the answer, with whatever else is given as its attributes; its name may be computed.

    What is named as a directive has to be one: it is checked as such, when it is made and, written out, at load.
    """

    name = "response.create"
    gives = "the attributes."
    params = (Param(RESPONSE_TYPE, str, "Name of the entry: a directive's, or any other for data."),)
    open_params = True
    example = {RESPONSE_TYPE: "greeting", "text": "Hello Ada."}

    def perform(self, call: Call) -> Result:
        name = call.arguments.get(RESPONSE_TYPE)
        if not isinstance(name, str) or not 1 <= len(name) <= LONGEST:
            raise OutcomeRefused(f"'{RESPONSE_TYPE}' is a text of 1 to {LONGEST} characters.")
        attributes = {key: value for key, value in call.arguments.items() if key != RESPONSE_TYPE}
        check_attributes(name, attributes)
        check_directive(name, attributes)
        return Result(attributes, (Entry(name, attributes),), ends_run=name == "render")
