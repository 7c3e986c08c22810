"""Which alternative a value names: OpenAPI's ``discriminator``. It refuses nothing; it tells which problems are meant.

    {"oneOf": [{"$ref": "#/.../Cat"}, ...], "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat"}}}
    --read_choice--> {"by": "kind", "names": [["cat", "Cat"], ...]}

A document's names are often not what its service takes, so a value is judged with them only once it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from actions.integrations.documents.values import Schema

CHOICE: Final = "x-choice"
MAX_NAMES: Final = 500


def read_choice(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the alternatives of a schema are named, to be kept beside them; nothing where they are not."""
    told = raw.get("discriminator")
    options = raw.get("oneOf", raw.get("anyOf"))
    if not isinstance(told, dict) or not isinstance(told.get("propertyName"), str) or not isinstance(options, list):
        return {}
    ends = [_end(one.get("$ref")) if isinstance(one, dict) else "" for one in options]
    named: dict[str, list[str]] = {end: [] for end in ends}
    mapping = told.get("mapping")
    for name, target in list(mapping.items())[:MAX_NAMES] if isinstance(mapping, dict) else ():
        named.get(_end(target), []).append(name)
    return {CHOICE: {"by": told["propertyName"], "names": [[*named[end], end] for end in ends]}}


def _end(reference: Any) -> str:
    return reference.rsplit("/", 1)[-1] if isinstance(reference, str) else ""


def chosen(schema: Schema) -> Schema:
    """Return a schema in which an alternative allows the names alone that it goes by."""
    found: Schema = _chosen(schema)
    return found


def _chosen(part: Any) -> Any:
    if isinstance(part, list):
        return [_chosen(one) for one in part]
    if not isinstance(part, dict):
        return part
    inner = {key: _chosen(one) for key, one in part.items() if key != CHOICE}
    how = part.get(CHOICE)
    if how and len(how["names"]) == len(inner.get("anyOf", ())):
        named = zip(inner["anyOf"], how["names"], strict=True)
        inner["anyOf"] = [_named(one, how["by"], names) if names[-1] else one for one, names in named]
    return inner


def _named(option: Any, by: str, names: list[str]) -> dict[str, Any]:
    return {"allOf": [option, {"properties": {by: {"enum": list(dict.fromkeys(names))}}}]}


def has_choice(schema: Any) -> bool:
    """Say whether any alternatives in a schema are named."""
    if isinstance(schema, dict):
        return CHOICE in schema or any(map(has_choice, schema.values()))
    return isinstance(schema, list) and any(map(has_choice, schema))
