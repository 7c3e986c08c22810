"""An action as an operation of another: same transaction, its entries stand in the caller's answer."""

from __future__ import annotations

from collections.abc import Mapping

from actions.errors import OutcomeRefused
from actions.operations.base import Call, Effect, Operation, Param, Result
from actions.operations.registry import register


@register
class InvokeAction(Operation):
    """Run another action with the given attributes; its failure is this action's failure."""

    name = "action.invoke"
    gives = "the entries of that action, which stand in this one's answer too: a list of `{ResponseType, Attributes}`."
    effect = Effect.TRANSACTIONAL
    params = (
        Param("type", str, "Entity of the action."),
        Param("name", str, "Name of the action."),
        Param("attributes", dict, "Its inputs.", required=False),
    )
    example = {"type": "user_account", "name": "send_otp", "attributes": {"email": "ada@example.org"}}

    def perform(self, call: Call) -> Result:
        attributes = call.arguments.get("attributes") or {}
        if not isinstance(attributes, Mapping):
            raise OutcomeRefused("'attributes' of an invoked action is a mapping.")
        entries = call.services.invoke(str(call["type"]), str(call["name"]), attributes)
        value = [{"ResponseType": entry.type, "Attributes": entry.attributes} for entry in entries]
        return Result(value, tuple(entries))
