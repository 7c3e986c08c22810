"""A document's text to a service: what is refused, and what is listed and read around."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.integrations.documents import (
    SecurityScheme,
    Service,
    UnreadableDocument,
    argument_names,
    check_arguments,
    read_service,
    reading,
)
from entities.values import ABSENT
from tests.clocks import work_of_at_most


def read(paths: Any = None, *, source: str = "service.json", **rest: Any) -> Service:
    """Read a document of 3.0 with those paths; ``rest`` are its other parts."""
    document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths or {}, **rest}
    return read_service(json.dumps(document).encode(), source)


def messages(service: Service) -> list[str]:
    """Return what is said of a document, each with its place."""
    return [f"{one.pointer}: {one.message}" for one in service.problems]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(b"", "The document is empty.", id="empty"),
        pytest.param(b"[]", "The document is no object.", id="list"),
        pytest.param(b"{}", "The document is neither OpenAPI 3 nor Swagger 2.0.", id="no-version"),
        pytest.param(b'{"openapi": "4.0"}', "The document is neither OpenAPI 3 nor Swagger 2.0.", id="version-4"),
        pytest.param(b'{"swagger": "1.2"}', "The document is neither OpenAPI 3 nor Swagger 2.0.", id="version-1"),
        pytest.param(
            b'{"a": 1,\n"b": }',
            "The document is no JSON: unexpected character, expected a JSON value (line 2).",
            id="json",
        ),
        pytest.param(b'{"a":\n"\xff"}', "The document is not UTF-8 (line 2).", id="json-not-utf-8"),
        pytest.param(b"a: 1\nb: \xff", "The document is not UTF-8 (line 2).", id="yaml-not-utf-8"),
        pytest.param(
            b"a: 1\nb: ]\nc: 2", "The document is no YAML: did not find expected node content (line 2).", id="yaml"
        ),
        pytest.param(b"a: 1\nb: \0", "Character U+0000 is not allowed (line 2).", id="yaml-nul"),
        pytest.param(b"\n<!doctype html>", "This is a page (HTML or XML), not a document.", id="page"),
        pytest.param(gzip.compress(b"a: 1")[:-5], "The document is compressed, and broken.", id="half-compressed"),
        pytest.param(b"\x1f\x8bx", "The document is compressed, and broken.", id="not-compressed"),
        pytest.param(
            gzip.compress(b" " * 20_000_000),
            "The document has more than 16777216 bytes when it is unpacked.",
            id="compressed-too-large",
        ),
        pytest.param(b"a: *b", "Alias 'b' stands for nothing (line 1).", id="alias"),
        pytest.param(b"a: &b [*b]", "Alias 'b' stands for nothing (line 1).", id="alias-of-itself"),
    ],
)
def test_what_is_no_document_is_refused_with_its_line(text: bytes, message: str) -> None:
    """Only a text that is no OpenAPI document at all is refused."""
    with pytest.raises(UnreadableDocument) as caught:
        read_service(text, "x")
    assert caught.value.message == message


def test_a_compressed_document_is_unpacked() -> None:
    """As it lies in packages, or as a server forgot to say."""
    assert read_service(gzip.compress(b'{"openapi": "3.0.0"}'), "x.json.gz").notation == "OpenAPI 3.0"


def test_the_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document at the bound is read, one byte more is not."""
    text = b'{"openapi": "3.0.0"}'
    monkeypatch.setattr(reading, "MAX_BYTES", len(text))
    assert read_service(text, "x").notation == "OpenAPI 3.0"
    with pytest.raises(UnreadableDocument, match=r"^The document has 21 bytes; 20 are allowed\.$"):
        read_service(text + b" ", "x")


