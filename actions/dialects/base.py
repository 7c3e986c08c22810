"""What a dialect is: one notation for actions, from positioned data to plans.

    values --parse--> definition --compile--> Plan

A dialect reports what is wrong and goes on, so that the author learns of everything at once; what it returns for a
part with problems is only good for finding more of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol
from uuid import UUID

from actions.errors import Problem
from actions.locations import Location
from actions.plan.nodes import Plan
from actions.values import Value

Report = Callable[[Problem], None]


class DialectProblem(Problem):
    """Base of what a dialect refuses (ACT150 to ACT199); never made itself."""

    __slots__ = ()
    CODE: ClassVar[str]

    def __init__(self, message: str, location: Location, hint: str = "") -> None:
        super().__init__(self.CODE, message, location, hint)


@dataclass(frozen=True, slots=True)
class Draft:
    """One action as its author wrote it: where it stands, and its parts in whatever form the dialect keeps them.

    ``reference_id`` is the public id that the author wants the action to have.
    """

    value: Value
    parts: Any
    reference_id: UUID | None = None


class Dialect(Protocol):
    """One notation. ``name`` is stored beside the text of a definition."""

    name: ClassVar[str]

    def recognises(self, root: Value) -> bool:
        """Say whether a document looks like this notation."""
        ...

    def parse(self, root: Value, report: Report) -> Sequence[Draft]:
        """Return the actions of one document; whatever is no action is reported."""
        ...

    def compile(self, draft: Draft, report: Report) -> Plan:
        """Return the plan of one action."""
        ...
