"""An OpenAPI document in, what the page at ``/docs`` shows out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from entities.filters.operators import TABLE, Operator

METHODS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Mapping[str, Any], ...]
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """One value that a body takes."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations of one tag."""

    name: str
    operations: tuple[Operation, ...]


def chapters(document: Mapping[str, Any]) -> list[Chapter]:
    """Return the document's operations by tag, in the order of the document."""
    found: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                for tag in operation.get("tags", ["other"]):
                    found.setdefault(tag, []).append(_operation(document, path, method, item))
    return [Chapter(name, tuple(operations)) for name, operations in found.items()]


def operators() -> list[Operator]:
    """Return the operators of ``query``."""
    return list(TABLE.values())


def _operation(document: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]) -> Operation:
    operation = item[method]
    return Operation(
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=tuple(
            _resolved(document, each) for each in (*item.get("parameters", ()), *operation.get("parameters", ()))
        ),
        inputs=tuple(_inputs(document, operation)),
    )


def _inputs(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Input]:
    """Yield the values inside ``attributes``, wherever the body keeps them."""
    contents = operation.get("requestBody", {}).get("content", {}).values()
    schema: Mapping[str, Any] = next((content.get("schema", {}) for content in contents), {})
    for step in ("data", "attributes"):
        schema = _resolved(document, schema)
        schema = schema.get("properties", {}).get(step, schema)
    schema = _resolved(document, schema)
    for name, value in schema.get("properties", {}).items():
        yield Input(name, _kind(_resolved(document, value)), name in schema.get("required", ()))


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    _, _, path = str(schema.get("$ref", "")).partition("#/components/")
    section, _, name = path.partition("/")
    found: Mapping[str, Any] = document["components"].get(section, {}).get(name, schema)
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(item) for item in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    kind = schema.get("type", "any")
    text = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{text} ({schema['format']})" if "format" in schema else text