@pytest.mark.parametrize("text", [b"%s", b"openapi: 3.0.0\nx-a: %s"], ids=["json", "yaml"])
def test_the_depth_is_bounded(text: bytes) -> None:
    """A hundred levels are read, one more is refused, in either notation."""
    for more, fits in ((0, True), (1, False)):
        deep = b"[" * (99 + more) + b"]" * (99 + more)
        whole = text % (b'{"openapi": "3.0.0", "x-a": ' + deep + b"}" if text == b"%s" else deep)
        if fits:
            assert read_service(whole, "x").notation == "OpenAPI 3.0"
        else:
            with pytest.raises(UnreadableDocument, match="nested deeper than 100 levels"):
                read_service(whole, "x")


def test_aliases_count_as_what_they_stand_for() -> None:
    """A few lines that stand for billions of values are refused at once."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with work_of_at_most(5), pytest.raises(UnreadableDocument, match=r"more than 4000000 values"):
        read_service("\n".join(lines).encode(), "x")


def test_merges_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mapping that is merged into many others is copied no more often than there may be values."""
    monkeypatch.setattr(reading, "MAX_VALUES", 100)
    text = "a: &a {x: 1, y: 2, z: 3}\n" + "\n".join(f"b{n}: {{<<: *a}}" for n in range(40))
    with pytest.raises(UnreadableDocument, match=r"^The document has more than 100 values \(line 35\)\.$"):
        read_service(text.encode(), "x")


def test_yaml_and_json_are_read_alike() -> None:
    """YAML 1.2's core: ``on`` and dates are texts, statuses are texts as keys, merges and aliases are followed."""
    text = """\
openapi: 3.1.0
info: &info {title: on, version: 2024-01-02}
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {name: q, in: query, schema: {enum: [on, no, 0x1, 1e2, .5, ~, true]}}
      responses: {200: {description: ok}, default: {<<: *info}}
"""
    service = read_service(text.encode(), "x")
    assert (service.title, service.version) == ("on", "2024-01-02")
    operation = service.operations["a"]
    assert operation.success == (200,)
    assert operation.parameters[0].schema == {"enum": ["on", "no", "0x1", 100.0, 0.5, None, True]}


@pytest.mark.parametrize(
    "text",
    [
        b'{"openapi": "3.0.0", "info": {"title": "a\\u0000b", "version": "\\\\u0000"}, "x": ["\\u0000"]}',
        b"openapi: 3.0.0\ninfo: {title: \"a\\0b\", version: '\\u0000'}",
    ],
    ids=["json", "yaml"],
)
def test_an_escaped_nul_becomes_what_a_database_keeps(text: bytes) -> None:
    """U+0000 is replaced; a pattern that only spells it stays."""
    service = read_service(text, "x")
    assert (service.title, service.version) == ("a\ufffdb", "\\u0000")


@pytest.mark.parametrize(
    ("parts", "source", "servers"),
    [
        pytest.param({"servers": [{"url": "https://a.example/v1/"}]}, "x", ("https://a.example/v1",), id="slash"),
        pytest.param(
            {"servers": [{"url": "http://a.example"}, {"url": "https://b.example"}]},
            "x",
            ("https://b.example", "http://a.example"),
            id="https-first",
        ),
        pytest.param(
            {
                "servers": [
                    {"url": "https://{r}.a.example:{p}", "variables": {"r": {"default": "eu"}, "p": {"default": 8443}}}
                ]
            },
            "x",
            ("https://eu.a.example:8443",),
            id="variables",
        ),
        pytest.param({"servers": [{"url": "https://{r}.a.example"}]}, "x", (), id="variable-without-default"),
        pytest.param(
            {"servers": [{"url": "/v2"}]}, "https://a.example/docs/x.json", ("https://a.example/v2",), id="relative"
        ),
        pytest.param({"servers": [{"url": "/v2"}]}, "x.json", (), id="relative-to-a-file"),
        pytest.param({}, "https://a.example/docs/x.json", ("https://a.example",), id="none"),
        pytest.param({"servers": [{"url": "//a.example"}]}, "x", ("https://a.example",), id="without-scheme"),
        pytest.param({"servers": [{"url": "ftp://a.example"}]}, "x", (), id="ftp"),
        pytest.param({"servers": [{"url": "https://u:p@a.example"}]}, "x", (), id="password"),
        pytest.param({"servers": [{"url": "https://a.example?x=1"}]}, "x", (), id="query"),
        pytest.param({"servers": [{"url": "https://a.example/../b"}]}, "x", (), id="dots"),
        pytest.param({"servers": [{"url": "https://a.example:99999"}]}, "x", (), id="port"),
        pytest.param({"servers": [{"url": "https://a b.example\r\n"}, 3, {"url": 4}]}, "x", (), id="nonsense"),
    ],
)
def test_servers_are_absolute_addresses(parts: Any, source: str, servers: tuple[str, ...]) -> None:
    """Plain http or https, without a trailing slash, https first; whatever else is left out."""
    assert read(source=source, **parts).servers == servers


