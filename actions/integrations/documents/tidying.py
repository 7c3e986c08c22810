"""Schemas as they are meant: for requests only, and without what contradicts itself in the documents of the wild."""

from __future__ import annotations

from typing import Any, Final

from actions.integrations.documents.pointers import Part, Source

MAX_PARTS: Final = 50


def mended(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without common slips: each of them would refuse what the service takes.

    Alternatives under ``oneOf`` overlap; what has parts does not mean to refuse what only these allow; a part that is
    null alone is meant as nullable.
    """
    if "oneOf" in schema:
        options = schema.pop("oneOf")
        if "anyOf" in schema:
            schema["allOf"] = [*schema.get("allOf", ()), {"anyOf": options}]
        else:
            schema["anyOf"] = options
    if "allOf" not in schema:
        return schema
    others = [one for one in schema["allOf"] if one != {"type": "null"}]
    kept = {key: one for key, one in schema.items() if (key, one) != ("additionalProperties", False)}
    if not others or len(others) == len(schema["allOf"]):
        return kept
    return {"anyOf": [{"type": "null"}, {**kept, "allOf": others}]}


def for_requests(source: Source, part: Part, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that neither requires nor allows what is read only."""
    if "required" not in schema and "properties" not in schema:
        return schema
    names = _read_only(source, part, set())
    if names and "properties" in schema:
        schema["properties"] = {name: name not in names and one for name, one in schema["properties"].items()}
    if names and "required" in schema:
        schema["required"] = [name for name in schema["required"] if name not in names]
    return schema


def _read_only(source: Source, part: Part, seen: set[str]) -> frozenset[str]:
    """Return the properties that are read only here or in a part of ``allOf``; each part is ``seen`` once."""
    properties = part.child("properties")
    found = {name for name in properties.mapping() if _is_read_only(source, properties.child(name))}
    for one in part.child("allOf").items():
        reference = one.mapping().get("$ref")
        target = source.resolve(reference) if isinstance(reference, str) else one
        if target and target.pointer not in seen and len(seen) < MAX_PARTS:
            seen.add(target.pointer)
            found |= _read_only(source, target, seen)
    return frozenset(found)


def _is_read_only(source: Source, part: Part) -> bool:
    if part.mapping().get("readOnly") is True:
        return True
    reference = part.mapping().get("$ref")
    target = source.resolve(reference) if isinstance(reference, str) else None
    return target is not None and target.mapping().get("readOnly") is True
