"""What tests of integrations share: the shop's document in all three notations, and servers that may be called."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.importing import ImportReport, Wishes, configure, import_document
from actions.integrations.documents import Service, read_service
from actions.secrets.changing import Content, set_secret
from actions.secrets.texts import SecretText

SHOP = Path(__file__).resolve().parents[1] / "fixtures" / "integrations" / "shop.yaml"

# The part of the shop that Swagger 2.0 can say.
SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Shop", "version": "1.0"},
    "host": "shop.example.org",
    "basePath": "/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    "security": [{"key": []}],
    "definitions": {"Order": {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}}}},
    "paths": {
        "/orders": {
            "get": {
                "operationId": "listOrders",
                "parameters": [{"name": "limit", "in": "query", "type": "integer", "maximum": 100}],
                "responses": {"200": {"description": "The orders."}},
            },
            "post": {
                "operationId": "createOrder",
                "parameters": [
                    {"name": "order", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Order"}}
                ],
                "responses": {"201": {"description": "The order."}},
            },
        }
    },
}


def shop_data(notation: str = "3.1.0") -> dict[str, Any]:
    """Return the document as data, to be changed."""
    if notation == "2.0":
        return json.loads(json.dumps(SWAGGER))
    return {**yaml.safe_load(SHOP.read_text()), "openapi": notation}


def shop_bytes(notation: str = "3.1.0", **changed: Any) -> bytes:
    """Return the document, some of its parts changed."""
    return json.dumps({**shop_data(notation), **changed}).encode()


@cache
def shop() -> Service:
    """Return what the document describes."""
    return read_service(SHOP.read_bytes(), SHOP.name)


def without(*operations: str) -> bytes:
    """Return the document without some of its operations."""
    data = shop_data()
    for item in data["paths"].values():
        for method in [key for key, value in item.items() if isinstance(value, dict)]:
            if item[method].get("operationId") in operations:
                del item[method]
    return json.dumps(data).encode()


def import_shop(server: str = "", content: bytes | None = None, name: str = "shop", **wishes: Any) -> ImportReport:
    """Import the document, its operations being at ``server``."""
    return import_document(name, content or SHOP.read_bytes(), "shop.yaml", Wishes(server, **wishes))


def authenticate(name: str = "shop", *, server: str = "", **schemes: Any) -> None:
    """Choose for each scheme the name of a secret, or a configuration."""
    chosen = {scheme: {"secret": how} if isinstance(how, str) else how for scheme, how in schemes.items()}
    configure(name, enabled=True, server=server, authentication=chosen)


def keep(name: str, value: str) -> None:
    """Keep a secret."""
    set_secret(name, Content(value=SecretText(value)))
