"""Tags about the characters of a text, and about lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from entities.tags.validations.base import Tag, Values, exact, is_number, text_tag

_Search = Callable[[str, str], bool]


def _given(param: str) -> str:
    if not param:
        raise ValueError("the text to look for")
    return param


def _one_character(param: str) -> str:
    if len(param) != 1:
        raise ValueError("one character")
    return param


def _searching(found: _Search, predicate: str, read: Callable[[str], Any] = _given) -> Tag:
    def check(value: Any, param: Any, _: Values) -> bool:
        return isinstance(value, str) and found(value, param)

    return Tag(check, predicate, read)


def _contains(text: str, param: str) -> bool:
    return param in text


def _lacks(text: str, param: str) -> bool:
    return param not in text


def _contains_any(text: str, param: str) -> bool:
    return any(char in text for char in param)


def _contains_none(text: str, param: str) -> bool:
    return not _contains_any(text, param)


def _matching(pattern: str) -> Callable[[str], Any]:
    return re.compile(pattern).fullmatch


def _numeric(pattern: str, predicate: str) -> Tag:
    """Return a tag for texts of digits, which every number passes."""
    matches = _matching(pattern)

    def check(value: Any, _: Any, __: Values) -> bool:
        return is_number(value) or (isinstance(value, str) and bool(matches(value)))

    return Tag(check, predicate)


def _unique(value: Any, _: Any, __: Values) -> bool:
    items = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, str) or not isinstance(value, list | tuple | Mapping):
        return False
    keys = [_frozen(item) for item in items]
    return len(set(keys)) == len(keys)


def _frozen(value: Any) -> Any:
    """Return something hashable that is equal exactly for equal JSON values: 1 is not true, 1 is 1.0."""
    if isinstance(value, Mapping):
        return "object", frozenset((key, _frozen(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return "list", tuple(_frozen(item) for item in value)
    if is_number(value):
        return "number", Decimal(exact(value))
    return type(value).__name__, value


TAGS: Mapping[str, Tag] = {
    "alpha": text_tag(_matching(r"[a-zA-Z]+"), "must have letters only (a to z)"),
    "alphanum": text_tag(_matching(r"[a-zA-Z0-9]+"), "must have letters (a to z) and digits only"),
    "alphaunicode": text_tag(str.isalpha, "must have letters only"),
    "alphanumunicode": text_tag(str.isalnum, "must have letters and digits only"),
    "numeric": _numeric(r"[-+]?[0-9]+(?:\.[0-9]+)?", "must be a number"),
    "number": _numeric(r"[0-9]+", "must have digits only"),
    "ascii": text_tag(str.isascii, "must have ASCII characters only"),
    "printascii": text_tag(_matching(r"[ -~]*"), "must have printable ASCII characters only"),
    "multibyte": text_tag(lambda text: not text or not text.isascii(), "must have a character outside of ASCII"),
    "contains": _searching(_contains, "must contain '{0}'"),
    "containsany": _searching(_contains_any, "must contain at least one of the characters '{0}'"),
    "containsrune": _searching(_contains, "must contain '{0}'", _one_character),
    "excludes": _searching(_lacks, "must not contain '{0}'"),
    "excludesall": _searching(_contains_none, "must not contain any of the characters '{0}'"),
    "excludesrune": _searching(_lacks, "must not contain '{0}'", _one_character),
    "startswith": _searching(str.startswith, "must start with '{0}'"),
    "endswith": _searching(str.endswith, "must end with '{0}'"),
    "unique": Tag(_unique, "must not have the same item twice"),
}
