"""What may go wrong with a service's document and with the arguments of its operations."""

from __future__ import annotations

from collections.abc import Iterable

from actions.errors import ActionError
from actions.integrations.documents.values import ArgumentProblem
from entities.errors import FieldProblem


class UnreadableDocument(ActionError):
    """A text that is no OpenAPI document. ``line`` counts from 1; 0 where it is not known."""

    code, name, status = "ACT591", "unreadable_document", 422

    def __init__(self, message: str, *, line: int = 0, hint: str = "") -> None:
        super().__init__(f"{message} (line {line})." if line else f"{message}.", hint=hint)
        self.line = line


class BadArguments(ActionError):
    """Arguments that the document of a service does not allow; ``problems`` has every one of them."""

    code, name, status = "ACT590", "bad_arguments", 422

    def __init__(self, operation: str, problems: Iterable[ArgumentProblem]) -> None:
        self.problems = tuple(problems)
        errors = tuple(FieldProblem(written(one.path), one.code, one.message) for one in self.problems)
        first = " ".join(error.message for error in errors[:3])
        super().__init__(f"The arguments do not fit '{operation}': {first}", errors=errors)


def written(path: tuple[str | int, ...]) -> str:
    """Return a path as an author writes it: ``items[0].price``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