@pytest.mark.parametrize(
    ("parts", "source", "servers"),
    [
        pytest.param({"host": "a.example", "basePath": "/v1/"}, "x", ("https://a.example/v1",), id="https-by-default"),
        pytest.param(
            {"host": "a.example", "schemes": ["http", "wss", "https"]},
            "x",
            ("https://a.example", "http://a.example"),
            id="schemes",
        ),
        pytest.param({"basePath": "/v1"}, "http://b.example:81/x.json", ("http://b.example:81/v1",), id="source"),
        pytest.param({"basePath": "/v1"}, "x", (), id="nowhere"),
    ],
)
def test_servers_of_swagger(parts: Any, source: str, servers: tuple[str, ...]) -> None:
    """Schemes, host and base path; from where the document came where it does not say."""
    assert read_service(json.dumps({"swagger": "2.0", **parts}).encode(), source).servers == servers


def test_ids_are_made_where_they_are_missing_or_taken() -> None:
    """Made from method and path, as the original does; also taken as a slug; the second of an id is reported."""
    service = read(
        {
            "/users/{id}": {"get": {}, "delete": {"operationId": "x"}},
            "/b": {"get": {"operationId": "x"}, "post": {"operationId": 5}, "put": {"operationId": " \n"}},
            "/c": {"get": {"operationId": "c" * 201}},
        }
    )
    assert list(service.operations) == ["GET /users/{id}", "x", "GET /b", "PUT /b", "POST /b", "GET /c"]
    assert service.find("get_users_id") is service.operations["GET /users/{id}"]
    assert service.find("DELETE /users/{id}") is service.operations["x"]
    assert service.find("nothing") is None
    assert messages(service)[2:] == [
        "/paths/~1b/get: The id 'x' is taken; this operation is 'GET /b'.",
        "/paths/~1b/put: The id cannot be used; this operation is 'PUT /b'.",
        "/paths/~1b/post: The id cannot be used; this operation is 'POST /b'.",
        "/paths/~1c/get: The id has more than 200 characters; this operation is 'GET /c'.",
    ]


def test_long_names_are_cut_and_stay_different() -> None:
    """A name has at most 200 characters; two that differ at their end only have two digests."""
    paths = {f"/{'a' * 300}{end}": {"get": {}} for end in "bc"}
    names = list(read(paths).operations)
    assert [len(name) for name in names] == [200, 200]
    assert names[0] != names[1]


def test_what_should_be_a_list_is_told() -> None:
    """Nothing of a document is left out in silence."""
    operation = {"operationId": "b", "parameters": {"name": "x"}, "security": "key", "servers": {"url": "/"}}
    service = read({"/a": {"servers": "x", "parameters": 1, "get": operation}})
    assert sorted(messages(service)) == [
        f"/paths/~1a/{place} must be a list; it is left out."
        for place in (
            "get/parameters: 'parameters'",
            "get/security: 'security'",
            "get/servers: 'servers'",
            "parameters: 'parameters'",
            "servers: 'servers'",
        )
    ]


