"""What a file, or the rows of one, may be refused for."""

from __future__ import annotations

from collections.abc import Iterable

from actions.errors import ActionError
from entities.errors import FieldProblem


class FileRefused(ActionError):
    """A file that cannot be read, or rows of one that cannot be stored; `errors` has row and column of each."""

    code, name, status = "ACT585", "invalid_file", 422

    def __init__(self, message: str, *, hint: str = "", errors: Iterable[FieldProblem] = ()) -> None:
        super().__init__(message, hint=hint, errors=tuple(errors))


class ExportTooLarge(ActionError):
    """More rows, or longer texts, than a file may hold."""

    code, name, status = "ACT586", "export_too_large", 422


class NoRandomValue(ActionError):
    """No value could be made up that a column takes."""

    code, name, status = "ACT587", "no_random_value", 422
