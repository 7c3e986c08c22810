"""What was expected and what came in, a sentence for every difference out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from actions.examples.outcomes import Came
from actions.operations.base import Entry
from actions.plan.examples import Expected, ExpectedEntry, ExpectedFailure, ExpectedRows
from actions.plan.given import filled
from entities import filters, rows
from entities.actors import SYSTEM
from entities.registry import get as get_entity

Given = Mapping[str, Mapping[str, Any]]
SHOWN = 300


def differences(expected: Expected, given: Given, came: Came) -> Iterator[str]:
    """Yield what is different: the failure first, for it explains the rest."""
    if expected.failure is not None:
        yield from _failure(expected.failure, came)
    elif came.failure is not None and expected.status is None:
        yield f"it fails: {_failed(came)}"
    if expected.status is not None and expected.status != came.status:
        yield f"the status is {came.status}, not {expected.status}" + (f": {_failed(came)}" if came.failure else "")
    if expected.entries is not None:
        yield from _entries("entry", expected.entries, came.entries, given)
    if expected.directives is not None:
        directives = [entry for entry in came.entries if entry.type.startswith("client.")]
        yield from _entries("directive", expected.directives, directives, given)
    for item in expected.rows:
        yield from _rows(item, given)


def _failed(came: Came) -> str:
    return "" if came.failure is None else f"{came.failure.name}, {came.failure.message}"


def _failure(expected: ExpectedFailure, came: Came) -> Iterator[str]:
    if came.failure is None:
        yield f"it succeeds, and should fail with '{expected.code}'"
        return
    if expected.code and came.failure.name != expected.code:
        yield f"it fails with another code than '{expected.code}': {_failed(came)}"
    fields = tuple(dict.fromkeys(item.field for item in came.failure.errors))
    if expected.fields is not None and set(expected.fields) != set(fields):
        yield f"it names {_shown(fields)}, not {_shown(expected.fields)}"


def _entries(what: str, expected: Sequence[ExpectedEntry], came: Sequence[Entry], given: Given) -> Iterator[str]:
    for index, (wanted, found) in enumerate(zip_longest(expected, came)):
        if wanted is None:
            yield f"{what} [{index}] '{found.type}' is one too many"
        elif found is None:
            yield f"{what} [{index}] '{wanted.type}' is missing"
        elif wanted.type != found.type:
            yield f"{what} [{index}] is '{found.type}', not '{wanted.type}'"
        else:
            yield from _values(f"{what} [{index}] {wanted.type}", filled(wanted.attributes, given), found.attributes)


def _rows(expected: ExpectedRows, given: Given) -> Iterator[str]:
    entity = get_entity(expected.type_name)
    where = filled(expected.where, given)
    query = [{"column": column, "operator": "is", "value": value} for column, value in where.items()]
    read = filters.parse_query(entity, {"query": query, "page[size]": "100"} if query else {}, SYSTEM)
    found = rows.select(entity, read, SYSTEM).rows
    name = f"'{expected.type_name}' with {_shown(where)}" if where else f"'{expected.type_name}'"
    if expected.count is None and not found:
        yield f"there is no {name}"
    elif expected.count is not None and len(found) != expected.count:
        yield f"there are {len(found)} {name}, not {expected.count}"
    for row in found:
        yield from _values(name, filled(expected.attributes, given), row)


def _values(path: str, expected: Any, found: Any) -> Iterator[str]:
    """Compare what is expected only: more may be there in mappings, not in lists."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key, value in expected.items():
            if key not in found:
                yield f"{path}: '{key}' is missing"
            else:
                yield from _values(f"{path}.{key}", value, found[key])
    elif isinstance(expected, list) and isinstance(found, list | tuple) and len(expected) == len(found):
        for index, (value, part) in enumerate(zip(expected, found, strict=True)):
            yield from _values(f"{path}[{index}]", value, part)
    elif not _equal(expected, found):
        yield f"{path} is {_shown(found)}, not {_shown(expected)}"


def _plain(value: Any) -> Any:
    """Compare numbers as numbers; money, which is a text in answers, as that."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    return value if isinstance(value, str | list | tuple | Mapping | Decimal) else str(value)


def _equal(expected: Any, found: Any) -> bool:
    if isinstance(expected, str) and isinstance(found, Decimal):
        return format(found, "f") == expected
    return bool(_plain(expected) == _plain(found))


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