def test_methods_in_capitals_are_read_and_trace_is_not_sent() -> None:
    """As some write them; an operation that could not be called would only be found out when it is."""
    service = read({"/a": {"GET": {"operationId": "a"}, "get": {"operationId": "b"}, "POST": {}, "trace": {}}})
    assert list(service.operations) == ["b", "POST /a"]
    assert messages(service) == ["/paths/~1a/trace: TRACE is never sent; the operation is left out."]


def test_parts_of_a_path_count_for_its_operations() -> None:
    """Its parameters are theirs; ``$ref``s to parameters and path items are followed."""
    service = read(
        {"/a/{id}": {"$ref": "#/x-items/one"}},
        **{"x-items": {"one": {"parameters": [{"$ref": "#/components/parameters/id"}], "get": {"operationId": "a"}}}},
        components={"parameters": {"id": {"name": "id", "in": "path", "schema": {"type": "integer"}}}},
    )
    (parameter,) = service.operations["a"].parameters
    assert (parameter.name, parameter.place, parameter.required, parameter.schema) == (
        "id",
        "path",
        True,
        {"type": "integer"},
    )
    assert service.problems == ()


@pytest.mark.parametrize(
    ("content", "media", "said"),
    [
        pytest.param({"": 1}, ["application/json"], "is taken as 'application/json'", id="nothing"),
        pytest.param({"applicationjson": 1}, ["application/json"], "is taken as 'application/json'", id="misspelled"),
        pytest.param({"text/csv; utf-8": 1}, ["text/csv"], "is taken as 'text/csv'", id="setting"),
        pytest.param({"examples": 1, "text/csv": 1}, ["text/csv"], "is left out", id="misplaced"),
    ],
)
def test_a_body_is_not_lost_with_its_media_type(content: Any, media: list[str], said: str) -> None:
    """What stands where a media type should is no reason to be able to send nothing."""
    content = {name: {"schema": {"type": "string"}} for name in content}
    service = read({"/a": {"post": {"operationId": "a", "requestBody": {"content": content}}}})
    body = service.operations["a"].body
    assert body is not None
    assert [medium.type for medium in body.media] == media
    assert [problem.message for problem in service.problems] == [f"What is no media type {said}."]


def test_many_parameters_of_one_operation_are_read() -> None:
    """Real documents have more than five hundred; where there are too many, that is said."""
    listed = [{"name": f"p{n}", "in": "query", "schema": {}} for n in range(2001)]
    service = read({"/a": {"get": {"operationId": "a", "parameters": listed}}})
    assert len(service.operations["a"].parameters) == 2000
    assert messages(service) == ["/paths/~1a/get/parameters: More than 2000 parameters; the rest is left out."]


def test_an_operation_may_be_referred_to() -> None:
    """Nobody allows it, and some do it; of one in another file what its path says is left."""
    service = read(
        {"/a/{id}": {"get": {"$ref": "#/x-operations/a"}, "put": {"$ref": "put.yaml"}}},
        **{"x-operations": {"a": {"operationId": "a", "summary": "An a"}}},
    )
    assert [(one.id, one.summary, len(one.parameters)) for one in service.operations.values()] == [
        ("a", "An a", 1), ("PUT /a/{id}", "", 1)
    ]  # fmt: skip
    out = "$ref 'put.yaml' leads out of the document; only references within it are followed."
    assert f"/paths/~1a~1{{id}}/put: {out}" in messages(service)


