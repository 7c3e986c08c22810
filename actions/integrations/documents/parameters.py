"""The parameters of an operation: 3.x's styles and 2.0's ``collectionFormat`` as one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, cast

from actions.integrations.documents.pointers import Part
from actions.integrations.documents.schemas import Schemas
from actions.integrations.documents.values import Parameter, Place, Schema

MAX_PARAMETERS: Final = 2000
MAX_ALL_PARAMETERS: Final = 100_000
PLACES: Final = ("path", "query", "header", "cookie")
STYLES: Final = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
COLLECTIONS: Final = {"ssv": "spaceDelimited", "tsv": "tabDelimited", "pipes": "pipeDelimited"}
TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
PLACEHOLDER: Final = re.compile(r"\{[+]?([^{}]{1,200})\}")

# OpenAPI 3.1.1, "Parameter Object": these are said elsewhere, and their definition shall be ignored.
SAID_ELSEWHERE: Final = frozenset({"accept", "authorization", "content-type"})
# What frames the request itself; a value of these would say something else than the request does.
FRAMING: Final = frozenset({
    "connection", "content-encoding", "content-length", "cookie", "expect", "host", "keep-alive", "proxy-authorization",
    "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip


def read_parameters(schemas: Schemas, path: str, lists: Iterable[Part]) -> tuple[Parameter, ...]:
    """Return the parameters of an operation; a later list (the operation's) overrides an earlier one (its path's)."""
    found: dict[tuple[str, str], Parameter] = {}
    for parts in lists:
        own: dict[tuple[str, str], Parameter] = {}
        listed = schemas.source.listed(parts)
        if len(listed) > MAX_PARAMETERS:
            schemas.source.report(parts.pointer, f"More than {MAX_PARAMETERS} parameters; the rest is left out.")
        for part in listed[:MAX_PARAMETERS]:
            schemas.parameters_read += 1
            if schemas.parameters_read > MAX_ALL_PARAMETERS:
                schemas.source.report("", f"More than {MAX_ALL_PARAMETERS} parameters; the rest is left out.")
                break
            parameter = _parameter(schemas, schemas.source.follow(part))
            if parameter is None:
                continue
            if (parameter.place, parameter.name) in own:
                schemas.source.report(part.pointer, f"'{parameter.name}' is declared twice; the first counts.")
            own.setdefault((parameter.place, parameter.name), parameter)
        found |= own
    return _with_path(schemas, path, found, parts.pointer)


def _with_path(schemas: Schemas, path: str, found: dict[Any, Parameter], pointer: str) -> tuple[Parameter, ...]:
    """Match the declared parameters with the path's own: what is missing is a text, what is too much is dropped."""
    wanted = dict.fromkeys(PLACEHOLDER.findall(path))
    for name in wanted:
        if ("path", name) not in found:
            schemas.source.report(pointer, f"'{name}' of the path is not declared; it is taken as a text.")
            found["path", name] = Parameter(name, "path", True, {"type": "string"}, "simple", False)
    for place, name in list(found):
        if place == "path" and name not in wanted:
            schemas.source.report(pointer, f"'{name}' is declared for the path, which does not have it.")
            del found[place, name]
    return tuple(found.values())


def _parameter(schemas: Schemas, part: Part) -> Parameter | None:
    raw, source = part.mapping(), schemas.source
    name, place = part.text("name", 200), raw.get("in")
    if source.swagger and place in ("body", "formData"):
        return None
    if not name or place not in PLACES:
        source.report(part.pointer, "A parameter without a name, or in no known place, is left out.")
        return None
    if not _may_be_sent(schemas, part, name, cast(Place, place)):
        return None
    return _read(schemas, part, name, cast(Place, place))


def _may_be_sent(schemas: Schemas, part: Part, name: str, place: Place) -> bool:
    if place == "header" and name.lower() in SAID_ELSEWHERE:
        return False
    framing = place == "header" and name.lower() in FRAMING
    if framing or (place in ("header", "cookie") and not TOKEN.fullmatch(name)):
        schemas.source.report(part.pointer, f"'{name[:60]}' cannot be given as a {place}; it is left out.")
        return False
    return True


def _read(schemas: Schemas, part: Part, name: str, place: Place) -> Parameter:
    raw = part.mapping()
    schema, media_type = read_schema(schemas, part)
    style, explode = read_swagger_style(raw) if schemas.source.swagger else _style(schemas, part, place)
    return Parameter(
        name,
        place,
        required=place == "path" or raw.get("required") is True,
        schema=schema,
        style="simple" if style == "form" and place in ("path", "header") else style,
        explode=explode,
        allow_reserved=raw.get("allowReserved") is True,
        media_type=media_type,
        description=part.text("description", 1000),
    )


def read_schema(schemas: Schemas, part: Part) -> tuple[Schema, str]:
    """Return the schema of a parameter (or of a field of 2.0's forms), and the media type where it has ``content``."""
    raw = part.mapping()
    if schemas.source.swagger:
        return schemas.read(Part({key: one for key, one in raw.items() if key not in _NOT_OF_SCHEMA}, part.pointer)), ""
    if isinstance(raw.get("content"), dict) and raw["content"]:
        media_type, medium = part.child("content").entries()[0] if part.child("content").entries() else ("", part)
        return (schemas.read(medium.child("schema")) if "schema" in medium.mapping() else True), media_type[:200]
    if "schema" in raw:
        return schemas.read(part.child("schema")), ""
    schemas.source.report(part.pointer, "A parameter without a schema may be anything.")
    return True, ""


# In 2.0 a parameter is its own schema; these of its keys say something else there.
_NOT_OF_SCHEMA: Final = frozenset({"required", "name", "in", "description", "readOnly", "$ref"})


def read_swagger_style(raw: dict[str, Any]) -> tuple[str, bool]:
    """Return 2.0's ``collectionFormat`` (csv, ssv, tsv, pipes, multi) as style and explode."""
    collection = raw.get("collectionFormat")
    if isinstance(collection, str) and collection in COLLECTIONS:
        return COLLECTIONS[collection], False
    return "form", collection == "multi"


def _style(schemas: Schemas, part: Part, place: Place) -> tuple[str, bool]:
    raw = part.mapping()
    style = raw.get("style", STYLES[place][0])
    if style not in STYLES[place]:
        schemas.source.report(part.pointer, f"'{str(style)[:60]}' is no style of a {place} parameter.")
        style = STYLES[place][0]
    explode = raw.get("explode")
    return str(style), explode if isinstance(explode, bool) else style in ("form", "deepObject")
