"""Install an integration by an action, as the original does: one more way to what the command and the admin do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.errors import OutcomeRefused
from actions.expressions.shapes import Shape
from actions.importing.errors import ImportRefused
from actions.importing.installing import install
from actions.operations.base import Call, Effect, Operation, Param, Result
from actions.operations.registry import register
from entities.models import UserAccount

_COUNTED = ("added", "changed", "unchanged")


@register
class InstallIntegration(Operation):
    """Make an action of each operation of an integration: gives how many are `added`, `changed` and `unchanged`."""

    name = "integration.install"
    gives = "`added`, `changed`, `unchanged`, and the names of those `kept` and `refused`."
    effect = Effect.TRANSACTIONAL
    params = (Param("integration", str, "The name of an integration."),)
    hints = {"reference_id": "Write the name of the integration as 'integration'."}
    example = {"integration": "shop"}

    def perform(self, call: Call) -> Result:
        call.unit.begin()
        author = UserAccount.objects.filter(pk=call.actor.id).first() if call.actor.id else None
        try:
            done = install(call["integration"], author=author)
        except ImportRefused as refused:
            raise OutcomeRefused(" ".join(refused.reasons)) from None
        counts = {state: sum(saved.state == state for saved in done.saved) for state in _COUNTED}
        return Result({**counts, "kept": list(done.kept), "refused": list(done.refused)})

    def shape(self, fixed: Mapping[str, Any]) -> Shape:
        return Shape(columns=frozenset({*_COUNTED, "kept", "refused"}))
