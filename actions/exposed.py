"""Templates exposed as the entity ``template``, and what is refused when a template or a statement is saved.

Only administrators read and write templates over the API: they are not for the eyes of those whom they are filled for.
Over the API and in the admin the same functions judge a text; what was saved by another way is judged when it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from actions.errors import OutcomeRefused, RedirectRefused
from actions.models import StoredTemplate
from actions.operations.directives import check_headers
from actions.operations.texts import CONTENT_TYPE
from actions.texts.errors import BrokenText
from actions.texts.rendering import compile_form
from actions.texts.sql import check_identifiers, parse_statement
from entities import registry

MAX_HEADERS = 50


def check_content(content: str) -> None:
    """Refuse a template that cannot be used.

    Raises:
        ValidationError: with the line, and a hint.
    """
    try:
        compile_form(content.replace("\r\n", "\n"))
    except BrokenText as error:
        raise ValidationError(str(error), "template") from None


def check_template_headers(headers: Any) -> None:
    """Refuse headers that an answer may not have, and what the template's media type says already.

    Raises:
        ValidationError.
    """
    if not isinstance(headers, Mapping) or len(headers) > MAX_HEADERS:
        raise ValidationError(f"Write a mapping of at most {MAX_HEADERS} headers.", "headers")
    if any(str(name).lower() == CONTENT_TYPE for name in headers):
        raise ValidationError("The content type is the template's 'mime_type'.", "headers")
    try:
        check_headers(headers)
    except (OutcomeRefused, RedirectRefused) as error:
        raise ValidationError(error.message, "headers") from None


def check_statement(sql: str, *, writes: bool, identifiers: Any) -> None:
    """Refuse a statement that cannot be run.

    Raises:
        ValidationError: with the line, and a hint.
    """
    try:
        check_identifiers(parse_statement(sql, writes=writes), identifiers)
    except BrokenText as error:
        raise ValidationError(str(error), "statement") from None


registry.register(
    StoredTemplate,
    name="template",
    permission=0,
    validators={"content": (check_content,), "headers": (check_template_headers,)},
)
