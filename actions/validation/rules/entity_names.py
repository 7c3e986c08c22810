"""Where an operation takes the name of an entity, the author has written one that is exposed.

With ``RunAs: actor`` it may be an expression: whoever then chooses the entity has no more than their own rights on it.
With the rights of the system a caller could choose any.
"""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.plan.nodes import Plan
from actions.validation.arguments import Argument, arguments_of
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities import registry
from entities.errors import did_you_mean
from entities.values import ABSENT


class NoEntityNamed(PlanProblem):
    """A name under which no model is exposed, or one that is not the author's."""

    __slots__ = ()
    CODE = "ACT275"


def entity_names(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every name of no entity, and every one that somebody else would choose."""
    for argument, _ in arguments_of(plan, lambda param: param.names_entity):
        yield from _check(plan, argument, context)


def _check(plan: Plan, argument: Argument, context: Context) -> Iterator[Problem]:
    value, place = argument.literal, context.places.value(argument.within, argument.name)
    if value is ABSENT and not plan.runs_as_actor:
        message = f"'{argument.name}' must be written out: with the rights of the system nobody else may choose it."
        yield NoEntityNamed(message, place, "Write the name of an entity, or 'RunAs: actor' beside 'OutFields'.")
    if isinstance(value, str) and registry.find(value) is None:
        yield NoEntityNamed(f"Unknown entity '{value}'.", place, did_you_mean(value, registry.names()))
