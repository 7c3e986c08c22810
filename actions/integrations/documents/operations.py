"""The table of operations: every method of every path, by id, in the document's order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any, Final

from actions.integrations.documents.bodies import MEDIA_TYPE, is_json, read_body, read_swagger_body
from actions.integrations.documents.parameters import read_parameters
from actions.integrations.documents.pointers import Part
from actions.integrations.documents.schemas import Schemas
from actions.integrations.documents.schemes import read_security
from actions.integrations.documents.servers import read_servers
from actions.integrations.documents.values import MAX_NAME, Body, Security, ServiceOperation, bounded, made_name

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch")
MAX_OPERATIONS: Final = 20_000
MAX_PATH: Final = 2000


def read_operations(schemas: Schemas, source: str) -> dict[str, ServiceOperation]:
    """Return the operations by id. The second one of an id, and one without, goes by its made name."""
    reader = _Reader(schemas, source, {})
    for path, item in schemas.source.root.child("paths").entries():
        if path.startswith("/") and len(path) <= MAX_PATH and path.isprintable():
            reader.read_path(path, item)
        else:
            schemas.source.report(item.pointer, "A path must begin with '/'; it is left out.")
    return reader.found


@dataclass
class _Reader:
    """One reading of the paths of a document, whose ``source`` is a file name or URL."""

    schemas: Schemas
    source: str
    found: dict[str, ServiceOperation]

    @cached_property
    def _root(self) -> Part:
        return self.schemas.source.root

    @cached_property
    def _declared(self) -> frozenset[str]:
        """The names of the security schemes."""
        place = self._root.child("components").child("securitySchemes")
        part = self._root.child("securityDefinitions") if self.schemas.source.swagger else place
        return frozenset(part.mapping())

    @cached_property
    def _security(self) -> Security:
        return read_security(self.schemas.source, self._root.child("security"), self._declared)

    def read_path(self, path: str, item: Part) -> None:
        """Add the operations of a path; what stands beside its ``$ref`` counts before what that stands for."""
        document = self.schemas.source
        followed = document.follow(item)
        if followed is not item:
            item = Part({**followed.mapping(), **_without_reference(item)}, item.pointer)
        if not isinstance(item.value, dict):
            document.report(item.pointer, "A path must be an object; it is left out.")
            return
        for method, written in self._methods(item):
            followed = document.follow(written)
            part = followed if isinstance(followed.value, dict) else written
            if not isinstance(part.value, dict):
                document.report(part.pointer, "An operation must be an object; it is left out.")
            elif len(self.found) >= MAX_OPERATIONS:
                document.report("/paths", f"More than {MAX_OPERATIONS} operations; the rest is left out.")
            else:
                operation = self._operation(method.upper(), path, item, part)
                self.found[operation.id] = operation

    def _methods(self, item: Part) -> Iterator[tuple[str, Part]]:
        """Yield the methods of a path that are called, as some write them in capitals."""
        for method in METHODS:
            written = next((key for key in (method, method.upper()) if key in item.value), "")
            if written:
                yield method, item.child(written)
        for key in ("trace", "TRACE"):
            if key in item.value:
                self._report(item.child(key), "TRACE is never sent; the operation is left out.")

    def _operation(self, method: str, path: str, item: Part, part: Part) -> ServiceOperation:
        document = self.schemas.source
        lists = (item.child("parameters"), part.child("parameters"))
        servers = () if document.swagger else self._servers(item, part)
        return ServiceOperation(
            id=self._id(method, path, part),
            method=method,
            path=path,
            summary=part.text("summary", 500),
            description=part.text("description", 2000),
            deprecated=part.value.get("deprecated") is True,
            parameters=read_parameters(self.schemas, path, lists),
            body=self._body(lists, part),
            security=self._needed(part),
            server=servers[0] if servers else "",
            success=tuple(sorted({int(one) for one in part.child("responses").mapping() if _is_success(one)})),
            accepts=self._accepts(part),
        )

    def _id(self, method: str, path: str, part: Part) -> str:
        given, made = part.value.get("operationId"), made_name(method, path)
        if isinstance(given, str) and given.strip() and given.isprintable() and len(given) <= MAX_NAME:
            if given not in self.found:
                return given
            self._report(part, f"The id '{given}' is taken; this operation is '{made}'.")
        elif given is not None:
            why = f"has more than {MAX_NAME} characters" if len(str(given)) > MAX_NAME else "cannot be used"
            self._report(part, f"The id {why}; this operation is '{made}'.")
        names = (made if number == 1 else bounded(f"{number} {made}") for number in count(1))
        return next(name for name in names if name not in self.found)

    def _report(self, part: Part, message: str) -> None:
        self.schemas.source.report(part.pointer, message)

    def _servers(self, item: Part, part: Part) -> tuple[str, ...]:
        own = read_servers(self.schemas.source, part, self.source)
        return own or read_servers(self.schemas.source, item, self.source)

    def _body(self, lists: tuple[Part, ...], part: Part) -> Body | None:
        if not self.schemas.source.swagger:
            return read_body(self.schemas, part)
        return read_swagger_body(self.schemas, lists, self._media(part, "consumes"))

    def _needed(self, part: Part) -> Security:
        own = part.child("security")
        if not isinstance(own.value, list):
            self.schemas.source.listed(own)
            return self._security
        return read_security(self.schemas.source, own, self._declared)

    def _media(self, part: Part, key: str) -> tuple[str, ...]:
        """Return 2.0's ``consumes`` or ``produces``, of the operation or else of the document."""
        listed = (part if isinstance(part.value.get(key), list) else self._root).child(key).items()[:50]
        return tuple(one.value for one in listed if isinstance(one.value, str) and MEDIA_TYPE.fullmatch(one.value))

    def _accepts(self, part: Part) -> tuple[str, ...]:
        if self.schemas.source.swagger:
            return _json_first(self._media(part, "produces"))
        responses = part.child("responses")
        chosen = [name for name in responses.mapping() if _is_success(name) or name in ("2XX", "default")]
        media: dict[str, None] = {}
        for name in chosen:
            media |= dict.fromkeys(self.schemas.source.follow(responses.child(name)).child("content").mapping())
        return _json_first(tuple(one for one in media if MEDIA_TYPE.fullmatch(one)))


def _json_first(media: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(media, key=lambda one: not is_json(one)))[:5]


def _without_reference(item: Part) -> dict[str, Any]:
    return {key: value for key, value in item.mapping().items() if key != "$ref"}


def _is_success(status: str) -> bool:
    return re.fullmatch(r"2[0-9][0-9]", status) is not None
