"""``settings.ENTITIES``, with a default for every key: the bounds that CRUD keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

DEFAULTS: Mapping[str, Any] = {
    "MODELS": {},  # models that one does not own: {"app.Model": {options of entities.register}}
    "PAGE_SIZE": 10,  # rows of a page when the client does not say
    "MAX_PAGE_SIZE": 500,  # ceiling of page[size]; clients of the original ask for 500
    "MAX_BODY": 1024 * 1024,  # bytes of a request's body
    "MAX_DEPTH": 32,  # objects and lists inside one another
    "MAX_NODES": 10_000,  # values of one body
    "MAX_CONDITIONS": 50,  # entries of `query`, and parameters that filter
    "MAX_VALUES": 1000,  # values of one condition, identifiers of one relationship
    "MAX_INCLUDED": 10_000,  # rows that one included relation may bring
    "TRUSTED_PROXIES": (),  # networks (of `ipaddress`) whose X-Forwarded-For counts
    "MAX_GROUPS": 1000,  # groups of one answer about many rows, and ceiling of its page[size]
    "ENCRYPTION_KEYS": (),  # at rest: the first encrypts, all decrypt; none: SECRET_KEY and its fallbacks
    "TOKEN_ISSUER": "outfield",  # who signs tokens
    "TOKEN_HOURS": 72,  # how long a token is good
}


def option(name: str) -> Any:
    """Return a setting of this app, or its default."""
    return configured().get(name, DEFAULTS[name])


def configured() -> Mapping[str, Any]:
    """Return what the settings say about this app."""
    found: Mapping[str, Any] = getattr(settings, "ENTITIES", {})
    return found
