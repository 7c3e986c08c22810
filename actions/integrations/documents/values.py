"""What a document is read into: frozen values that know nothing of where they came from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

Schema: TypeAlias = dict[str, Any] | bool
Place: TypeAlias = Literal["path", "query", "header", "cookie"]
Security: TypeAlias = tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]

MAX_NAME: Final = 200

_PLAIN = ("id", "method", "path", "summary", "description", "deprecated", "server")
_OF_PARAMETER = ("name", "place", "required", "style", "explode", "allow_reserved", "media_type", "description")


@dataclass(frozen=True, slots=True)
class DocumentProblem:
    """Something of a document that could not be taken as it stands: where (a JSON pointer) and what was done."""

    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A way to authenticate. ``place`` and ``name`` are an API key's, ``token_url`` and ``scopes`` OAuth 2's."""

    kind: Literal["apiKey", "basic", "bearer", "oauth2", "other"]
    place: str = ""
    name: str = ""
    token_url: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value outside of the body. ``media_type`` is set where the value is sent as a text of that type.

    ``style`` is one of OpenAPI 3's, or ``tabDelimited`` (2.0's tsv).
    """

    name: str
    place: Place
    required: bool
    schema: Schema
    style: str
    explode: bool
    allow_reserved: bool = False
    media_type: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Medium:
    """One media type of a body. ``encoding`` says of properties how forms write them: style, explode, contentType."""

    type: str
    schema: Schema
    encoding: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request; the medium that is taken unless another is asked for stands first."""

    required: bool
    media: tuple[Medium, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """A name that an author may write under Attributes. ``place`` may also be ``body`` (a property of it, or all)."""

    name: str
    schema: Schema
    required: bool
    place: str
    description: str


@dataclass(frozen=True, slots=True)
class ArgumentProblem:
    """One refused argument. ``path`` begins with the name as it was written; a missing one's with how to write it."""

    path: tuple[str | int, ...]
    code: Literal["missing", "unknown", "type", "value"]
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """A request that is ready to be sent; cookies are a header among the others."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class ServiceOperation:
    """One operation, which needs nothing else of its document.

    ``security``: alternatives, each a set of (scheme, scopes); ``()`` where none is needed. ``server``: its own
    address, ``""`` where it is the service's. ``success``: the documented 2xx; ``accepts``: media types of their
    answers.
    ``compiled`` keeps what is made of the schemas on first use; it goes with the operation.
    """

    id: str
    method: str
    path: str
    summary: str = ""
    description: str = ""
    deprecated: bool = False
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    security: Security = ()
    server: str = ""
    success: tuple[int, ...] = ()
    accepts: tuple[str, ...] = ()
    compiled: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def made_name(self) -> str:
        """The name of an operation that has no id of its own, as the original makes it: ``GET /users/{id}``."""
        return made_name(self.method, self.path)

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which an author may call it: its id, the made name, and a slug of each."""
        return tuple(dict.fromkeys((self.id, self.made_name, slug(self.id), slug(self.made_name))))

    def as_data(self) -> dict[str, Any]:
        """Return the operation as JSON kinds; a schema that is used more than once stands there once."""
        return to_data(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ServiceOperation:
        """Return the operation that ``as_data`` was made of."""
        return from_data(data)


@dataclass(frozen=True, slots=True)
class Service:
    """What a document describes. ``servers`` may be empty: then somebody else must say where the service is."""

    title: str
    version: str
    notation: str
    servers: tuple[str, ...]
    operations: Mapping[str, ServiceOperation]
    schemes: Mapping[str, SecurityScheme]
    problems: tuple[DocumentProblem, ...]

    def find(self, name: str) -> ServiceOperation | None:
        """Return the operation with that id, else the first with that made name or slug, else ``None``."""
        found = self.operations.get(name)
        if found is None:
            found = next((one for one in self.operations.values() if name in one.names), None)
        return found


def made_name(method: str, path: str) -> str:
    """Return the name that an operation has when the document gives it none."""
    return bounded(f"{method} {path}")


def slug(name: str) -> str:
    """Return a name in lower case, its words joined by underscores: ``get_users_id``."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def bounded(name: str) -> str:
    """Return a name of at most ``MAX_NAME`` characters; a longer one ends with a digest of what is cut off."""
    if len(name) <= MAX_NAME:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{name[: MAX_NAME - 17]}~{digest}"


def to_data(operation: ServiceOperation) -> dict[str, Any]:
    """Return an operation as JSON kinds. Places of schemas hold indices into ``schemas``."""
    schemas = _Schemas([])
    return {
        **{name: getattr(operation, name) for name in _PLAIN},
        "success": list(operation.success),
        "accepts": list(operation.accepts),
        "security": [[[name, list(scopes)] for name, scopes in needed] for needed in operation.security],
        "parameters": [
            {name: getattr(one, name) for name in _OF_PARAMETER} | {"schema": schemas.index(one.schema)}
            for one in operation.parameters
        ],
        "body": operation.body
        and {
            "required": operation.body.required,
            "media": [
                {
                    "type": medium.type,
                    "schema": schemas.index(medium.schema),
                    "encoding": {name: dict(how) for name, how in medium.encoding.items()},
                }
                for medium in operation.body.media
            ],
        },
        "schemas": schemas.found,
    }


def from_data(data: Mapping[str, Any]) -> ServiceOperation:
    """Return the operation that ``to_data`` made the data of."""
    schemas, body = data["schemas"], data["body"]
    return ServiceOperation(
        **{name: data[name] for name in _PLAIN},
        parameters=tuple(Parameter(**{**one, "schema": schemas[one["schema"]]}) for one in data["parameters"]),
        body=body
        and Body(
            body["required"],
            tuple(Medium(one["type"], schemas[one["schema"]], one["encoding"]) for one in body["media"]),
        ),
        security=tuple(tuple((name, tuple(scopes)) for name, scopes in needed) for needed in data["security"]),
        success=tuple(data["success"]),
        accepts=tuple(data["accepts"]),
    )


@dataclass(frozen=True, slots=True)
class _Schemas:
    """The different schemas of an operation, in the order in which they are met."""

    found: list[Schema]

    def index(self, schema: Schema) -> int:
        for index, known in enumerate(self.found):
            if known is schema:
                return index
        self.found.append(schema)
        return len(self.found) - 1
