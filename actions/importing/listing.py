"""The operations of an integration as lines for people: what to write as a Method, and what that calls."""

from __future__ import annotations

from dataclasses import dataclass

from actions.importing.errors import ImportRefused
from actions.integrations.documents import argument_names
from actions.integrations.store import find
from actions.models import Integration, IntegrationOperation


@dataclass(frozen=True, slots=True)
class Listed:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    is_deprecated: bool


def list_operations(name: str) -> list[Listed]:
    """Return the operations of an integration in the order of its document.

    Raises:
        ImportRefused: there is none of that name.
    """
    if not Integration.objects.filter(name=name).exists():
        raise ImportRefused(f"There is no integration '{name}'.")
    columns = ("operation_id", "method", "path", "summary", "is_deprecated")
    rows = IntegrationOperation.objects.filter(integration__name=name).order_by("position")
    return [Listed(*values) for values in rows.values_list(*columns)]


def describe_arguments(name: str, operation_id: str) -> list[str]:
    """Return a line for each argument of an operation: ``amount*: body, integer``."""
    known = find(name)
    operation = known.find(operation_id) if known else None
    if operation is None:
        return []
    found = argument_names(operation).values()
    return [f"{one.name}{'*' if one.required else ''}: {one.place}{_kind(one.schema)}" for one in found]


def _kind(schema: object) -> str:
    kind = schema.get("type") if isinstance(schema, dict) else None
    listed = kind if isinstance(kind, list) else [kind] if isinstance(kind, str) else []
    return f", {' or '.join(map(str, listed))}" if listed else ""
