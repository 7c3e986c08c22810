"""The documents that the settings name in, a message of Django's checks for every problem out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Error as ErrorMessage
from django.core.checks import Warning as WarningMessage

from actions.errors import Problem
from actions.loading import check_paths


def check_documents(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """Return ``actions.E001`` for each error and ``actions.W001`` for each warning. The database is not asked."""
    _, problems = check_paths([Path(path) for path in settings.ACTIONS["PATHS"]])
    return [as_message(problem) for problem in problems]


def as_message(problem: Problem) -> CheckMessage:
    """Return a problem as Django prints it: the place as the object, then the sentence, the line and the hint."""
    text = "\n".join(part for part in (f"{problem.code} {problem.message}", problem.location.excerpt()) if part)
    kind, number = (ErrorMessage, "E001") if problem.severity == "error" else (WarningMessage, "W001")
    return kind(text, hint=problem.hint or None, obj=str(problem.location), id=f"actions.{number}")
