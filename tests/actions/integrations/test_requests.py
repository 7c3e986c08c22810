"""Arguments to a request: every style of every place, every kind of body, and no value that leaves its place."""

from __future__ import annotations

import json
from decimal import Decimal
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.integrations.documents import BadArguments, Built, ServiceOperation, build_request, read_service
from entities.values import ABSENT

SERVER = "https://a.example"


def operation_of(
    *parameters: Any, path: str = "", media: Any = None, version: str = "3.0.3", **rest: Any
) -> ServiceOperation:
    """Read an operation with those parameters and media of its body."""
    path = path or "/a" + "".join(f"/{{{one['name']}}}" for one in parameters if one["in"] == "path")
    body = {"requestBody": {"content": media}} if media else {}
    named = "swagger" if version == "2.0" else "openapi"
    document = {
        named: version,
        "paths": {path: {"post": {"operationId": "a", "parameters": list(parameters), **body, **rest}}},
    }
    return read_service(json.dumps(document).encode(), "x").operations["a"]


def parameter(place: str, style: str, *, explode: bool = False, **rest: Any) -> Any:
    return {"name": "p", "in": place, "style": style, "explode": explode, "schema": {}, **rest}


def sent(built: Built, place: str) -> Any:
    """Return what stands in a place of a request."""
    headers = dict(built.headers)
    return {
        "path": urlsplit(built.url).path.removeprefix("/a/"),
        "query": urlsplit(built.url).query,
        "header": headers.get("p"),
        "cookie": headers.get("Cookie"),
    }[place]


LIST, OBJECT = [1, "b c"], {"R": 100, "G": "a,b"}


@pytest.mark.parametrize(
    ("place", "style", "explode", "value", "text"),
    [
        # RFC 6570 and OpenAPI 3.1.1, "Style Examples"
        pytest.param("path", "simple", False, "a b", "a%20b", id="simple"),
        pytest.param("path", "simple", False, LIST, "1,b%20c", id="simple-list"),
        pytest.param("path", "simple", False, OBJECT, "R,100,G,a%2Cb", id="simple-object"),
        pytest.param("path", "simple", True, OBJECT, "R=100,G=a%2Cb", id="simple-object-exploded"),
        pytest.param("path", "label", False, 5, ".5", id="label"),
        pytest.param("path", "label", False, LIST, ".1,b%20c", id="label-list"),
        pytest.param("path", "label", True, LIST, ".1.b%20c", id="label-list-exploded"),
        pytest.param("path", "label", True, OBJECT, ".R=100.G=a%2Cb", id="label-object-exploded"),
        pytest.param("path", "matrix", False, 5, ";p=5", id="matrix"),
        pytest.param("path", "matrix", False, LIST, ";p=1,b%20c", id="matrix-list"),
        pytest.param("path", "matrix", True, LIST, ";p=1;p=b%20c", id="matrix-list-exploded"),
        pytest.param("path", "matrix", False, OBJECT, ";p=R,100,G,a%2Cb", id="matrix-object"),
        pytest.param("path", "matrix", True, OBJECT, ";R=100;G=a%2Cb", id="matrix-object-exploded"),
        pytest.param("query", "form", True, "a&b=c#d+e", "p=a%26b%3Dc%23d%2Be", id="form"),
        pytest.param("query", "form", True, "", "p=", id="form-empty"),
        pytest.param("query", "form", True, True, "p=true", id="form-boolean"),
        pytest.param("query", "form", True, LIST, "p=1&p=b%20c", id="form-list-exploded"),
        pytest.param("query", "form", False, LIST, "p=1,b%20c", id="form-list"),
        pytest.param("query", "form", True, [], "", id="form-empty-list"),
        pytest.param("query", "form", True, OBJECT, "R=100&G=a%2Cb", id="form-object-exploded"),
        pytest.param("query", "form", False, OBJECT, "p=R,100,G,a%2Cb", id="form-object"),
        pytest.param("query", "form", True, [{"a": 1}], "p=%7B%22a%22%3A1%7D", id="form-list-of-objects"),
        pytest.param("query", "spaceDelimited", False, LIST, "p=1%20b%20c", id="space"),
        pytest.param("query", "pipeDelimited", False, LIST, "p=1%7Cb%20c", id="pipe"),
        pytest.param("query", "deepObject", True, OBJECT, "p[R]=100&p[G]=a%2Cb", id="deep"),
        pytest.param("query", "deepObject", True, {"a": [{"b": None, "c": 1}]}, "p[a][0][c]=1", id="deep-nested"),
        pytest.param("header", "simple", False, "a b", "a b", id="header"),
        pytest.param("header", "simple", False, [1, 2], "1,2", id="header-list"),
        pytest.param("header", "simple", True, {"R": 1}, "R=1", id="header-object-exploded"),
        pytest.param("header", "simple", False, "", "", id="header-of-nothing"),
        pytest.param("header", "simple", False, " ", "", id="header-of-blanks"),
        pytest.param("header", "simple", False, [], None, id="header-of-an-empty-list"),
        pytest.param("cookie", "form", False, "a; b=c", "p=a%3B%20b%3Dc", id="cookie"),
        pytest.param("cookie", "form", False, [1, 2], "p=1,2", id="cookie-list"),
    ],
)
def test_styles(place: str, style: str, explode: bool, value: Any, text: str | None) -> None:
    """A value stands in its place as its style says."""
    operation = operation_of(parameter(place, style, explode=explode))
    assert sent(build_request(operation, {"p": value}, SERVER), place) == text


