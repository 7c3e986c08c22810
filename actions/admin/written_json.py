"""A text that is no JSON, and what its reader says of it, in; what stands beside the field of a form out."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.html import format_html
from django.utils.safestring import SafeString

from actions.locations import Location
from entities.errors import EntityError, Unreadable

_CURLY = "\u2018\u2019\u201c\u201d"
# What stands before and at the place where reading ended, and what most people then meant.
_HINTS: tuple[tuple[Callable[[str, str], object], str], ...] = (
    (lambda before, after: not after.strip(), "The text ends before everything is closed."),
    (lambda before, after: after[0] in "}]" and before.rstrip().endswith(","), "No comma stands after the last one."),
    (lambda before, after: after[0] in f"'{_CURLY}", 'Texts and names stand between straight double quotes: ".'),
    (lambda before, after: re.match(r"//|/\*|#", after), "JSON has no comments."),
    (lambda before, after: re.match(r"(True|False|None)\b", after), "Write true, false or null."),
    (lambda before, after: after[0] in "\r\n", "A line break within a text is written as \\n."),
    (lambda before, after: after[0] == "\t", "A tabulator within a text is written as \\t."),
    (lambda before, after: after[0].isspace(), "This space is none that JSON knows."),
    (lambda before, after: re.match(r"[^\W\d]", after), 'Texts and names stand between double quotes: ".'),
)


def render_refusal(text: str, error: EntityError) -> SafeString:
    """Return the place, the sentence, what was probably meant, and the line with a caret below the place, as HTML."""
    if not isinstance(error, Unreadable) or not error.line:
        return format_html("{}{}", error.message, f" It is at {error.pointer}." if error.pointer else "")
    excerpt = Location("", error.line, error.column, text=text).excerpt()
    shown = format_html('<pre class="excerpt" aria-hidden="true">{}</pre>', excerpt) if excerpt else ""
    return format_html("{} {}{}", error.message, _hint(text, error), shown)


def _hint(text: str, error: Unreadable) -> str:
    lines = text.split("\n")
    at = sum(len(line) + 1 for line in lines[: error.line - 1]) + error.column - 1
    return next((hint for holds, hint in _HINTS if holds(text[:at], text[at:])), "")
