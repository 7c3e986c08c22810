"""The body of a request: a value and its medium in, bytes and the content type out."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote

from actions.integrations.documents.bodies import FORM, JSON, MEDIA_TYPE, MULTIPART, base, has_json, is_json
from actions.integrations.documents.givens import Refused, text_of
from actions.integrations.documents.jsons import to_json
from actions.integrations.documents.shapes import file_kinds, shape_of
from actions.integrations.documents.styles import encoded, encoded_name, pairs_of
from actions.integrations.documents.values import Medium

_DATA_URL: Final = re.compile(r"data:([^;,]*)(?:;[^;,]*)*;base64,", re.IGNORECASE)


def encode_body(medium: Medium, value: Any) -> tuple[str, bytes]:
    """Return the content type and the bytes of a body.

    Raises:
        Refused: the value has no form in that medium.
    """
    name = base(medium.type)
    if has_json(medium):
        return (JSON if "*" in name else medium.type), to_json(value)
    if name == FORM:
        return medium.type, _form(medium, value)
    if name == MULTIPART:
        return _multipart(medium, value)
    return _raw(medium, value)


def _raw(medium: Medium, value: Any) -> tuple[str, bytes]:
    """Return a text or a file as it is: of other media we know no more than their names."""
    if isinstance(value, dict | list):
        if not has_content(value):
            raise Refused(f"A body of type '{medium.type}' is a text, or a file: {{name, file, type}}.")
        file = read_file(value)
        kind = file.type if "*" in base(medium.type) else medium.type
        return kind, file.content
    kind = "text/plain" if base(medium.type).startswith("text/*") else medium.type
    return ("application/octet-stream" if "*" in kind else kind), text_of(value).encode()


# Forms


def _fields(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused("A form must be an object.")
    return value


def _form(medium: Medium, value: Any) -> bytes:
    pairs = (
        pair for name, one in _fields(value).items() for pair in _form_pairs(name, one, medium.encoding.get(name, {}))
    )
    return "&".join(f"{name}={text}" for name, text in pairs).encode()


def _form_pairs(name: str, value: Any, how: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of one property: by its style, else (OpenAPI 3.1.1) lists repeated and objects as JSON."""
    if "style" in how:
        try:
            yield from pairs_of(name, value, (how["style"], how["explode"]))
        except Refused as refused:
            raise Refused(refused.message, (name,)) from refused
    elif isinstance(value, list):
        yield from ((encoded_name(name), encoded(one)) for one in value)
    else:
        yield encoded_name(name), encoded(value)


# Files and their forms


@dataclass(frozen=True, slots=True)
class File:
    """A file as inputs have it: ``{name, file, type}``."""

    name: str
    content: bytes
    type: str


def read_file(value: Any) -> File:
    """Return a file, or a text as one.

    Raises:
        Refused: no file, or not in base64.
    """
    if isinstance(value, str):
        return File("file", value.encode(), "application/octet-stream")
    if isinstance(value, list) and len(value) == 1 and has_content(value):
        value = value[0]
    content = value.get("file", value.get("contents")) if isinstance(value, dict) else None
    if not isinstance(content, str):
        raise Refused("A file is a text, or {name, file, type} with the content in base64.")
    head = _DATA_URL.match(content)
    try:
        data = base64.b64decode(content[head.end() :] if head else content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("The content of the file is not base64.") from error
    kind = value.get("type") or (head[1] if head else "")
    kind = kind if isinstance(kind, str) and MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"
    name = value.get("name")
    return File(name if isinstance(name, str) and name else "file", data, kind)


def has_content(value: Any) -> bool:
    """Say whether a value is a file, or a list of one as inputs have it."""
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    return isinstance(one, dict) and ("file" in one or "contents" in one)


def _multipart(medium: Medium, value: Any) -> tuple[str, bytes]:
    """Return a form of parts. The boundary is made of the content: the same on every attempt, and nowhere inside."""
    if isinstance(value, str) or (has_content(value) and not shape_of(medium.schema).properties):
        # a document that forgets to name the file
        parts = [_file_part("file", value, "")]
    else:
        parts = [part for name, one in _fields(value).items() for part in _parts(medium, name, one)]
    digest = hashlib.sha256(b"\0".join(head + b"\0" + content for head, content in parts)).hexdigest()
    boundary = f"----{digest[:40]}".encode()
    lines = [b"--" + boundary + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n" for head, content in parts]
    return f"{MULTIPART}; boundary={boundary.decode()}", b"".join(lines) + b"--" + boundary + b"--\r\n"


def _parts(medium: Medium, name: str, value: Any) -> Iterator[tuple[bytes, bytes]]:
    kind = medium.encoding.get(name, {}).get("contentType", "")
    how = medium.encoding.get(name, {})
    if _is_file(medium, name, value):
        for one in value if isinstance(value, list) else [value]:
            yield _file_part(name, one, kind)
    elif how.get("style") == "deepObject" and isinstance(value, dict | list):
        for key, text in pairs_of(name, value, ("deepObject", True)):
            yield _part(unquote(key), unquote(text), "")
    elif isinstance(value, list) and how.get("style", "form") == "form" and how.get("explode", True):
        yield from (_part(name, one, kind) for one in value)
    elif isinstance(value, list) and not kind:
        yield _part(name, ",".join(text_of(one) for one in value), "")
    else:
        yield _part(name, value, kind)


def _is_file(medium: Medium, name: str, value: Any) -> bool:
    """Say whether a value is a file, or are files. Where the document allows a text as well, a text is no file."""
    file, text = file_kinds(medium.schema, shape_of(medium.schema).properties.get(name, True))
    listed = value if isinstance(value, list) else [value]
    return file and (not text or all(map(has_content, listed)))


def _part(name: str, value: Any, kind: str) -> tuple[bytes, bytes]:
    if isinstance(value, dict | list):
        return _head(name, "", kind or JSON), to_json(value)
    content = to_json(value) if kind and is_json(kind) else text_of(value).encode()
    return _head(name, "", kind), content


def _file_part(name: str, value: Any, kind: str) -> tuple[bytes, bytes]:
    try:
        file = read_file(value)
    except Refused as refused:
        raise Refused(refused.message, (name,)) from refused
    return _head(name, file.name, kind or file.type), file.content


def _head(name: str, filename: str, kind: str) -> bytes:
    """Return the headers of a part; names are escaped as browsers do (HTML, "multipart/form-data")."""
    shown = f'; filename="{_quoted(filename)}"' if filename else ""
    typed = f"\r\nContent-Type: {kind}" if kind else ""
    return f'Content-Disposition: form-data; name="{_quoted(name)}"{shown}{typed}'.encode()


def _quoted(name: str) -> str:
    return "".join(quote(one) if one in '"\r\n' or one < " " else one for one in name)
