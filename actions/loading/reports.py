"""What loading found and did: values for commands, the admin and `up` to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from actions.errors import Problem

State = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one action. ``version`` is the number that is served now; ``note`` says what is unusual."""

    state: State
    type_name: str
    name: str
    source: str
    version: int
    note: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.type_name}.{self.name}", self.source, self.note) if part)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of some files.

    ``missing`` are actions whose file is there no more, or does not have them any more: they are still served, until
    somebody disables them. ``problems`` has errors (their files changed nothing) and warnings.
    """

    saved: tuple[Saved, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def added(self) -> tuple[Saved, ...]:
        """Actions that were not known before."""
        return self._in_state("added")

    @property
    def changed(self) -> tuple[Saved, ...]:
        """Actions that have a new version."""
        return self._in_state("changed")

    @property
    def unchanged(self) -> tuple[Saved, ...]:
        """Actions whose file says what it said before."""
        return self._in_state("unchanged")

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that kept a file from being loaded."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def _in_state(self, state: State) -> tuple[Saved, ...]:
        return tuple(item for item in self.saved if item.state == state)
