"""The operations of an integration for people: what to write as a Method, what that calls, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actions.integrations.documents import Argument, argument_names
from actions.integrations.store import find
from actions.models import IntegrationOperation

MOST_CHOICES = 20
MOST_REFERRED = 20  # schemas that do nothing but refer to another


@dataclass(frozen=True, slots=True)
class Described:
    """One operation, without its arguments: those of a whole document nobody would read."""

    id: str
    method: str
    path: str
    summary: str
    is_deprecated: bool

    def __str__(self) -> str:
        """``GET /orders: List orders (deprecated)``."""
        about = f": {self.summary}" if self.summary else ""
        return f"{self.method} {self.path}{about}{' (deprecated)' if self.is_deprecated else ''}"


def list_operations(integration: str) -> list[Described]:
    """Return the operations of an integration in the order of its document; none where there is no such one."""
    columns = ("operation_id", "method", "path", "summary", "is_deprecated")
    rows = IntegrationOperation.objects.filter(integration__name=integration).order_by("position")
    return [Described(*values) for values in rows.values_list(*columns)]


def find_arguments(integration: str, operation: str) -> list[Argument]:
    """Return the arguments of an operation, those that must be given in front; none where there is no such one."""
    known = find(integration)
    found = known.find(operation) if known else None
    return [] if found is None else sorted(argument_names(found).values(), key=lambda one: not one.required)


def describe_argument(argument: Argument) -> str:
    """Return ``amount*: body, integer``; the mark says that it must be given."""
    kinds = f", {' or '.join(types)}" if (types := types_of(argument)) else ""
    return f"{argument.name}{'*' if argument.required else ''}: {argument.place}{kinds}"


def types_of(argument: Argument) -> tuple[str, ...]:
    """Return the JSON types that an argument may have; none where the document does not say."""
    kind = resolved(argument.schema).get("type")
    return (kind,) if isinstance(kind, str) else tuple(map(str, kind or ()))


def choices_of(argument: Argument) -> tuple[str, ...]:
    """Return the values of which an argument must be one, as they are written; ``...`` where there are more."""
    options = resolved(argument.schema).get("enum", ())
    shown = tuple(_written(one) for one in options[:MOST_CHOICES] if isinstance(one, str | int | float))
    return (*shown, "...") if len(options) > MOST_CHOICES else shown


def _written(value: str | float) -> str:
    """Return a scalar as YAML and JSON have it: ``true``, not ``True``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def resolved(schema: Any) -> Mapping[str, Any]:
    """Return a schema, or what it refers to among its own definitions; empty where it allows anything or nothing."""
    found, definitions = schema, schema.get("$defs", {}) if isinstance(schema, Mapping) else {}
    for _ in range(MOST_REFERRED):
        if not (isinstance(found, Mapping) and isinstance(found.get("$ref"), str)):
            break
        name = found["$ref"].removeprefix("#/$defs/").replace("~1", "/").replace("~0", "~")
        found = definitions.get(name)
    return found if isinstance(found, Mapping) else {}
