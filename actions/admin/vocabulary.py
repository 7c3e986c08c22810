"""What the editor completes and explains: the schema of the notation, and the names of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from actions.dialects.daptin.targets import executable
from actions.expressions.scope import BUILT_IN
from actions.integrations.documents import argument_names
from actions.integrations.documents.bodies import lift
from actions.integrations.documents.values import Schema
from actions.integrations.store import StoredIntegrations
from actions.operations.directives import DIRECTIVES
from actions.operations.integrations import CallIntegration
from actions.options import option
from actions.schema import action_schema, with_operations
from actions.validation.scopes import DELIVERY
from entities import registry
from entities.entity import Entity, Field

MOST_OPERATIONS = 5_000
NAMES: Mapping[str, str] = {
    "attributes": "the declared inputs as one object",
    "subject": "the instance that the action is executed on",
    "user": "the public columns of who executes it; null for a guest",
    "request": "method, path, headers and body of the request",
    "env": "environment variables that the settings allow",
}
REQUEST: Mapping[str, str] = {
    "method": "the HTTP method",
    "path": "the path of the request",
    "headers": "headers that the settings allow",
    "body": "the raw body as text",
}

# What only a receiver has.
RECEIVED: Mapping[str, str] = {"event": "what the provider reports", "delivery": "the request that brought it"}
RECEIVER = "Webhook"


def vocabulary() -> dict[str, Any]:
    """Return all of it: what an administrator may read in the manual and in the API's description anyway."""
    return {
        "schema": with_operations(action_schema(), _operations()),
        "entities": {entity.name: {"columns": _columns(entity)} for entity in registry.all_entities()},
        "about": _about(),
        "names": _names(),
        "services": list(StoredIntegrations()),
    }


def attributes_of(integration: str, method: str) -> dict[str, Any]:
    """Return the schema of what an operation of an integration takes; an empty one where nobody knows it."""
    known = StoredIntegrations().get(integration)
    operation = known.find(method) if known else None
    if operation is None:
        return {}
    arguments = argument_names(operation).values()
    ours = {param.name: {"description": param.description} for param in CallIntegration.params}
    taken = {one.name: {**_as_mapping(one.schema), "description": one.description} for one in arguments}
    required = [one.name for one in arguments if one.required]
    return {**lift({**taken, **ours}), "required": required}


def _as_mapping(schema: Schema) -> dict[str, Any]:
    return schema if isinstance(schema, dict) else {}


def _operations() -> dict[str, list[str]]:
    """Return the ids of the operations of all integrations, as many as an editor can well be sent."""
    stored = StoredIntegrations()
    each = MOST_OPERATIONS // max(len(stored), 1)
    return {name: list(islice(known.ids(), each)) for name, known in stored.items() if known.enabled}


def _columns(entity: Entity) -> dict[str, Any]:
    return {
        name: {"about": _about_column(item), "read": item.readable, "write": item.writable and not item.guarded}
        for name, item in entity.fields.items()
        if item.readable or item.writable
    }


def _about_column(item: Field) -> str:
    kind = f"{item.column_type.name} of {item.target}" if item.target else item.column_type.name
    return f"{kind}, required" if item.required else kind


def _about() -> dict[str, str]:
    """Return a sentence for every name that may stand as a Type."""
    about = {entity.name: f"Entity: {entity.label or entity.name}." for entity in registry.all_entities()}
    about |= {name: (item.__doc__ or "").strip().partition("\n")[0] for name, item in executable().items()}
    about |= {name: f"Integration with {len(known.ids())} operations." for name, known in StoredIntegrations().items()}
    return about | {name: f"Directive with {', '.join(p.name for p in params)}." for name, params in DIRECTIVES.items()}


def _names() -> dict[str, Any]:
    """Return the names that are always there, and those that are there only beside a key of the action."""
    always = {name: {"about": NAMES[name], "members": _members(name)} for name in sorted(BUILT_IN)}
    received = {name: {"about": about, "members": _members(name), "with": RECEIVER} for name, about in RECEIVED.items()}
    return always | received


def _members(name: str) -> dict[str, str]:
    if name == "request":
        return dict(REQUEST)
    if name == "delivery":
        return dict.fromkeys(sorted(DELIVERY), "text")
    if name == "env":
        return dict.fromkeys(sorted({*option("ENV_NAMES"), *option("ENV")}), "text")
    account = registry.find("user_account") if name == "user" else None
    return {key: _about_column(item) for key, item in account.fields.items() if item.readable} if account else {}
