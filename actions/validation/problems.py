"""The base of everything that a rule finds in a plan: one class per finding, beside its rule (ACT2xx)."""

from __future__ import annotations

from typing import ClassVar

from actions.errors import Problem, Severity
from actions.locations import Location


class PlanProblem(Problem):
    """Base of the rules' problems; never made itself."""

    __slots__ = ()
    CODE: ClassVar[str]
    SEVERITY: ClassVar[Severity] = "error"

    def __init__(self, message: str, location: Location, hint: str = "") -> None:
        super().__init__(self.CODE, message, location, hint, self.SEVERITY)
