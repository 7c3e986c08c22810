"""Values made from a schema: the least that it allows, or everything that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any
from urllib.parse import unquote

from actions.integrations.documents import ServiceOperation, argument_names

TEXTS = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "time": "03:04:05Z",
    "uuid": "0f0e0d0c-0b0a-4908-8706-050403020100",
    "email": "ada@example.org",
    "uri": "https://example.org/a",
    "url": "https://example.org/a",
    "hostname": "example.org",
    "ipv4": "192.0.2.1",
    "byte": "YWRh",
}
FILE = {"name": "a.txt", "file": "YWRh", "type": "text/plain"}
MAX_DEPTH = 12


def resolve(root: Any, reference: str) -> Any:
    """Return what a local JSON pointer stands for in ``root``."""
    value = root
    for key in unquote(reference.removeprefix("#/")).split("/"):
        name = key.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


class Maker:
    """Makes values; references are looked up in ``root``. ``everything``: also what is not required."""

    def __init__(self, root: Any, *, everything: bool = False) -> None:
        self._root = root
        self._everything = everything

    def make(self, schema: Any, depth: int = 0) -> Any:
        """Return a value that the schema allows, as far as that can be told from it."""
        merged = self._merged(schema, 0)
        for key in ("const", "example"):
            if key in merged and (key == "const" or "pattern" in merged):
                return merged[key]
        if options := [one for one in merged.get("enum", ()) if one is not None]:
            return options[0]
        return self._of_type(merged, depth)

    def _of_type(self, schema: Mapping[str, Any], depth: int) -> Any:
        if schema.get("format") == "binary":
            return FILE
        types = schema.get("type", [])
        listed = [one for one in (types if isinstance(types, list) else [types]) if one != "null"]
        kind = listed[0] if listed else "object" if "properties" in schema else "array" if "items" in schema else ""
        return {
            "integer": self._number,
            "number": self._number,
            "boolean": lambda schema, depth: True,
            "array": self._list,
            "object": self._object,
        }.get(kind, self._text)(schema, depth)

    def _merged(self, schema: Any, hops: int) -> dict[str, Any]:
        """Return a schema with its references, ``allOf`` and the first usable alternative put into one."""
        if not isinstance(schema, dict) or hops > 20:
            return {}
        merged = {key: one for key, one in schema.items() if key not in ("$ref", "allOf", "anyOf", "oneOf")}
        parts = [resolve(self._root, schema["$ref"])] if isinstance(schema.get("$ref"), str) else []
        parts += schema.get("allOf", [])
        for key in ("anyOf", "oneOf"):
            parts += self._alternative(schema.get(key, []), hops)
        for part in parts:
            other = self._merged(part, hops + 1)
            names = {**other.get("properties", {}), **merged.get("properties", {})}
            required = [*merged.get("required", []), *other.get("required", [])]
            merged = {**other, **merged, "properties": names, "required": list(dict.fromkeys(required))}
            if not names:
                del merged["properties"]
        return merged

    def _alternative(self, options: list[Any], hops: int) -> list[Any]:
        """Return the first that is not null, those before that ask for the least."""
        usable = [one for one in options if self._merged(one, hops + 1).get("type") != "null"]
        return usable[:1]

    def _number(self, schema: Mapping[str, Any], depth: int) -> Any:
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        if least is True or ("exclusiveMinimum" in schema and schema["exclusiveMinimum"] is not False):
            least = (schema.get("minimum", 0) if isinstance(least, bool) else least) + 1
        step = schema.get("multipleOf", 1)
        number = max(least, 1) if schema.get("maximum", 1) >= 1 else min(schema["maximum"], -1)
        number = number if number % step == 0 else (number // step + 1) * step
        return int(number) if number == int(number) else number

    def _list(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = max(schema.get("minItems", 0), int(depth < 2 or (self._everything and depth < MAX_DEPTH)))
        if not least:
            return []
        items = schema.get("items", {})
        options = self._merged(items, 0).get("enum", [])
        if len(options) >= least > 1:
            return list(options[:least])
        made = [self.make(items, depth + 1) for _ in range(least)]
        return made if not schema.get("uniqueItems") or least == 1 else list(_different(made))

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        wanted = list(schema.get("required", []))
        if self._everything and depth < 3:
            wanted += [name for name, one in properties.items() if one is not False and not _read_only(one)]
        wanted = [name for name in dict.fromkeys(wanted) if not _read_only(properties.get(name))]
        if depth == 1 and not wanted:  # a form has no way to write an empty object
            wanted = [name for name, one in properties.items() if not _read_only(one)][:1]
        made = {name: self.make(properties.get(name, {"type": "string"}), depth + 1) for name in wanted}
        while len(made) < schema.get("minProperties", 0):
            left = [name for name in properties if name not in made]
            name = left[0] if left else f"x{len(made)}"
            made[name] = self.make(properties.get(name, schema.get("additionalProperties", {})), depth + 1)
        return made

    def _text(self, schema: Mapping[str, Any], depth: int) -> str:
        least, most = schema.get("minLength", 1), schema.get("maxLength", 1000)
        if isinstance(schema.get("pattern"), str):
            return matching(schema["pattern"], least)
        text = TEXTS.get(schema.get("format", ""), "x")
        return (text + "x" * (least - len(text)))[:most] if len(text) <= most else "x" * max(least, 1)


def sample_arguments(operation: ServiceOperation, *, everything: bool = False) -> dict[str, Any]:
    """Return arguments for an operation: those that it must have, or all that it names."""
    names = argument_names(operation)
    wanted = (one for one in names.values() if one.place != "body" and (everything or one.required))
    made = {
        one.name: Maker(one.schema, everything=everything).make(one.schema)
        for one in wanted
        if one.name != "content_type"
    }
    if operation.body is None or not (everything or operation.body.required):
        return made
    schema = operation.body.media[0].schema
    body = Maker(schema, everything=everything).make(schema)
    if isinstance(body, dict):
        keys = {name: f"request.{name}" if f"request.{name}" in names else name for name in body}
        if all(key in names and names[key].place == "body" for key in keys.values()):
            return made | {keys[name]: one for name, one in body.items()}
    return made | {"body": body}


def _read_only(schema: Any) -> bool:
    return schema is False or (isinstance(schema, dict) and schema.get("readOnly") is True)


def _different(values: list[Any]) -> Iterator[Any]:
    for index, value in enumerate(values):
        yield value + index if isinstance(value, int) else f"{value}{index}" if isinstance(value, str) else value


def matching(pattern: str, least: int = 0) -> str:
    """Return a text that a regular expression matches, at least ``least`` long where it lets that be."""
    tree = parser.parse(pattern.replace("\\p{L}", "a").replace("\\p{N}", "1").replace("\\/", "/"))
    short = "".join(_written(tree, 0))
    return short if len(short) >= least else "".join(_written(tree, least))


def _written(tree: Any, least: int) -> Iterator[str]:
    for kind, value in tree:
        if kind is kinds.LITERAL:
            yield chr(value)
        elif kind is kinds.ANY or kind is kinds.NOT_LITERAL:
            yield "a" if value != ord("a") else "b"
        elif kind is kinds.IN:
            yield _one_of(value)
        elif kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
            low, high, inner = value
            yield "".join(_written(inner, 0)) * max(low, min(high, least) if least else min(high, 1))
        elif kind is kinds.SUBPATTERN:
            yield from _written(value[3], least)
        elif kind is kinds.BRANCH:
            yield from _written(value[1][0], least)


def _one_of(options: Any) -> str:
    allowed = [chr(code) for code in (*range(97, 123), *range(48, 58), *range(65, 91), *range(32, 127))]
    pattern = re.compile("".join(_class(options)))
    return next((one for one in allowed if pattern.fullmatch(one)), "a")


def _class(options: Any) -> Iterator[str]:
    names = {kinds.CATEGORY_DIGIT: r"\d", kinds.CATEGORY_SPACE: r"\s", kinds.CATEGORY_WORD: r"\w"}
    others = {kinds.CATEGORY_NOT_DIGIT: r"\D", kinds.CATEGORY_NOT_SPACE: r"\S", kinds.CATEGORY_NOT_WORD: r"\W"}
    yield "["
    for kind, value in options:
        if kind is kinds.NEGATE:
            yield "^"
        elif kind is kinds.LITERAL:
            yield re.escape(chr(value))
        elif kind is kinds.RANGE:
            yield f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        else:
            yield {**names, **others}[value]
    yield "]"
