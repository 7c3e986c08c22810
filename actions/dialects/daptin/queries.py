"""A ``query`` given as JSON text is read as JSON when the definition is loaded.

What is embedded in it is then a value inside a known structure, and can neither close a quote nor add a condition. An
expression may also stand without quotes where JSON wants a value: ``[{"column": "stock", "value": $n}]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NoReturn

from actions.dialects.base import Report
from actions.dialects.daptin.problems import BadQuery
from actions.values import Entry, MappingValue, Scalar, Value, positioned

MAX_DEPTH, MAX_VALUES = 8, 1_000
_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")|(\{\{.*?\}\}|[$~]\.?[A-Za-z_]\w*(?:\[\d+\]|\.\w+)*)', re.DOTALL)
_WHOLE_EXPRESSION = re.compile(r"[~!]|js:|\{\{.*\}\}\Z|\$[\w.\[\]]*\Z", re.DOTALL)
_LIST = re.compile(r"\s*\[")
_HINT = 'For example [{"column": "email", "operator": "is", "value": "$email"}].'


def read_queries(attributes: MappingValue, report: Report) -> MappingValue:
    """Return the attributes of a ``GET`` with a textual ``query`` read as JSON."""
    if not any(_is_text(entry) for entry in attributes.entries):
        return attributes
    return MappingValue(tuple(_read_entry(entry, report) for entry in attributes.entries), attributes.location)


def _is_text(entry: Entry) -> bool:
    return entry.key == "query" and isinstance(entry.value, Scalar) and isinstance(entry.value.value, str)


def _read_entry(entry: Entry, report: Report) -> Entry:
    if not _is_text(entry):
        return entry
    return Entry(entry.key, entry.location, _read(entry.value, report))


def _read(value: Value, report: Report) -> Value:
    text = str(value.value) if isinstance(value, Scalar) else ""
    if not _LIST.match(text):
        if _WHOLE_EXPRESSION.match(text):
            return value
        report(BadQuery("must be a list", value.location, _HINT))
        return positioned([], value.location)
    try:
        data = _load(_TOKEN.sub(_quote, text))
    except (ValueError, RecursionError) as error:
        report(BadQuery("is no JSON", value.location, f"{str(error)[:1].upper()}{str(error)[1:]}."))
        return positioned([], value.location)
    if not _is_flat(data):
        report(BadQuery("is nested too deeply, or too long", value.location))
        return positioned([], value.location)
    return positioned(data, value.location)


def _is_flat(data: Any) -> bool:
    """Say whether the data is no deeper and no larger than any query needs to be."""
    level, count = [data], 1
    for _ in range(MAX_DEPTH):
        level = [part for item in level if isinstance(item, dict | list) for part in _parts(item)]
        count += len(level)
        if not level or count > MAX_VALUES:
            break
    return not level and count <= MAX_VALUES


def _parts(item: Any) -> Iterable[Any]:
    return item.values() if isinstance(item, dict) else item


def _load(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_once)


def _quote(token: re.Match[str]) -> str:
    return token.group(1) or json.dumps(token.group(2))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"'{constant}' is no JSON number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found