@pytest.mark.parametrize(
    ("collection", "place", "text"),
    [
        pytest.param("csv", "query", "p=1,b%20c", id="csv"),
        pytest.param("ssv", "query", "p=1%20b%20c", id="ssv"),
        pytest.param("tsv", "query", "p=1%09b%20c", id="tsv"),
        pytest.param("pipes", "query", "p=1%7Cb%20c", id="pipes"),
        pytest.param("multi", "query", "p=1&p=b%20c", id="multi"),
        pytest.param("nonsense", "query", "p=1,b%20c", id="default"),
        pytest.param("csv", "path", "1,b%20c", id="path"),
        pytest.param("pipes", "path", "1%7Cb%20c", id="path-pipes"),
        pytest.param("pipes", "header", "1|b c", id="header-pipes"),
    ],
)
def test_collections_of_swagger(collection: str, place: str, text: str) -> None:
    """2.0's ``collectionFormat``."""
    operation = operation_of(
        {"name": "p", "in": place, "type": "array", "items": {}, "collectionFormat": collection}, version="2.0"
    )
    assert sent(build_request(operation, {"p": LIST}, SERVER), place) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(Decimal("12.50"), "12.50", id="decimal"),
        pytest.param(Decimal("1E+3"), "1000", id="exponent"),
        pytest.param(1e-7, "0.0000001", id="float"),
        pytest.param(0.1, "0.1", id="float-as-written"),
        pytest.param(2**70, "1180591620717411303424", id="integer"),
        pytest.param(False, "false", id="false"),
    ],
)
def test_numbers_are_written_out(value: Any, text: str) -> None:
    """Exactly, without an exponent, in an address and in JSON alike."""
    operation = operation_of(parameter("query", "form"), media={"application/json": {"schema": {}}})
    built = build_request(operation, {"p": value, "b": [value]}, SERVER)
    assert sent(built, "query") == f"p={text}"
    assert built.body == f'{{"b":[{text}]}}'.encode()


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        pytest.param("path", "", "A part of the address must not be empty.", id="empty"),
        pytest.param("path", [], "A part of the address must not be empty.", id="empty-list"),
        pytest.param("path", [""], "A part of the address must not be empty.", id="list-of-nothing"),
        pytest.param("path", ["."], "A part of the address must not be, or hold, a path of dots.", id="list-of-dots"),
        pytest.param("path", "..", "A part of the address must not be, or hold, a path of dots.", id="dots"),
        pytest.param("path", ".", "A part of the address must not be, or hold, a path of dots.", id="dot"),
        pytest.param("path", "a/../b", "A part of the address must not be, or hold, a path of dots.", id="dots-inside"),
        pytest.param("path", "..\\b", "A part of the address must not be, or hold, a path of dots.", id="backslash"),
        pytest.param("header", "a\r\nB: c", "A header holds printable ASCII in one line only.", id="line"),
        pytest.param("header", "\u00e9", "A header holds printable ASCII in one line only.", id="no-ascii"),
        pytest.param("header", ["a,b"], "A value in a list of a header must not have a comma.", id="comma"),
    ],
)
def test_what_would_leave_its_place_is_refused(place: str, value: Any, message: str) -> None:
    """Where no encoding keeps a value in its place."""
    operation = operation_of(parameter(place, "simple", required=place == "path"))
    with pytest.raises(BadArguments) as caught:
        build_request(operation, {"p": value}, SERVER)
    assert caught.value.message == f"The arguments do not fit 'a': {message}"
    assert [(one.path, one.code) for one in caught.value.problems] == [(("p",), "value")]


