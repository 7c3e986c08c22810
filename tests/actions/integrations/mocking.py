"""A service made from its document, to call: it checks each request against the document and answers an example.

It reads the document with no code of ours: parameters and forms are taken apart here, and what they hold is validated
by ``openapi-schema-validator`` (3.x) and ``jsonschema`` (2.0).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft4Validator
from openapi_schema_validator import OAS30Validator, OAS30WriteValidator, OAS31Validator

from tests.actions.integrations.making import Maker, resolve

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")


class Refusal(Exception):
    """Why a request does not fit the document."""


@dataclass(frozen=True)
class Answer:
    """What the mock says: 200 or another documented status with an example; 404, or 400 with the reason."""

    status: int
    body: Any


@dataclass(frozen=True)
class Route:
    """One operation of the document as it stands."""

    method: str
    path: str
    item: Mapping[str, Any]
    operation: Mapping[str, Any]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        path = self.path.partition("#")[0].partition("?")[0]
        pieces = re.split(r"\{\+?([^{}]+)\}", path)
        return re.compile("".join("([^/]+)" if index % 2 else re.escape(one) for index, one in enumerate(pieces)))

    @cached_property
    def names(self) -> list[str]:
        return re.findall(r"\{\+?([^{}]+)\}", self.path.partition("#")[0].partition("?")[0])


class MockService:
    """The service that a document describes. ``received`` has each request that fitted."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._swagger = "swagger" in document
        self.received: list[tuple[str, str]] = []

    @cached_property
    def routes(self) -> list[Route]:
        """Every operation of every path."""
        found = []
        for path, item in self._document["paths"].items():
            whole = self._resolved(item)
            found += [Route(one.upper(), path, whole, whole[one]) for one in METHODS if one in whole]
        return found

    @cached_property
    def prefix(self) -> str:
        """The path of the service's address."""
        if self._swagger:
            return str(self._document.get("basePath", "")).rstrip("/")
        servers = self._document.get("servers") or [{"url": ""}]
        urls = sorted((one["url"] for one in servers), key=lambda one: not one.startswith("https"))
        return urlsplit(urls[0]).path.rstrip("/")

    def route(self, method: str, path: str) -> Route | None:
        """Return the operation for a path (without the prefix); one with fewer placeholders comes first."""
        fitting = [one for one in self.routes if one.method == method and one.pattern.fullmatch(path)]
        return min(fitting, key=lambda one: len(one.names), default=None)

    def check(self, route: Route, url: str, headers: Mapping[str, str], body: bytes | None) -> None:
        """Raise ``Refusal`` where the request does not fit the operation."""
        parts = urlsplit(url)
        path = parts.path.removeprefix(self.prefix)
        matched = route.pattern.fullmatch(path)
        if matched is None:
            raise Refusal(f"{path} is not {route.path}")
        parameters = self._parameters(route)
        in_path = dict(zip(route.names, matched.groups(), strict=True))
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        fixed = dict(parse_qsl(route.path.partition("#")[0].partition("?")[2], keep_blank_values=True))
        pairs = [pair for pair in pairs if fixed.get(pair[0]) != pair[1]]
        self._check_parameters(parameters, in_path, pairs, headers)
        self._check_body(route, parameters, headers, body)

    # Parameters

    def _resolved(self, value: Any) -> Any:
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            value = resolve(self._document, value["$ref"])
        return value

    def _parameters(self, route: Route) -> list[Any]:
        listed = [self._resolved(one) for one in route.item.get("parameters", [])]
        own = [self._resolved(one) for one in route.operation.get("parameters", [])]
        return list({(one["in"], one["name"]): one for one in [*listed, *own]}.values())

    def _check_parameters(
        self, parameters: list[Any], in_path: dict[str, str], pairs: list[tuple[str, str]], headers: Mapping[str, str]
    ) -> None:
        lowered = {name.lower(): value for name, value in headers.items()}
        cookies = [tuple(one.split("=", 1)) for one in lowered.get("cookie", "").split("; ") if one]
        left = list(pairs)
        for one in parameters:
            place, name = one["in"], one["name"]
            if place == "query":
                value, left = self._from_pairs(one, left)
            elif place == "cookie":
                value, cookies = self._from_pairs(one, cookies)
            elif place in ("path", "header"):
                text = in_path.get(name) if place == "path" else lowered.get(name.lower())
                value = None if text is None else self._split(one, unquote(text) if place == "path" else text)
            else:
                continue
            self._check_value(one, value)
        if left:
            raise Refusal(f"undeclared in the query: {left}")

    def _check_value(self, parameter: Any, value: Any) -> None:
        ignored = parameter["in"] == "header" and parameter["name"].lower() in (
            "accept",
            "authorization",
            "content-type",
        )
        if value is None and parameter.get("required") and not ignored:
            raise Refusal(f"{parameter['in']} {parameter['name']} is missing")
        if value is not None:
            self._validate(self._schema_of(parameter), value, parameter["name"], written=False)

    def _schema_of(self, parameter: Any) -> Any:
        if self._swagger:
            dropped = ("required", "name", "in", "description", "collectionFormat")
            schema = {key: one for key, one in parameter.items() if key not in dropped}
            return schema | ({"type": "string"} if schema.get("type") == "file" else {})
        return parameter.get("schema") or next(iter(parameter.get("content", {"": {}}).values())).get("schema", {})

    def _from_pairs(self, parameter: Any, pairs: list[Any]) -> tuple[Any, list[Any]]:
        name, schema = parameter["name"], self._schema_of(parameter)
        deep = parameter.get("style") == "deepObject"
        mine = [pair for pair in pairs if pair[0] == name or (deep and pair[0].startswith(f"{name}["))]
        left = [pair for pair in pairs if pair not in mine]
        kind = self._kind(schema)
        explode = parameter.get("explode", not self._swagger) or parameter.get("collectionFormat") == "multi"
        if kind == "object" and explode and not deep and not mine and "content" not in parameter:
            taken = [pair for pair in left if pair[0] in self._resolved(schema).get("properties", {})]
            return (dict(taken) or None), [pair for pair in left if pair not in taken]
        if not mine:
            return None, left
        if deep:
            return nested(mine).get(name), left
        if kind == "array" and explode:
            return [value for _, value in mine], left
        return self._split(parameter, mine[0][1]), left

    def _kind(self, schema: Any) -> str:
        resolved = self._resolved(schema)
        kind = resolved.get("type") if isinstance(resolved, dict) else None
        for key in ("allOf", "anyOf", "oneOf"):
            if kind is None and isinstance(resolved, dict) and resolved.get(key):
                kind = self._kind(resolved[key][0])
        return next((one for one in kind if one != "null"), "") if isinstance(kind, list) else kind or ""

    def _split(self, parameter: Any, text: str) -> Any:
        if "content" in parameter:
            return json.loads(text)
        if self._kind(self._schema_of(parameter)) != "array":
            return text
        formats = {"ssv": " ", "tsv": "\t", "pipes": "|", "spaceDelimited": " ", "pipeDelimited": "|"}
        return text.split(formats.get(parameter.get("collectionFormat") or parameter.get("style") or "", ","))

    # Bodies

    def _check_body(self, route: Route, parameters: list[Any], headers: Mapping[str, str], body: bytes | None) -> None:
        kind = {name.lower(): one for name, one in headers.items()}.get("content-type", "")
        described = self._swagger_body(route, parameters) if self._swagger else route.operation.get("requestBody")
        described = self._resolved(described)
        if body is None:
            if described and described.get("required"):
                raise Refusal("the body is missing")
            return
        if not described:
            raise Refusal("there must be no body")
        media = {name.partition(";")[0].strip().lower(): one for name, one in described["content"].items()}
        name = kind.partition(";")[0].strip().lower()
        if name not in media and "*/*" not in media:
            raise Refusal(f"{kind} is not among {list(media)}")
        medium = media.get(name) or media["*/*"]
        value = self._read_body(name, kind, body, medium)
        if value is not None:
            self._validate(medium.get("schema", {}), value, "body")

    def _swagger_body(self, route: Route, parameters: list[Any]) -> Any:
        consumes = route.operation.get("consumes") or self._document.get("consumes") or []
        for one in parameters:
            if one["in"] == "body":
                types = consumes or ["application/json"]
                content = {name: {"schema": one.get("schema", {})} for name in types}
                return {"required": one.get("required"), "content": content}
        fields = [one for one in parameters if one["in"] == "formData"]
        if not fields:
            return None
        schema = {
            "type": "object",
            "properties": {one["name"]: self._schema_of(one) for one in fields},
            "required": [one["name"] for one in fields if one.get("required")],
        }
        if not schema["required"]:
            del schema["required"]
        default = ["multipart/form-data" if any(one["type"] == "file" for one in fields) else FORM]
        return {"required": "required" in schema, "content": {name: {"schema": schema} for name in consumes or default}}

    def _read_body(self, name: str, kind: str, body: bytes, medium: Any) -> Any:
        if name.endswith("json"):
            return json.loads(body)
        if name == FORM:
            return self._read_form(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body)), medium)
        if name == "multipart/form-data":
            message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, policy=HTTP)
            pairs = [(_part_name(part), part.get_payload(decode=True).decode()) for part in message.iter_parts()]
            return self._read_form(pairs, medium)
        return None

    def _read_form(self, pairs: list[tuple[str, str]], medium: Any) -> Any:
        value = nested(pairs)
        properties = self._resolved(medium.get("schema", {})).get("properties", {})
        repeated = {name for name, _ in pairs if self._kind(properties.get(name, {})) == "array"}
        for name in repeated:
            value[name] = [text for key, text in pairs if key == name]
        return value

    # Values

    def _validate(self, schema: Any, value: Any, name: str, *, written: bool = True) -> None:
        kind = Draft4Validator if self._swagger else self._validator(written=written)
        whole = {**self._document, **(schema if isinstance(schema, dict) else {})}
        typed = self._typed(schema, value)
        for error in kind(whole).iter_errors(typed):
            raise Refusal(f"{name}: {error.message[:300]} at {list(error.absolute_path)}")

    def _validator(self, *, written: bool) -> Any:
        if not self._document["openapi"].startswith("3.0"):
            return OAS31Validator
        return OAS30WriteValidator if written else OAS30Validator

    def _typed(self, schema: Any, value: Any, depth: int = 0) -> Any:
        """Return what came as texts as what the schema makes of it."""
        schema = self._resolved(schema)
        if not isinstance(schema, dict) or depth > 40:
            return value
        if isinstance(value, str) and value[:1] in ("{", "[") and self._kind(schema) in ("object", "array"):
            value = json.loads(value)
        for key in ("allOf", "anyOf", "oneOf"):
            for one in schema.get(key, []):
                value = self._typed(one, value, depth + 1)
        if isinstance(value, dict):
            known, other = schema.get("properties", {}), schema.get("additionalProperties", {})
            return {name: self._typed(known.get(name, other), one, depth + 1) for name, one in value.items()}
        if isinstance(value, list):
            return [self._typed(schema.get("items", {}), one, depth + 1) for one in value]
        return _scalar(self._kind(schema), value)

    # Answers

    def example(self, route: Route) -> Answer:
        """Return the first documented success with a value made from its schema."""
        for status, response in sorted(route.operation.get("responses", {}).items()):
            if not re.fullmatch("2..", status):
                continue
            whole = self._resolved(response)
            media = {"": whole} if self._swagger else whole.get("content", {})
            for name, medium in media.items():
                if "schema" in medium and (self._swagger or name.partition(";")[0].endswith("json")):
                    return Answer(int(status.replace("X", "0")), Maker(self._document).make(medium["schema"]))
            return Answer(int(status.replace("X", "0")), None)
        return Answer(200, None)

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Return the answer to a request."""
        route = self.route(method, urlsplit(url).path.removeprefix(self.prefix))
        if route is None:
            return Answer(404, {"error": f"no {method} {url}"})
        try:
            self.check(route, url, headers, body)
        except Refusal as refusal:
            return Answer(400, {"error": str(refusal)})
        self.received.append((method, url))
        return self.example(route)

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Serve on a free port of this machine; give the address, with the prefix of the document's own."""
        mock = self

        class Handler(BaseHTTPRequestHandler):
            def respond(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size) if "Content-Type" in self.headers else None
                answer = mock.answer(self.command, self.path, dict(self.headers.items()), body)
                text = b"" if answer.body is None else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_PUT = do_POST = do_DELETE = do_OPTIONS = do_HEAD = do_PATCH = respond  # noqa: N815

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{self.prefix}"
        finally:
            server.shutdown()
            server.server_close()


FORM = "application/x-www-form-urlencoded"


def _part_name(part: Any) -> str:
    return str(part.get_param("name", header="content-disposition"))


def _scalar(kind: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if kind in ("integer", "number") and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return int(value) if "." not in value else float(value)
    return {"true": True, "false": False}.get(value, value) if kind == "boolean" else value


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return names with brackets as objects, and as lists where every key is an index."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        head, *keys = re.findall(r"[^\[\]]+", name) if "[" in name else [name]
        place, last = tree, head
        for key in keys:
            place = place.setdefault(last, {})
            last = key
        place[last] = value
    return {name: _listed(one) for name, one in tree.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(one) for key, one in value.items()}
    return list(inner.values()) if all(key.isdigit() for key in inner) else inner
