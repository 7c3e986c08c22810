"""What every failure has: problems of a document, failures of a run, and the one that is our own fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from actions.locations import Location
from entities.errors import FieldProblem

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document: found at load, never at run.

    An ``error`` keeps the definition from being saved, a ``warning`` does not.
    """

    code: str
    message: str
    location: Location
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        head = " ".join(part for part in (self.code, self.message, self.hint) if part)
        return "\n".join(part for part in (head, f"  {self.location}", self.location.excerpt()) if part)

    def as_data(self) -> dict[str, Any]:
        """Return the shape that ``check_actions --format json`` prints."""
        where = self.location
        return {
            "code": self.code,
            "severity": self.severity,
            "file": where.source,
            "line": where.line,
            "column": where.column,
            "pointer": where.pointer,
            "message": self.message,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which declared outcome failed: its position (from 0) in OutFields, its path in the document, its Reference."""

    index: int
    pointer: str
    reference: str | None = None


class ActionError(Exception):
    """Base of every failure of the actions app; never raised itself.

    ``tells_values``: whether its sentence may hold what an outcome was given. One that does not is shown to whoever
    may read runs, also where the outcome was given a secret.
    """

    code = "ACT000"
    name = "action_error"
    status = 500
    tells_values = True

    def __init__(
        self, message: str, *, hint: str = "", errors: tuple[FieldProblem, ...] = (), outcome: Outcome | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.errors = errors
        self.outcome = outcome
        self.headers: Mapping[str, str] = {}
        # Of an action within the action: whether the message may be computed from one of its secrets.
        self.tells_secret = False
        # What may be kept of message and hint, once a run has ended with it; ``None``: nothing ran.
        self.shown: str | None = None


class RefusedDocument(ActionError):
    """A document with at least one error. Carries all problems, warnings included."""

    code, name, status = "ACT100", "refused_document", 422

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = sum(problem.severity == "error" for problem in self.problems)
        super().__init__(f"{errors} problem(s).")

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InternalFault(ActionError):
    """Our own fault: the answer has only an error id, the log has the rest."""

    code, name, status = "ACT599", "internal_error", 500
