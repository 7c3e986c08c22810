"""An expression that reads the subject belongs to an action that always has one."""

from __future__ import annotations

from collections.abc import Iterator

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.plan.visitor import all_templates
from actions.validation.context import Context
from actions.validation.problems import PlanProblem

SUBJECT = "subject"


class MayBeNull(PlanProblem):
    """The subject is read where the action may run without one."""

    __slots__ = ()
    CODE = "ACT281"
    SEVERITY = "warning"

    def __init__(self, location: Location) -> None:
        super().__init__("'subject' may be null here.", location, "Set 'InstanceOptional: false', or test it first.")


def subject_reads(plan: Plan, context: Context) -> Iterator[Problem]:
    """Report every place where the subject may be null."""
    if not plan.instance_optional or SUBJECT in {item.key for item in plan.inputs}:
        return
    for template in all_templates(plan):
        places = (read.location for read in template.reads if read.path[0] == SUBJECT)
        yield from (MayBeNull(place) for place in dict.fromkeys(places))
