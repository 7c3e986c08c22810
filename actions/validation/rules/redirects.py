"""A redirect whose target is written out stays on the site, or goes to a host that the settings allow.

What begins literally and goes on with an expression is judged by its beginning where that names a scheme and a host;
the final value is judged again when the redirect is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from actions.errors import Problem
from actions.locations import Location
from actions.operations.directives import stays_allowed
from actions.plan.nodes import Plan
from actions.plan.visitor import steps
from actions.validation.answers import answers
from actions.validation.context import Context
from actions.validation.problems import PlanProblem
from entities.values import ABSENT

DIRECTIVE, ATTRIBUTE = "client.redirect", "location"
_EXPRESSION = re.compile(r"\$[A-Za-z_.]|\{\{")
# A scheme other than HTTP's, HTTP's without a host, or a host that is written to its end.
_DECIDED = re.compile(
    r"\s*(?:(?!https?:)[a-z][a-z0-9+.-]*:|https?:(?![/\\])|(?:https?:)?[/\\]{2,}[^/?#\\]*[/?#\\])", re.IGNORECASE
)


class LeavesSite(PlanProblem):
    """A redirect to a host that the settings do not allow, or to no page at all."""

    __slots__ = ()
    CODE = "ACT220"

    def __init__(self, location: Location) -> None:
        hint = "Write a path of this site that begins with '/', or allow the host in REDIRECT_HOSTS."
        super().__init__("The redirect leaves this site.", location, hint)


def redirects(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every redirect that would be refused whatever its expressions give."""
    for step in steps(plan.body):
        redirecting = (item.arguments for item in answers(step) if item.name == DIRECTIVE)
        for argument in (argument for found in redirecting for argument in found):
            if argument.name == ATTRIBUTE and _leaves(argument.source, argument.literal, context):
                yield LeavesSite(context.places.value(argument.within, ATTRIBUTE))


def _leaves(source: Any, literal: Any, context: Context) -> bool:
    if isinstance(literal, str):
        return not stays_allowed(literal, context.redirect_hosts)
    if literal is not ABSENT or not isinstance(source, str) or source.startswith(("~", "!", "js:", "\\")):
        return False
    start = source[: _EXPRESSION.search(source).start()] if _EXPRESSION.search(source) else ""  # type: ignore[union-attr]
    return bool(_DECIDED.match(start)) and not stays_allowed(start, context.redirect_hosts)
