"""One value as the text of a cell, and back.

A spreadsheet takes a text that begins with ``=``, ``+``, ``-``, ``@`` (or their wide forms), a tab or a line break as a
formula (OWASP, "CSV Injection"). In CSV such a text gets an apostrophe in front, and so does one that already has
apostrophes there; whoever reads takes one away. What is no text, such as a negative number, stays as it is.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from entities.encoding import to_json
from entities.entity import Field

_ACTIVE = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - the wide forms are meant


def escaped(text: str) -> str:
    """Return a text that no spreadsheet takes as a formula."""
    return f"'{text}" if _ACTIVE.match(text) else text


def unescaped(text: str) -> str:
    """Return the text that ``escaped`` was given."""
    return text[1:] if text.startswith("'") and _ACTIVE.match(text) else text


def plain(field: Field | None, value: Any) -> Any:
    """Return a row's value as null, a text, a number, true or false.

    A decimal is a text of its digits. A list or an object is JSON, and so is whatever a column for JSON holds.
    """
    if isinstance(value, Decimal):
        return format(value, "f")
    if value is not None and field is not None and field.column_type.takes_anything:
        return to_json(value).decode()
    if value is None or isinstance(value, str | int | float):
        return value
    return to_json(value).decode()


def csv_text(field: Field | None, value: Any) -> str:
    """Return a row's value as the text of a cell; null is the empty text."""
    if isinstance(value, str) and not (field is not None and field.column_type.takes_anything):
        return escaped(value)
    found = plain(field, value)
    if found is None:
        return ""
    return found if isinstance(found, str) else to_json(found).decode()