def test_names_with_brackets_in_deep_objects_are_refused() -> None:
    """``p[a][b]`` could be two things."""
    with pytest.raises(BadArguments, match=r"The name 'a\]\[b' must not have brackets here\."):
        build_request(operation_of(parameter("query", "deepObject")), {"p": {"a][b": 1}}, SERVER)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        pytest.param("/a b/{p}#X-Target", "/a%20b/v%2Fw", id="fragment"),
        pytest.param("/x?action=Do&of={p}", "/x?action=Do&of=v%2Fw", id="query-of-the-path"),
        pytest.param("/x/{p}:cancel", "/x/v%2Fw:cancel", id="suffix"),
        pytest.param("/x/{+p}", "/x/v/w", id="several-segments"),
        pytest.param("/x/{p}/{p}", "/x/v%2Fw/v%2Fw", id="twice"),
        pytest.param("/x%2Fy/\u00e9/{p}", "/x%2Fy/%C3%A9/v%2Fw", id="encoded"),
    ],
)
def test_paths_of_the_wild(path: str, url: str) -> None:
    """What documents put into a path that RFC 3986 does not."""
    assert build_request(operation_of(path=path), {"p": "v/w"}, f"{SERVER}/").url == SERVER + url


@pytest.mark.parametrize(
    "server",
    ["", "a.example", "ftp://a.example", "https://a.example?x", "https://u@a.example", "https://a.example/\r\n"],
)
def test_a_server_is_a_plain_address(server: str) -> None:
    """Whoever gives it: a configured one is judged as a document's."""
    if server.endswith("\n"):
        assert build_request(operation_of(), {}, server).url == "https://a.example/a"
        return
    with pytest.raises(BadArguments, match=r"The service has no usable address\."):
        build_request(operation_of(), {}, server)


def test_the_operations_own_server_is_used_where_none_is_given() -> None:
    """Of the operation, before that of its path."""
    operation = operation_of(servers=[{"url": "https://b.example/v2"}])
    assert operation.server == "https://b.example/v2"
    assert build_request(operation, {}, "").url == "https://b.example/v2/a"
    assert build_request(operation, {}, SERVER).url == f"{SERVER}/a"


def test_headers_say_what_is_sent_and_taken() -> None:
    """The documented media types of the answer, JSON first; the type of the body where there is one."""
    answers = {"200": {"content": {"text/csv": {}, "application/json": {}}}, "404": {"content": {"text/html": {}}}}
    operation = operation_of(media={"application/json": {"schema": {}}}, responses=answers)
    assert build_request(operation, {"x": 1}, SERVER).headers == (
        ("Accept", "application/json, text/csv, */*;q=0.5"),
        ("Content-Type", "application/json"),
    )
    assert build_request(operation, {}, SERVER).headers == (("Accept", "application/json, text/csv, */*;q=0.5"),)


def test_several_cookies_are_one_header() -> None:
    """In the document's order."""
    names = [{"name": name, "in": "cookie", "schema": {}} for name in ("a", "b")]
    assert dict(build_request(operation_of(*names), {"b": 1, "a": "x"}, SERVER).headers)["Cookie"] == "a=x; b=1"


def test_a_parameter_with_content_is_json() -> None:
    """``content`` instead of a schema: the whole value as a document."""
    one = {"name": "p", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}}
    assert sent(build_request(operation_of(one), {"p": {"a": [1]}}, SERVER), "query") == "p=%7B%22a%22%3A%5B1%5D%7D"


