"""``ReferenceId``: the public id that an author gives an action. It is the id of the definition from the first day on.

An id belongs to one action, and an action keeps its id; whatever says otherwise is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from actions.compiler import CompiledAction
from actions.errors import Problem
from actions.loading.problems import AnotherReferenceId, TakenReferenceId
from actions.models import Definition
from actions.validation.context import ActionKey


@dataclass
class Identities:
    """Which action has which id. ``read_stored`` is asked once, when an action with a ``ReferenceId`` shows up."""

    read_stored: Callable[[], Mapping[ActionKey, UUID]] = dict
    _claimed: dict[UUID, ActionKey] = field(default_factory=dict)

    def refused(self, actions: Iterable[CompiledAction]) -> list[Problem]:
        """Return what is wrong with the ids of some actions, and remember the ids."""
        return [problem for action in actions if action.reference_id for problem in self._check(action)]

    def _check(self, action: CompiledAction) -> Iterator[Problem]:
        wanted, key = action.reference_id, action.key
        place = action.places.value(action.plan.location, "ReferenceId")
        if wanted is None:
            return
        stored = self._stored.get(key, wanted)
        holder = self._holders.get(wanted) or self._claimed.setdefault(wanted, key)
        if stored != wanted:
            yield AnotherReferenceId(key, stored, place)
        elif holder != key:
            yield TakenReferenceId(holder, place)

    @cached_property
    def _stored(self) -> Mapping[ActionKey, UUID]:
        return self.read_stored()

    @cached_property
    def _holders(self) -> Mapping[UUID, ActionKey]:
        return {public_id: key for key, public_id in self._stored.items()}


def stored_ids() -> dict[ActionKey, UUID]:
    """Return the id of every stored definition."""
    rows = Definition.objects.values_list("type_name", "name", "pk").order_by()
    return {(type_name, name): public_id for type_name, name, public_id in rows}
