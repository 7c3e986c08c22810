"""What stored texts may refuse at run: which text, and where in it; never what it says, and no value."""

from __future__ import annotations

from actions.errors import ActionError


class TemplateFailed(ActionError):
    """A stored template that is not there, cannot be read, or fails with these data; its name and line are told."""

    code, name, status = "ACT580", "template_failed", 422


class TemplateOverBudget(ActionError):
    """A template that would need more time, or make more text, than it has."""

    code, name, status = "ACT581", "template_over_budget", 422


class StatementFailed(ActionError):
    """A stored statement that is not there, does not fit its parameters, or that the database refuses."""

    code, name, status = "ACT582", "statement_failed", 422


class BrokenText(Exception):
    """A text that says what it may not: at which line (from 1), why, and how to mend it. For whoever saves it."""

    def __init__(self, line: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"Line {self.line}: {' '.join(part for part in (self.message, self.hint) if part)}"