def test_reserved_characters_may_be_allowed() -> None:
    """``allowReserved``, but for those that would end the value."""
    operation = operation_of(parameter("query", "form", allowReserved=True))
    assert sent(build_request(operation, {"p": "a/b?c=d&e#f+g h"}, SERVER), "query") == "p=a/b?c%3Dd%26e%23f%2Bg%20h"


# Bodies


def body_of(kind: str, schema: Any, value: Any, **medium: Any) -> tuple[str, bytes]:
    """Return the content type and the body that a value makes."""
    operation = operation_of(media={kind: {"schema": schema, **medium}})
    built = build_request(operation, {"body": value}, SERVER)
    assert built.body is not None
    return dict(built.headers)["Content-Type"], built.body


FORM = "application/x-www-form-urlencoded"
FILE = {"name": "a.bin", "file": "AAEC", "type": "image/png"}


@pytest.mark.parametrize(
    ("kind", "value", "content_type", "body"),
    [
        pytest.param("application/json", {"a": None}, "application/json", b'{"a":null}', id="json"),
        pytest.param("application/merge-patch+json", [1], "application/merge-patch+json", b"[1]", id="json-kind"),
        pytest.param("application/json; charset=utf-8", "x", "application/json; charset=utf-8", b'"x"', id="parameter"),
        pytest.param("*/*", {"a": 1}, "application/json", b'{"a":1}', id="range"),
        pytest.param("text/plain", "a\u00e9", "text/plain", "a\u00e9".encode(), id="text"),
        pytest.param("text/plain", Decimal("1.50"), "text/plain", b"1.50", id="number"),
        pytest.param("application/xml", "<a/>", "application/xml", b"<a/>", id="xml"),
        pytest.param("application/octet-stream", "abc", "application/octet-stream", b"abc", id="bytes"),
        pytest.param("application/octet-stream", FILE, "application/octet-stream", b"\0\1\2", id="file"),
        pytest.param("image/*", [FILE], "image/png", b"\0\1\2", id="file-as-an-input"),
        pytest.param("image/*", {"file": "data:image/gif;base64,AAEC"}, "image/gif", b"\0\1\2", id="data-url"),
        pytest.param(FORM, {"a": "b c&d", "e": True, "n": None}, FORM, b"a=b%20c%26d&e=true", id="form"),
        pytest.param(FORM, {"a": [1, "x"], "b": {"c": 1}}, FORM, b"a=1&a=x&b=%7B%22c%22%3A1%7D", id="form-nested"),
        pytest.param(FORM, {}, FORM, b"", id="form-empty"),
    ],
)
def test_bodies(kind: str, value: Any, content_type: str, body: bytes) -> None:
    """Each medium writes a value in its own way."""
    assert body_of(kind, {}, value) == (content_type, body)


@pytest.mark.parametrize(
    ("how", "body"),
    [
        pytest.param({"style": "deepObject"}, b"a[x][0]=1&a[x][1]=2", id="deep"),
        pytest.param({"style": "form", "explode": False}, b"a=x,%5B1%2C2%5D", id="form"),
        pytest.param({"contentType": "application/json"}, b"a=%7B%22x%22%3A%5B1%2C2%5D%7D", id="json"),
        pytest.param({"style": 5}, b"x=%5B1%2C2%5D", id="nonsense"),
    ],
)
def test_encodings_of_a_form(how: Any, body: bytes) -> None:
    """What ``encoding`` says of a property."""
    assert body_of(FORM, {}, {"a": {"x": [1, 2]}}, encoding={"a": how})[1] == body


