"""Every name that an expression reads exists there, and so does what it asks of it.

A name is an input, something built in, or published by an earlier outcome. A path into a row names a column of it, a
path into a list an index, a path into ``attributes`` an input; ``env`` has what the settings allow.
"""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.expressions.base import Read
from actions.expressions.scope import Names
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from actions.validation.scopes import uses
from entities.errors import did_you_mean

ENVIRONMENT = "env"


class UnknownReference(PlanProblem):
    """An expression reads a name that nothing before it provides."""

    __slots__ = ()
    CODE = "ACT204"


class UnknownMember(PlanProblem):
    """A path that leads nowhere in what is known of the value."""

    __slots__ = ()
    CODE = "ACT205"


class NotAllowed(PlanProblem):
    """A variable of the environment that expressions may not read."""

    __slots__ = ()
    CODE = "ACT210"

    def __init__(self, name: str, context: Context, location: Location) -> None:
        hint = did_you_mean(name, context.env_names) or "Name it in the setting ENV_NAMES."
        super().__init__(f"Environment variable '{name}' is not allowed.", location, hint)


def known_names(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every name and every member that is not there, with a suggestion from those that are."""
    own_environment = any(item.key == ENVIRONMENT for item in plan.inputs)
    for use in uses(plan, context):
        for read in use.template.reads:
            if read.path[0] == ENVIRONMENT and not own_environment:
                yield from _check_environment(read, context)
            else:
                yield from _check(read, use.names, plan)


def _check(read: Read, names: Names, plan: Plan) -> Iterator[Problem]:
    found = names.check(read)
    if found is None:
        return
    message, hint = found
    if read.path[0] in names:
        yield UnknownMember(message, read.location, hint)
    else:
        later = read.path[0] in plan.references
        yield UnknownReference(message, read.location, "No earlier outcome publishes it." if later else hint)


def _check_environment(read: Read, context: Context) -> Iterator[Problem]:
    name = str(read.path[1]) if len(read.path) > 1 else ""
    if name and name not in context.env_names:
        yield NotAllowed(name, context, read.location)
