"""Problems of a document as the errors of a form field: code, place, sentence, hint and the line with a caret.

Whatever the author wrote is escaped. Screen readers hear the place as words; the excerpt is for the eye only.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from actions.errors import Problem


def as_form_errors(problems: Iterable[Problem]) -> list[ValidationError]:
    """Return one form error for each problem, in the order of the document."""
    in_order = sorted(problems, key=lambda problem: (problem.location.line, problem.location.column))
    return [ValidationError(render_problem(problem), code=problem.code) for problem in in_order]


def render_problem(problem: Problem) -> SafeString:
    """Return a problem as HTML."""
    place = problem.location
    return format_html(
        '<strong>{}</strong> line {}:{} {} {}<pre class="excerpt" aria-hidden="true">{}</pre>',
        problem.code,
        place.line,
        place.column,
        problem.message,
        problem.hint,
        place.excerpt(),
    )


def as_sentence(problem: Problem) -> str:
    """Return a problem as one line of text, for messages."""
    place = problem.location
    parts = (f"{problem.code} line {place.line}:{place.column}", problem.message, problem.hint)
    return " ".join(part for part in parts if part)
