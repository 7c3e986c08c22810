"""Files as inputs: a list of ``{name, file|contents, type}`` whose content is base64 or a data URL.

A file is what was sent and nothing else: no key may name a place on the server, a name loses its folders and control
characters, the size is bounded and the extension is one that the type accepts (``image.png|jpg``).
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.core.files.base import ContentFile

from entities.fields.base import ValueRefused, expected
from entities.fields.texts import check_text

MAX_FILES = 20
MAX_BYTES = 10 * 1024 * 1024
MAX_NAME = 150
_KEYS = frozenset({"name", "file", "contents", "type"})
_DATA_URL = re.compile(r"data:([\w.+-]{1,60}/[\w.+-]{1,100})?((?:;[\w.+-]{1,60}=[\w.+-]{1,60}){0,5});base64,")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}(?:; ?[\w.+-]{1,60}=[\w.+-]{1,60}){0,5}")


def file_content(item: Mapping[str, str]) -> bytes:
    """Return the bytes of one accepted element."""
    return base64.b64decode(_payload(item["contents"] if "contents" in item else item["file"])[1])


def files_coercer(extensions: tuple[str, ...]) -> Callable[[Any], list[dict[str, str]]]:
    """Return a coercer for lists of files; no extensions means any."""

    def coerce(value: Any) -> list[dict[str, str]]:
        if not isinstance(value, list | tuple):
            raise expected("a list of files ({name, file, type})", value)
        if len(value) > MAX_FILES:
            raise ValueRefused(f"must have at most {MAX_FILES} files", "max")
        found = [_file(item, extensions) for item in value]
        if sum(len(item.get("file") or item.get("contents") or "") for item in found) > MAX_BYTES * 4 // 3 + 1024:
            raise ValueRefused(f"must be at most {MAX_BYTES // 1024 // 1024} MB in all", "max")
        return found

    return coerce


def files_from_text(coerce: Callable[[Any], Any]) -> Callable[[str], Any]:
    """Return a reader of a form's text: the list as JSON."""

    def from_text(text: str) -> Any:
        try:
            return coerce(orjson.loads(text))
        except (orjson.JSONDecodeError, UnicodeEncodeError):
            raise ValueRefused("must be a list of files ({name, file, type})") from None

    return from_text


def first_file(files: list[dict[str, str]]) -> ContentFile[bytes] | str:
    """Return what a model's ``FileField`` is given: the one file, or no file."""
    if len(files) > 1:
        raise ValueRefused("must be one file", "max")
    return ContentFile(file_content(files[0]), name=files[0]["name"]) if files else ""


def _file(item: Any, extensions: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(item, Mapping):
        raise expected("a list of files ({name, file, type})", item)
    unknown = sorted(str(key) for key in item if key not in _KEYS)
    if unknown:
        shown = check_text(unknown[0][:40])
        raise ValueRefused(f"has a file with the unknown key '{shown}'")
    if ("file" in item) == ("contents" in item):
        raise ValueRefused("must have either 'file' or 'contents' for each file")
    key = "file" if "file" in item else "contents"
    media_type, payload = _payload(item[key])
    _check_base64(payload)
    return {
        "name": _name(item.get("name"), extensions),
        key: item[key],
        "type": _media_type(item.get("type") or media_type),
    }


def _payload(content: Any) -> tuple[str, str]:
    if not isinstance(content, str):
        raise ValueRefused("must have the content of each file as base64 text", "base64")
    if not content.startswith("data:"):
        return "", content
    found = _DATA_URL.match(content)
    if not found:
        raise ValueRefused("must have the content of each file as base64 or as a base64 data URL", "base64")
    return found[1] or "", content[found.end() :]


def _check_base64(payload: str) -> None:
    if len(payload) > MAX_BYTES * 4 // 3 + 4:
        raise ValueRefused(f"must be at most {MAX_BYTES // 1024 // 1024} MB in all", "max")
    try:
        base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        raise ValueRefused("must have the content of each file as base64", "base64") from None


def _media_type(value: Any) -> str:
    if value == "":
        return ""
    if not isinstance(value, str) or not _MEDIA_TYPE.fullmatch(value):
        raise ValueRefused("must have a media type such as image/png as the type of each file")
    return value


def _name(value: Any, extensions: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        raise ValueRefused("must have a name for each file")
    name = safe_name(check_text(value))
    if extensions and not name.lower().endswith(tuple(f".{extension}" for extension in extensions)):
        raise ValueRefused(f"must have files whose names end in .{' or .'.join(extensions)}")
    return name


def safe_name(value: str) -> str:
    """Return a file name without folders, control characters, leading dots; never empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", value))[-1]
    name = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip().lstrip(".")
    stem, dot, extension = name.rpartition(".")
    if len(name) > MAX_NAME:
        name = stem[: MAX_NAME - len(extension) - 1] + dot + extension if len(extension) < MAX_NAME else name[:MAX_NAME]
    return name or "file"