def test_what_is_wrong_with_parameters_is_listed() -> None:
    """Each slip has its place, and the operation can be called all the same."""
    service = read(
        {
            "/a/{id}": {
                "get": {
                    "parameters": [
                        {"in": "query"},
                        {"name": "q", "in": "nowhere"},
                        {"name": "q", "in": "query"},
                        {"name": "q", "in": "query", "schema": {}},
                        {"name": "Content-Length", "in": "header", "schema": {}},
                        {"name": "Content-Type", "in": "header", "required": True, "schema": {}},
                        {"name": "a b", "in": "header", "schema": {}},
                        {"name": "other", "in": "path", "schema": {}},
                        {"name": "s", "in": "query", "style": "matrix", "schema": {}},
                        {"$ref": "other.yaml#/x"},
                        {"$ref": "#/nowhere"},
                    ]
                }
            }
        }
    )
    at = "/paths/~1a~1{id}/get/parameters"
    nothing = "A parameter without a name, or in no known place, is left out."
    assert messages(service) == [
        f"{at}/0: {nothing}",
        f"{at}/1: {nothing}",
        f"{at}/2: A parameter without a schema may be anything.",
        f"{at}/3: 'q' is declared twice; the first counts.",
        f"{at}/4: 'Content-Length' cannot be given as a header; it is left out.",
        f"{at}/6: 'a b' cannot be given as a header; it is left out.",
        f"{at}/8: 'matrix' is no style of a query parameter.",
        f"{at}/9: $ref 'other.yaml#/x' leads out of the document; only references within it are followed.",
        f"{at}/9: {nothing}",
        f"{at}/10: $ref '#/nowhere' leads nowhere.",
        f"{at}/10: {nothing}",
        f"{at}: 'id' of the path is not declared; it is taken as a text.",
        f"{at}: 'other' is declared for the path, which does not have it.",
    ]
    operation = service.operations["GET /a/{id}"]
    assert [(one.name, one.place) for one in operation.parameters] == [("q", "query"), ("s", "query"), ("id", "path")]


@pytest.mark.parametrize(
    ("scheme", "read_as"),
    [
        pytest.param(
            {"type": "apiKey", "in": "header", "name": "X-Key"}, SecurityScheme("apiKey", "header", "X-Key"), id="key"
        ),
        pytest.param(
            {"type": "apiKey", "in": "header", "name": "X Key"}, SecurityScheme("other"), id="key-without-name"
        ),
        pytest.param({"type": "http", "scheme": "Basic"}, SecurityScheme("basic"), id="basic"),
        pytest.param({"type": "http", "scheme": "bearer"}, SecurityScheme("bearer"), id="bearer"),
        pytest.param({"type": "http", "scheme": "digest"}, SecurityScheme("other"), id="digest"),
        pytest.param(
            {
                "type": "oauth2",
                "flows": {"clientCredentials": {"tokenUrl": "/token?a=b", "scopes": {"r": "", "w": ""}}},
            },
            SecurityScheme("oauth2", token_url="https://a.example/token?a=b", scopes=("r", "w")),
            id="client-credentials",
        ),
        pytest.param(
            {"type": "oauth2", "flows": {"authorizationCode": {"tokenUrl": "https://a.example/t"}}},
            SecurityScheme("oauth2"),
            id="a-person-is-needed",
        ),
        pytest.param({"type": "openIdConnect"}, SecurityScheme("other"), id="open-id"),
        pytest.param(7, SecurityScheme("other"), id="nonsense"),
    ],
)
def test_schemes(scheme: Any, read_as: SecurityScheme) -> None:
    """The ways to authenticate that can be used without a person."""
    service = read(servers=[{"url": "https://a.example"}], components={"securitySchemes": {"s": scheme}})
    assert service.schemes == {"s": read_as}


