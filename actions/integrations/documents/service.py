"""A document as a service: its title, where it is, its operations, how to authenticate."""

from __future__ import annotations

import re
from typing import Any, Final

from actions.integrations.documents.errors import UnreadableDocument
from actions.integrations.documents.operations import read_operations
from actions.integrations.documents.pointers import Source
from actions.integrations.documents.reading import read_data
from actions.integrations.documents.schemas import Schemas
from actions.integrations.documents.schemes import read_schemes
from actions.integrations.documents.servers import read_servers, read_swagger_servers
from actions.integrations.documents.validators import is_valid_pattern
from actions.integrations.documents.values import Service


def read_service(text: bytes, source: str) -> Service:
    """Return what a document describes. ``source`` is its file name or URL; relative addresses are taken from a URL.

    Raises:
        UnreadableDocument: the text is neither JSON nor YAML, beyond a bound, or no OpenAPI document.
    """
    data = read_data(text)
    notation = _notation(data)
    document = Source(data, swagger=notation == "Swagger 2.0", newer=notation == "OpenAPI 3.1")
    root = document.root
    _report_newer(document)
    servers = read_swagger_servers(document, source) if document.swagger else read_servers(document, root, source)
    schemas = Schemas(document, is_valid_pattern)
    operations = read_operations(schemas, source)
    schemes = read_schemes(document, servers[0] if servers else source)
    info = root.child("info")
    return Service(
        title=info.text("title", 200) or "Untitled",
        version=info.text("version", 100),
        notation=notation,
        servers=servers,
        operations=operations,
        schemes=schemes,
        problems=document.problems,
    )


def _notation(data: Any) -> str:
    if not isinstance(data, dict):
        raise UnreadableDocument("The document is no object", hint=_HINT)
    swagger, openapi = str(data.get("swagger", "")), str(data.get("openapi", ""))
    if re.match(r"2(\.|$)", swagger):
        return "Swagger 2.0"
    if found := re.match(r"3\.(\d{1,3})(\.|$)", openapi):
        return "OpenAPI 3.0" if found[1] == "0" else "OpenAPI 3.1"
    raise UnreadableDocument("The document is neither OpenAPI 3 nor Swagger 2.0", hint=_HINT)


_HINT: Final = "It must begin with 'openapi: 3.0.x', 'openapi: 3.1.x' or 'swagger: \"2.0\"'."


def _report_newer(document: Source) -> None:
    version = str(document.data.get("openapi", ""))
    if document.newer and not version.startswith("3.1"):
        document.report("/openapi", f"Version {version[:20]} is read as 3.1.")
