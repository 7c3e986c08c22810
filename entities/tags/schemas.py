"""Validation tags in, the JSON Schema keywords that say the same out, as far as JSON Schema can say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from entities.tags.validations import Check, Validation

Schema = dict[str, Any]

_NUMBERS = ("integer", "number")
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_SIZES: Mapping[str, tuple[str, str]] = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
}
_FORMATS: Mapping[str, str] = {
    "email": "email",
    "url": "uri",
    "ipv4": "ipv4",
    "ipv6": "ipv6",
    "fqdn": "hostname",
    "hostname_rfc1123": "hostname",
    **{f"uuid{version}{rfc}": "uuid" for version in ("", "3", "4", "5") for rfc in ("", "_rfc4122")},
}
_PATTERNS: Mapping[str, str] = {
    "alpha": "^[a-zA-Z]+$",
    "alphanum": "^[a-zA-Z0-9]+$",
    "number": "^[0-9]+$",
    "numeric": r"^[-+]?[0-9]+(\.[0-9]+)?$",
    "hexadecimal": "^[0-9a-fA-F]+$",
    "hexcolor": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
    "printascii": "^[ -~]*$",
    "multibyte": r"^$|[^\u0000-\u007F]",
}


def schema_of(validation: Validation, kind: str) -> Schema:
    """Return the keywords for a value of the JSON type ``kind``; none where an empty value is let through."""
    schema: Schema = {}
    for check in () if validation.omits_empty else validation.checks:
        schema.update(_keywords(check, kind))
    return schema


def _keywords(check: Check, kind: str) -> Schema:
    name, param = check.name, check.param
    if name in _BOUNDS and kind in _SIZES and isinstance(check.argument, Decimal):
        limit = _plain(check.argument)
        return _BOUNDS[name](limit, kind) if kind in _NUMBERS or (isinstance(limit, int) and limit >= 0) else {}
    if name == "unique" and kind == "array":
        return {"uniqueItems": True}
    if name == "oneof" and kind in ("string", *_NUMBERS):
        return {"enum": [word if kind == "string" else _plain(word) for word in _words(check.argument, kind)]}
    return _text_keywords(name, param or "") if kind == "string" else {}


def _text_keywords(name: str, param: str) -> Schema:
    if name == "required":
        return {"minLength": 1}
    if name in _FORMATS:
        return {"format": _FORMATS[name]}
    if name in _PATTERNS:
        return {"pattern": _PATTERNS[name]}
    if name in _SEARCHES:
        return {"pattern": _SEARCHES[name].format(_escaped(param))}
    return {"const": param} if name == "eq" else {}


_SEARCHES: Mapping[str, str] = {
    "contains": "{}",
    "containsrune": "{}",
    "startswith": "^{}",
    "endswith": "{}$",
}


def _at_least(limit: Any, kind: str) -> Schema:
    return {_SIZES[kind][0]: limit}


def _at_most(limit: Any, kind: str) -> Schema:
    return {_SIZES[kind][1]: limit}


def _exactly(limit: Any, kind: str) -> Schema:
    return {_SIZES[kind][0]: limit, _SIZES[kind][1]: limit}


def _above(limit: Any, kind: str) -> Schema:
    return {"exclusiveMinimum": limit} if kind in _NUMBERS else {_SIZES[kind][0]: limit + 1}


def _below(limit: Any, kind: str) -> Schema:
    return {"exclusiveMaximum": limit} if kind in _NUMBERS else {_SIZES[kind][1]: max(limit - 1, 0)}


_BOUNDS: Mapping[str, Callable[[Any, str], Schema]] = {
    "min": _at_least,
    "gte": _at_least,
    "max": _at_most,
    "lte": _at_most,
    "len": _exactly,
    "gt": _above,
    "lt": _below,
}


def _plain(limit: Decimal) -> int | float:
    return int(limit) if limit == int(limit) else float(limit)


def _words(words: tuple[str, ...], kind: str) -> Sequence[Any]:
    return words if kind == "string" else [Decimal(word) for word in words if _NUMBER.fullmatch(word)]


def _escaped(text: str) -> str:
    return re.sub(r"[\^$\\.*+?()\[\]{}|/]", r"\\\g<0>", text)
