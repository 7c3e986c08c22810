"""The registry and an actor in, an OpenAPI 3.1 document out. What the actor may not use is absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entities.access import visible_entities
from entities.actors import Actor
from entities.openapi.contributions import contributed
from entities.openapi.parameters import entity_parameters, shared_parameters
from entities.openapi.paths import entity_paths, meta_item, shared_responses
from entities.openapi.schemas import entity_schemas, shared_schemas

TITLE = "Outfield"
VERSION = "1.0"

# How a caller says who they are; without it they are a guest.
SECURITY_SCHEMES = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}


def document(actor: Actor) -> dict[str, Any]:
    """Return the OpenAPI document for an actor, with what other apps contribute."""
    paths: dict[str, Any] = {"/meta": meta_item()}
    components = _shared_components()
    for entity in visible_entities(actor):
        paths |= entity_paths(entity, actor)
        components["schemas"] |= entity_schemas(entity, actor)
        components["parameters"] |= entity_parameters(entity, actor)
    for added_paths, added_components in contributed(actor):
        for path, item in added_paths.items():
            paths[path] = {**paths.get(path, {}), **item}
        _add(components, added_components)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION, "description": "Entities as JSON:API 1.1, and declared actions."},
        "servers": [{"url": "/"}],
        "security": [{}, {"bearer": []}],
        "paths": paths,
        "components": components,
    }


def _shared_components() -> dict[str, dict[str, Any]]:
    return {
        "schemas": shared_schemas(),
        "parameters": shared_parameters(),
        "responses": shared_responses(),
        "securitySchemes": dict(SECURITY_SCHEMES),
    }


def _add(components: dict[str, dict[str, Any]], added: Mapping[str, Mapping[str, Any]]) -> None:
    for section, items in added.items():
        components.setdefault(section, {}).update(items)
