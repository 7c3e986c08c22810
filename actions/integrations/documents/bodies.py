"""The body of an operation: 3.x's ``requestBody``, and 2.0's ``body`` and ``formData`` parameters as one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from actions.integrations.documents.parameters import read_schema, read_swagger_style
from actions.integrations.documents.pointers import Part
from actions.integrations.documents.schemas import Schemas
from actions.integrations.documents.values import Body, Medium, Schema

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
MAX_MEDIA: Final = 50
_NAME: Final = r"[\w!#$&^.+*-]{1,100}"
_SETTING: Final = r"\s*;\s*[\w.-]+=(\"[\w ,:/.+-]*\"|[\w./:+-]+)"
MEDIA_TYPE: Final = re.compile(f"{_NAME}/{_NAME}({_SETTING}){{0,5}}", re.ASCII)


def base(media_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Say whether bodies of that type are JSON; ranges (``*/*``, ``application/*``) are taken as JSON."""
    name = base(media_type)
    return name in (JSON, "text/json", "*/*", "application/*") or name.endswith("+json")


def has_json(medium: Medium) -> bool:
    """Say whether bodies of a medium are JSON; a file of any type is none."""
    is_file = isinstance(medium.schema, dict) and medium.schema.get("format") == "binary"
    return is_json(medium.type) and not (is_file and "*" in base(medium.type))


def _rank(medium: Medium) -> int:
    name = base(medium.type)
    ranks = (name == JSON, is_json(name), name == FORM, name == MULTIPART, name.startswith("multipart/"))
    return ranks.index(True) if True in ranks else len(ranks)


def read_body(schemas: Schemas, operation: Part) -> Body | None:
    """Return the body that 3.x's ``requestBody`` describes."""
    if "requestBody" not in operation.mapping():
        return None
    part = schemas.source.follow(operation.child("requestBody"))
    if not isinstance(part.value, dict):
        schemas.source.report(part.pointer, "A body that cannot be read is left out.")
        return None
    media = [_medium(schemas, name, one) for name, one in _content(schemas, part.child("content"))]
    if not media:
        schemas.source.report(part.pointer, "A body without a media type is left out.")
        return None
    return Body(part.value.get("required") is True, tuple(sorted(media, key=_rank)))


def _content(schemas: Schemas, part: Part) -> Iterable[tuple[str, Part]]:
    """Yield the media. What is no media type is taken as the one that it begins with, or else as JSON."""
    entries = part.entries()[:MAX_MEDIA]
    found = {base(name) for name, _ in entries if MEDIA_TYPE.fullmatch(name)}
    for name, one in entries:
        if MEDIA_TYPE.fullmatch(name):
            yield name, one
            continue
        meant = base(name) if MEDIA_TYPE.fullmatch(base(name)) else JSON
        if found and (meant == JSON or meant in found):
            schemas.source.report(one.pointer, "What is no media type is left out.")
        else:
            schemas.source.report(one.pointer, f"What is no media type is taken as '{meant}'.")
            found.add(meant)
            yield meant, one


def _medium(schemas: Schemas, name: str, part: Part) -> Medium:
    schema = schemas.read(part.child("schema")) if "schema" in part.mapping() else True
    encoding = {key: _encoding(one.mapping()) for key, one in part.child("encoding").entries()}
    return Medium(name, schema, {key: how for key, how in encoding.items() if how})


def _encoding(raw: dict[str, Any]) -> dict[str, Any]:
    """Return what an encoding says that counts: ``style``, ``explode`` (filled in), ``contentType``."""
    how: dict[str, Any] = {}
    if any(key in raw for key in ("style", "explode", "allowReserved")):
        style = raw.get("style")
        how["style"] = style if style in ("form", "spaceDelimited", "pipeDelimited", "deepObject") else "form"
        explode = raw.get("explode")
        how["explode"] = explode if isinstance(explode, bool) else how["style"] in ("form", "deepObject")
    kind = raw.get("contentType")
    if isinstance(kind, str) and MEDIA_TYPE.fullmatch(kind.split(",")[0].strip()) and "*" not in kind.split(",")[0]:
        how["contentType"] = kind.split(",")[0].strip()
    return how


def read_swagger_body(schemas: Schemas, lists: Iterable[Part], consumes: tuple[str, ...]) -> Body | None:
    """Return the body that 2.0's parameters describe."""
    parts = [schemas.source.follow(part) for parts in lists for part in parts.items()]
    bodies = [part for part in parts if part.mapping().get("in") == "body"]
    if bodies:
        return _whole(schemas, bodies[-1], consumes)
    fields = {part.text("name"): part for part in parts if part.mapping().get("in") == "formData" and part.text("name")}
    return _form(schemas, fields, consumes) if fields else None


def _whole(schemas: Schemas, part: Part, consumes: tuple[str, ...]) -> Body:
    schema = schemas.read(part.child("schema")) if "schema" in part.mapping() else True
    names = [name for name in consumes if base(name) not in (FORM, MULTIPART)] or [JSON]
    media = (Medium(name, schema) for name in names)
    return Body(part.mapping().get("required") is True, tuple(sorted(media, key=_rank)))


def _form(schemas: Schemas, fields: dict[str, Part], consumes: tuple[str, ...]) -> Body:
    properties: dict[str, Schema] = {}
    encoding = {}
    for name, part in fields.items():
        one = read_schema(schemas, part)[0]
        note = part.text("description", 1000)
        properties[name] = {**one, "description": note} if isinstance(one, dict) and note else one
        style, explode = read_swagger_style(part.mapping())
        encoding[name] = {"style": style, "explode": explode}
    required = [name for name, part in fields.items() if part.mapping().get("required") is True]
    schema = lift(properties) | ({"required": required} if required else {})
    has_file = any(part.mapping().get("type") == "file" for part in fields.values())
    names = [name for name in consumes if base(name) == MULTIPART or (base(name) == FORM and not has_file)]
    media = (Medium(name, schema, encoding) for name in names or [MULTIPART if has_file else FORM])
    return Body(bool(required), tuple(sorted(media, key=_rank)))


def lift(properties: dict[str, Schema]) -> dict[str, Any]:
    """Return an object schema; the definitions of its parts, which agree where they have one name, become its own."""
    definitions: dict[str, Schema] = {}
    lifted: dict[str, Schema] = {}
    for name, one in properties.items():
        parts = dict(one) if isinstance(one, dict) else {}
        definitions |= parts.pop("$defs", {})
        lifted[name] = parts if isinstance(one, dict) else one
    schema: dict[str, Any] = {"type": "object", "properties": lifted}
    return schema | ({"$defs": definitions} if definitions else {})