UPLOAD = {
    "type": "object",
    "properties": {
        "doc": {"type": "string", "format": "binary"},
        "more": {"type": "array", "items": {"type": "string", "format": "binary"}},
        "meta": {"type": "object"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "deep": {"type": "object"},
    },
}


def test_a_form_of_parts() -> None:
    """Files with name and type, objects as JSON, lists as several parts; read back by the standard library."""
    value = {
        "doc": {"name": 'a"\r\nX: y.png', "file": "AAEC", "type": "image/png"},
        "more": [FILE, "text"],
        "meta": {"a": 1},
        "tags": ["x", "y"],
        "deep": {"b": {"c": 1}},
    }
    kind, body = body_of("multipart/form-data", UPLOAD, value, encoding={"deep": {"style": "deepObject"}})
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, policy=HTTP)
    parts = [
        (part.get_param("name", header="content-disposition"), part.get_filename(), part.get_content_type(),
         part.get_payload(decode=True))
        for part in message.iter_parts()  # type: ignore[attr-defined]
    ]  # fmt: skip
    assert parts == [
        ("doc", "a%22%0D%0AX: y.png", "image/png", b"\0\1\2"),
        ("more", "a.bin", "image/png", b"\0\1\2"),
        ("more", "file", "application/octet-stream", b"text"),
        ("meta", None, "application/json", b'{"a":1}'),
        ("tags", None, "text/plain", b"x"),
        ("tags", None, "text/plain", b"y"),
        ("deep[b][c]", None, "text/plain", b"1"),
    ]
    assert body_of("multipart/form-data", UPLOAD, value, encoding={"deep": {"style": "deepObject"}}) == (kind, body)


BINARY = {"type": "string", "format": "binary"}
SENT_AS_FILE = b'; name="doc"; filename="a.bin"\r\nContent-Type: image/png\r\n\r\n\0\1\2\r\n'


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({**BINARY, "nullable": True}, id="nullable"),
        pytest.param({"anyOf": [BINARY, {"type": "null"}]}, id="or-null"),
        pytest.param({"oneOf": [{"type": "array", "items": BINARY}, BINARY]}, id="one-or-more"),
        pytest.param({"anyOf": [{"type": "string", "format": "uri"}, BINARY]}, id="or-address"),
        pytest.param({"allOf": [BINARY]}, id="part"),
        pytest.param({"type": "string", "contentMediaType": "image/png"}, id="media-type"),
    ],
)
@pytest.mark.parametrize("value", [FILE, [FILE]], ids=["file", "list"])
def test_what_may_be_a_file_is_sent_as_one(schema: Any, value: Any) -> None:
    """However the document says it, a file does not become the JSON text that describes it."""
    _, body = body_of("multipart/form-data", {"type": "object", "properties": {"doc": schema}}, {"doc": value})
    assert SENT_AS_FILE in body


def test_a_file_of_any_type_is_the_body() -> None:
    """Where a document says nothing but that: with the file's own type, not as the JSON that describes it."""
    assert body_of("*/*", BINARY, FILE) == ("image/png", b"\0\1\2")
    assert body_of("application/octet-stream", BINARY, FILE) == ("application/octet-stream", b"\0\1\2")


def test_what_may_be_a_text_too_is_sent_as_one() -> None:
    """An address instead of the file that it leads to stays an address."""
    schema = {"type": "object", "properties": {"doc": {"anyOf": [{"type": "string"}, BINARY]}}}
    _, body = body_of("multipart/form-data", schema, {"doc": "https://example.org/a.png"})
    assert b'; name="doc"\r\n\r\nhttps://example.org/a.png\r\n' in body


@pytest.mark.parametrize(
    ("kind", "schema", "value", "message"),
    [
        pytest.param(
            "multipart/form-data", UPLOAD, {"doc": {"file": "%"}}, "The content of the file is not base64.", id="base64"
        ),
        pytest.param(
            "application/xml",
            {},
            {"a": 1},
            "A body of type 'application/xml' is a text, or a file: {name, file, type}.",
            id="xml",
        ),
        pytest.param(FORM, {}, [1], "A form must be an object.", id="form"),
        pytest.param("multipart/form-data", {}, [1], "A form must be an object.", id="parts"),
    ],
)
def test_bodies_that_cannot_be_written(kind: str, schema: Any, value: Any, message: str) -> None:
    """Found when the arguments are checked, too."""
    with pytest.raises(BadArguments) as caught:
        body_of(kind, schema, value)
    assert [one.message for one in caught.value.problems] == [message]


