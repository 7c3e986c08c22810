"""What stands in a plan where the author named something that does not exist.

So that the rules can look at the rest of the plan, and at this step's expressions, before it is refused. A plan with
such a step never leaves the compiler.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from actions.operations.base import Operation


class Unresolved(Operation):
    """An operation that could not be found; ``fixed["wanted"]`` says what was looked for, where that can be said."""

    name = "unresolved"
    open_params = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an outcome named, the names that would have meant something, and what else its author may have meant."""

    kind: Literal["entity", "operation"]
    name: str
    known: tuple[str, ...]
    hint: str = ""


UNRESOLVED = Unresolved()
