"""Values of parameters as they stand in a path, a query, a header or a cookie: OpenAPI 3's styles (RFC 6570).

Everything is percent-encoded, so that no value leaves its place. Arrays and objects inside of arrays and objects, for
which the styles have no form, are JSON texts; ``deepObject`` nests: ``metadata[order]=6735``, ``items[0][price]=x``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, unquote

from actions.integrations.documents.bodies import is_json
from actions.integrations.documents.givens import Refused, text_of
from actions.integrations.documents.jsons import to_json
from actions.integrations.documents.values import Parameter

DELIMITERS: Final = {"spaceDelimited": "%20", "pipeDelimited": "%7C", "tabDelimited": "%09"}
RESERVED: Final = ":/?[]@!$'()*,;"
_HEADER: Final = re.compile(r"[\x20-\x7e\t]*")


def encode_parameter(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    """Return the pairs that a value becomes, encoded for its place; for a path and a header one, without a name.

    Raises:
        Refused: the value cannot stand there.
    """
    if parameter.media_type:
        value = _document(parameter.media_type, value)
    if parameter.place == "path":
        return [("", _path(parameter, value))]
    if parameter.place == "header":
        return [("", _header(parameter, value))] if value not in ([], {}) else []
    reserved = RESERVED if parameter.allow_reserved and parameter.place == "query" else ""
    return list(pairs_of(parameter.name, value, (parameter.style, parameter.explode), reserved))


def _document(media_type: str, value: Any) -> Any:
    return to_json(value).decode() if is_json(media_type) or isinstance(value, dict | list) else value


def encoded(value: Any, safe: str = "") -> str:
    """Return a scalar percent-encoded; a list or an object as JSON text."""
    text = to_json(value).decode() if isinstance(value, dict | list) else text_of(value)
    return quote(text, safe=safe)


def encoded_name(name: str) -> str:
    """Return the name of a pair; brackets and ``$`` are common in names and harmless there."""
    return quote(name, safe="[]$")


def pairs_of(name: str, value: Any, style: tuple[str, bool], reserved: str = "") -> Iterator[tuple[str, str]]:
    """Yield the pairs of a query, a cookie or a form for one value. ``style``: its name, and whether it explodes."""
    kind, explode = style
    if kind == "deepObject":
        yield from _deep(encoded_name(name), value, reserved)
    elif isinstance(value, dict) and explode:
        yield from ((encoded_name(key), encoded(one, reserved)) for key, one in value.items())
    elif isinstance(value, list) and explode:
        yield from ((encoded_name(name), encoded(one, reserved)) for one in value)
    elif isinstance(value, dict | list):
        parts = [encoded(one, reserved.replace(",", "")) for one in _flat(value)]
        if parts:
            yield encoded_name(name), DELIMITERS.get(kind, ",").join(parts)
    else:
        yield encoded_name(name), encoded(value, reserved)


def _flat(value: Any) -> list[Any]:
    return [part for pair in value.items() for part in pair] if isinstance(value, dict) else value


def _deep(name: str, value: Any, reserved: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, one in enumerate(value):
            yield from _deep(f"{name}[{index}]", one, reserved)
    elif isinstance(value, dict):
        for key, one in value.items():
            if "[" in key or "]" in key:
                raise Refused(f"The name '{key[:60]}' must not have brackets here.")
            yield from _deep(f"{name}[{quote(key, safe='')}]", one, reserved)
    elif value is not None:
        yield name, encoded(value, reserved)


def _path(parameter: Parameter, value: Any) -> str:
    """Return a part of the path. Dots would be another place, and nothing at all too, however they are encoded."""
    text = _path_text(parameter, value)
    if value in ([], {}) or not text:
        raise Refused("A part of the address must not be empty.")
    if {".", ".."} & set(re.split(r"[/\\]", unquote(text))):
        raise Refused("A part of the address must not be, or hold, a path of dots.")
    return text


def _path_text(parameter: Parameter, value: Any) -> str:
    if isinstance(value, dict):
        parts = _object(value, parameter.explode)
    else:
        parts = [encoded(one) for one in value] if isinstance(value, list) else [encoded(value)]
    if not any(parts):
        return ""
    if parameter.style == "label":
        return "." + (("." if parameter.explode else ",").join(parts))
    if parameter.style == "matrix":
        return _matrix(quote(parameter.name, safe=""), value, parts, parameter.explode)
    return DELIMITERS.get(parameter.style, ",").join(parts)


def _object(value: dict[str, Any], explode: bool) -> list[str]:
    if explode:
        return [f"{encoded(key)}={encoded(one)}" for key, one in value.items()]
    return [encoded(part) for part in _flat(value)]


def _matrix(name: str, value: Any, parts: list[str], explode: bool) -> str:
    if not explode or not isinstance(value, dict | list):
        return f";{name}={','.join(parts)}"
    return "".join(f";{part}" if isinstance(value, dict) else f";{name}={part}" for part in parts)


def _header(parameter: Parameter, value: Any) -> str:
    """Return a header's value. Headers have no encoding: what would end a value, or be another one, is refused."""
    several = isinstance(value, dict | list)
    if isinstance(value, dict) and parameter.explode:
        parts = [f"{_plain(key, several)}={_plain(one, several)}" for key, one in value.items()]
    else:
        parts = [_plain(one, several) for one in (_flat(value) if several else [value])]
    return {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}.get(parameter.style, ",").join(parts)


def _plain(value: Any, several: bool) -> str:
    text = to_json(value).decode() if isinstance(value, dict | list) else text_of(value)
    if not _HEADER.fullmatch(text):
        raise Refused("A header holds printable ASCII in one line only.")
    if several and "," in text and not isinstance(value, dict | list):
        raise Refused("A value in a list of a header must not have a comma.")
    return text.strip()
