"""``Validations`` and ``Conformations`` are lists of known tags, for declared inputs."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan, Tags
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.errors import did_you_mean
from entities.tags.conformations import conformation_errors
from entities.tags.errors import TagError
from entities.tags.validations import validation_errors

MAX_LENGTH = 2_000


class BadTag(PlanProblem):
    """A tag that cannot be compiled."""

    __slots__ = ()

    def __init__(self, error: TagError, location: Location) -> None:
        super().__init__(error.message, location, error.hint)


class BadValidation(BadTag):
    """A validation tag that is unknown, or whose parameter is wrong."""

    __slots__ = ()
    CODE = "ACT232"


class BadConformation(BadTag):
    """A conformation that is unknown, or that takes no parameter."""

    __slots__ = ()
    CODE = "ACT233"


class NoSuchInput(PlanProblem):
    """Tags for an input that the action does not declare."""

    __slots__ = ()
    CODE = "ACT234"

    def __init__(self, key: str, known: Collection[str], location: Location) -> None:
        super().__init__(f"Unknown input '{key}'.", location, did_you_mean(key, known))


def known_tags(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report everything that is wrong with the tags of the inputs."""
    keys = frozenset(item.key for item in plan.inputs)
    others = None if plan.additional_inputs else keys
    for tags in plan.validations:
        yield from _inputs(tags, plan, keys, context)
        for error in _too_long(tags) or validation_errors(tags.tags, others):
            yield BadValidation(error, context.places.within(tags.location, error.offset))
    for tags in plan.conformations:
        yield from _inputs(tags, plan, keys, context)
        for error in _too_long(tags) or conformation_errors(tags.tags):
            yield BadConformation(error, context.places.within(tags.location, error.offset))


def _too_long(tags: Tags) -> list[TagError]:
    if len(tags.tags) <= MAX_LENGTH:
        return []
    return [TagError("", f"The list of tags has {len(tags.tags)} characters; {MAX_LENGTH} are allowed.")]


def _inputs(tags: Tags, plan: Plan, keys: Collection[str], context: Context) -> Iterator[Problem]:
    if tags.key not in keys and not plan.additional_inputs:
        yield NoSuchInput(tags.key, keys, context.places.sibling(tags.location, "ColumnName"))