@pytest.mark.parametrize(
    ("own", "needed"),
    [
        pytest.param({}, ((("k", ()),),), id="the-document's"),
        pytest.param({"security": []}, (), id="none"),
        pytest.param({"security": [{}]}, (), id="none-at-all"),
        pytest.param({"security": [{"k": [], "o": ["r"]}, {}]}, ((("k", ()), ("o", ("r",))), ()), id="alternatives"),
        pytest.param({"security": 5}, ((("k", ()),),), id="nonsense"),
        pytest.param({"security": [{"x": []}, {"k": []}]}, ((("k", ()),),), id="one-undeclared"),
        pytest.param({"security": [{"x": []}]}, ((("k", ()),), (("o", ()),), ()), id="undeclared"),
        pytest.param(
            {"security": [{"o": [f"s{n}"]} for n in range(60)] + [{"k": []}]},
            ((("o", ("s0",)),), (("k", ()),)),
            id="every-scope-as-one",
        ),
    ],
)
def test_security_of_an_operation(own: Any, needed: Any) -> None:
    """Its own where it has one, else the document's."""
    schemes = {"securitySchemes": {"k": {"type": "http", "scheme": "basic"}, "o": {"type": "oauth2"}}}
    service = read({"/a": {"get": {"operationId": "a", **own}}}, security=[{"k": []}], components=schemes)
    assert service.operations["a"].security == needed


# Anything, anywhere

KEYS = [
    "openapi", "swagger", "info", "title", "servers", "url", "variables", "paths", "/a/{id}", "/b", "get", "post",
    "operationId", "parameters", "name", "in", "query", "path", "formData", "body", "schema", "content",
    "application/json", "multipart/form-data", "requestBody", "encoding", "style", "explode", "required", "type",
    "properties", "items", "allOf", "anyOf", "$ref", "enum", "pattern", "nullable", "additionalProperties", "minimum",
    "exclusiveMinimum", "readOnly", "responses", "200", "security", "components", "schemas", "securitySchemes", "flows",
    "tokenUrl", "host", "basePath", "schemes", "consumes", "definitions", "collectionFormat", "const", "default",
]  # fmt: skip
TEXTS = [
    "3.0.0", "3.1.0", "2.0", "a", "id", "string", "object", "array", "integer", "#/components/schemas/a", "#",
    "#/paths",
    "https://a.example", "query", "path", "header", "cookie", "body", "formData", "deepObject", "^(a+)+$", "[", "true",
]  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = st.recursive(
    SCALARS | st.sampled_from(TEXTS) | st.text(max_size=5).filter(lambda text: "\0" not in text),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=40,
)


@settings(max_examples=150, deadline=None)
@given(
    paths=ANYTHING,
    schema=ANYTHING,
    operation=ANYTHING,
    rest=ANYTHING,
    version=st.sampled_from(["2.0", "3.0.1", "3.1.0"]),
)
def test_anything_anywhere_is_read_or_refused(paths: Any, schema: Any, operation: Any, rest: Any, version: str) -> None:
    """Whatever stands in a document, it is read; what was read can be asked, checked and built without an accident."""
    named = "swagger" if version == "2.0" else "openapi"
    inner = operation if isinstance(operation, dict) else {"parameters": operation, "requestBody": operation}
    document = {
        "info": rest,
        "servers": rest,
        **(rest if isinstance(rest, dict) else {}),
        named: version,
        "paths": {
            "/a/{id}": {"get": operation, "post": inner},
            **(paths if isinstance(paths, dict) else {"/b": paths}),
        },
        "components": {"schemas": {"a": schema}, "securitySchemes": {"s": schema}},
    }
    try:
        service = read_service(json.dumps(document).encode(), "https://a.example/x")
    except UnreadableDocument:
        return
    for one in service.operations.values():
        names = argument_names(one)
        assert check_arguments(one, dict.fromkeys(names, ABSENT)) is not None
        check_arguments(one, dict.fromkeys(names, "x"))
        check_arguments(one, {name: {"a": [1, None, ABSENT]} for name in names})
        assert type(one).from_data(json.loads(json.dumps(one.as_data()))) == one


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet="{}[]&*:-, \n\"'ab<!|>#%@\\0", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(text: bytes) -> None:
    """No text brings the reader down."""
    with pytest.raises(UnreadableDocument):
        read_service(text, "x")
