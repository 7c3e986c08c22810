"""``RequestSubjectRelations`` are relations of the entity that the action belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities import registry as entities
from entities.actors import SYSTEM
from entities.errors import BadParameter
from entities.filters import parse_include


class UnknownRelation(PlanProblem):
    """A relation that the entity does not have."""

    __slots__ = ()
    CODE = "ACT226"

    def __init__(self, error: BadParameter, location: Location) -> None:
        super().__init__(error.message, location, error.hint)


def known_relations(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every relation that cannot be loaded with the subject."""
    entity = entities.find(plan.type_name)
    if entity is None:
        return
    for index, name in enumerate(plan.subject_relations):
        try:
            parse_include(entity, [name], SYSTEM)
        except BadParameter as error:
            yield UnknownRelation(error, context.places.value(plan.location, "RequestSubjectRelations", index))