def test_forms_of_swagger() -> None:
    """2.0's ``formData``: a file makes it a form of parts; lists by their ``collectionFormat``."""
    fields = [
        {"name": "a", "in": "formData", "type": "array", "items": {"type": "integer"}, "collectionFormat": "pipes"},
        {"name": "b", "in": "formData", "type": "string", "required": True},
    ]
    built = build_request(operation_of(*fields, version="2.0"), {"a": [1, 2], "b": 5}, SERVER)
    assert (built.body, dict(built.headers)["Content-Type"]) == (b"a=1%7C2&b=5", FORM)
    file = {"name": "f", "in": "formData", "type": "file"}
    built = build_request(operation_of(*fields, file, version="2.0"), {"f": FILE, "b": "x"}, SERVER)
    assert b'name="f"; filename="a.bin"\r\nContent-Type: image/png\r\n\r\n\0\1\2\r\n' in (built.body or b"")
    operation = operation_of(*fields, version="2.0")
    with pytest.raises(BadArguments, match="'b' is missing"):
        build_request(operation, {}, SERVER)


def test_bodies_of_swagger() -> None:
    """2.0's ``body`` parameter, in the media types that the operation consumes."""
    body = {"name": "pet", "in": "body", "required": True, "schema": {"type": "object", "properties": {"name": {}}}}
    operation = operation_of(body, version="2.0", consumes=["application/xml", "application/json"])
    built = build_request(operation, {"name": "Rex"}, SERVER)
    assert (built.body, dict(built.headers)["Content-Type"]) == (b'{"name":"Rex"}', "application/json")


def test_what_is_absent_is_left_out() -> None:
    """At any depth: an attribute that was not sent is no attribute."""
    operation = operation_of(parameter("query", "form"), media={"application/json": {"schema": {}}})
    built = build_request(operation, {"p": ABSENT, "a": {"b": ABSENT, "c": [1, ABSENT]}, "d": ABSENT}, SERVER)
    assert (built.url, built.body) == (f"{SERVER}/a", b'{"a":{"c":[1]}}')


def test_all_problems_are_raised_at_once() -> None:
    """Each as a field of the answer, under the name that the author wrote."""
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "integer"}}}}
    operation = operation_of(parameter("path", "simple"), media={"application/json": {"schema": schema}})
    with pytest.raises(BadArguments) as caught:
        build_request(operation, {"items": [1, "x"], "zz": 1}, SERVER)
    assert (caught.value.code, caught.value.status) == ("ACT590", 422)
    assert [(one.field, one.code) for one in caught.value.errors] == [
        ("zz", "unknown"),
        ("p", "missing"),
        ("items[1]", "type"),
    ]


TEXT = st.text(min_size=1, max_size=20).filter(lambda text: not any("\ud800" <= one <= "\udfff" for one in text))


@settings(max_examples=200, deadline=None)
@given(path=TEXT, query=TEXT, cookie=TEXT, header=TEXT, form=TEXT)
def test_no_value_leaves_its_place(path: str, query: str, cookie: str, header: str, form: str) -> None:
    """Whatever is given, a reader of the request finds it where it belongs, and nothing else."""
    operation = operation_of(
        {"name": "i", "in": "path", "schema": {}},
        {"name": "q", "in": "query", "schema": {}},
        {"name": "c", "in": "cookie", "schema": {}},
        {"name": "X-H", "in": "header", "schema": {}},
        path="/a/{i}/b",
        media={FORM: {"schema": {"type": "object", "properties": {"f": {}}}}},
    )
    try:
        built = build_request(operation, {"i": path, "q": query, "c": cookie, "X-H": header, "f": form}, SERVER)
    except BadArguments as error:
        refused = {one.path for one in error.problems}
    else:
        refused = set()
    assert refused <= {("i",), ("X-H",)}
    if refused:
        return
    parts = urlsplit(built.url)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "a.example", "")
    _, head, segment, tail = parts.path.split("/")
    assert (head, unquote(segment), tail) == ("a", path, "b")
    assert parse_qsl(parts.query, keep_blank_values=True) == [("q", query)]
    assert parse_qsl((built.body or b"").decode(), keep_blank_values=True) == [("f", form)]
    headers = dict(built.headers)
    assert unquote(headers["Cookie"].removeprefix("c=")) == cookie
    assert ";" not in headers["Cookie"]
    assert headers["X-H"] == header.strip(" \t")
    assert all(one.isprintable() or one == "\t" for value in headers.values() for one in value)
