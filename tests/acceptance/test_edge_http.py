"""Requests that no well-behaved client sends: each gets an answer that says what is wrong, and none does anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from actions import catalog
from tests.acceptance.conftest import Poster, failure

ECHO = """
Name: echo
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
AdditionalInputs: true
InFields:
  - {Name: text, ColumnType: content, IsNullable: true}
OutFields:
  - {Type: echo, Method: ACTIONRESPONSE, Attributes: {all: "~attributes"}}
"""
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=BB"
MANY = b"&".join(b"k%d=1" % number for number in range(1100))
NOT_UTF8 = "The form or the query string is not UTF-8."
PART = b'--BB\r\nContent-Disposition: form-data; name="text"\r\n\r\na\r\n--BB--\r\n'


@pytest.fixture
def send(define: Callable[[str], None]) -> Callable[..., Any]:
    """Post bytes of a content type to an action that answers what it understood."""
    define(ECHO)

    def post(body: bytes, content_type: str, *, query: str = "", **headers: str) -> Any:
        path = f"/action/todo/echo{query}"
        return Client(raise_request_exception=False).generic("POST", path, body, content_type, headers=headers)

    return post


@pytest.mark.parametrize(
    ("body", "content_type", "understood"),
    [
        pytest.param(b"text=a", f"{FORM}; charset=UTF-8", {"text": "a"}, id="form-utf-8"),
        pytest.param(b"text=a", f"{FORM}; charset=utf8", {"text": "a"}, id="form-utf8"),
        pytest.param(b"text=a", f"{FORM}; charset=us-ascii", {"text": "a"}, id="form-ascii"),
        pytest.param(b'{"text":"a"}', "application/json; charset=utf-8", {"text": "a"}, id="json-utf-8"),
        pytest.param(b'{"attributes":null,"text":"a"}', "application/json", {"text": "a"}, id="attributes-null"),
        pytest.param(PART, MULTIPART, {"text": "a"}, id="multipart"),
        pytest.param(b"", FORM, {}, id="empty-form"),
        pytest.param(b"", "text/plain", {}, id="nothing"),
    ],
)
def test_a_body_is_read(send: Callable[..., Any], body: bytes, content_type: str, understood: dict[str, Any]) -> None:
    """Every way of saying UTF-8, and nothing at all."""
    (entry,) = send(body, content_type).json()
    assert entry["Attributes"]["all"] == understood


@pytest.mark.parametrize(
    ("body", "content_type", "status", "message"),
    [
        pytest.param(b"text=%E9", f"{FORM}; charset=latin1", 415, "A body in 'latin1' is not read here.", id="latin"),
        pytest.param(b"text=a", f"{FORM}; charset=bogus", 415, "A body in 'bogus' is not read here.", id="bogus"),
        pytest.param(b"{}", "application/json; charset=utf-16", 415, "A body in 'utf-16' is not read here.", id="json"),
        pytest.param(b"text=%FF", FORM, 400, NOT_UTF8, id="form-bytes"),
        pytest.param(PART.replace(b"\r\na\r\n", b"\r\n\xff\r\n"), MULTIPART, 400, NOT_UTF8, id="multipart-bytes"),
        pytest.param(b"--CC--", MULTIPART, 400, "The form has no field that can be read.", id="boundary"),
        pytest.param(PART, "multipart/form-data", 400, "The form cannot be read.", id="no-boundary"),
        pytest.param(MANY, FORM, 413, "The request has too many fields or files.", id="fields"),
    ],
)
def test_a_form_that_would_be_misread_is_refused(
    send: Callable[..., Any], body: bytes, content_type: str, status: int, message: str
) -> None:
    """Nothing is guessed, replaced or dropped."""
    answer = send(body, content_type)
    assert (answer.status_code, failure(answer)["message"]) == (status, message)


def test_a_query_string_that_is_not_utf8_is_refused(send: Callable[..., Any]) -> None:
    """Django would put a question mark where the byte was."""
    answer = send(b"", "application/json", query="?text=%FF")
    assert (answer.status_code, failure(answer)["code"]) == (400, "unreadable")


def test_a_compressed_body_is_refused(send: Callable[..., Any]) -> None:
    """Also where it happens to be readable."""
    answer = send(b"{}", "application/json", content_encoding="gzip")
    assert (answer.status_code, failure(answer)["message"]) == (415, "A compressed body is not read here.")


def test_a_form_without_a_length_is_refused(send: Callable[..., Any]) -> None:
    """Half of it could not be told from the whole."""
    answer = send(b"text=a", FORM, transfer_encoding="chunked")
    assert (answer.status_code, failure(answer)["message"]) == (400, "A form without a length is not read.")
    answer = send(b"", "application/json", transfer_encoding="chunked")
    assert (answer.status_code, failure(answer)["message"]) == (400, "The body broke off.")


def test_a_proof_in_an_unreadable_form_is_no_fault_of_ours(send: Callable[..., Any], client: Client) -> None:
    """The session's check looks into the form before anybody else does."""
    client.cookies["sessionid"] = "x" * 32
    answer = client.post("/action/todo/echo", MANY, FORM)
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        pytest.param("application/problem+json", "application/problem+json", id="named"),
        pytest.param("APPLICATION/PROBLEM+JSON", "application/problem+json", id="any-case"),
        pytest.param("application/json, application/problem+json", "application/json", id="json-first"),
        pytest.param("application/problem+json, application/json", "application/problem+json", id="problem-first"),
        pytest.param("application/json, application/problem+json;q=0.1", "application/json", id="less"),
        pytest.param("application/json, application/problem+json;q=0", "application/json", id="never"),
        pytest.param("*/*", "application/json", id="anything"),
        pytest.param(";;;,,q=x", "application/json", id="garbage"),
    ],
)
def test_a_problem_is_for_who_prefers_one(send: Callable[..., Any], accept: str, content_type: str) -> None:
    """RFC 9110 12.5.1: by name and by quality."""
    assert send(b"[]", "application/json", accept=accept).headers["Content-Type"] == content_type


@pytest.mark.parametrize(
    "path",
    [
        "/action",
        "/action/",
        "/action/todo",
        "/action/todo/",
        "/action/a/b/c/d",
        "/webhook",
        "/webhook/a/",
        "/webhook/a/b/c",
    ],
)
def test_an_address_that_is_no_action_answers_like_one(client: Client, path: str) -> None:
    """Programs get JSON, never a page."""
    answer = client.post(path)
    assert (answer.status_code, failure(answer)["code"]) == (404, "not_found")
    what = "A receiver is at /webhook/" if path.startswith("/webhook") else "An action is at /action/"
    assert failure(answer)["hint"] == f"{what}<type>/<name>."


def test_a_slash_at_the_end_is_tolerated(send: Callable[..., Any]) -> None:
    """As in CRUD."""
    assert Client().post("/action/todo/echo/", b"{}", "application/json").status_code == 200


def test_a_database_that_does_not_answer_is_not_our_fault(
    send: Callable[..., Any], post: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 says that the same request may succeed later, wherever it was noticed."""

    def gone(*names: str) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(catalog, "find", gone)
    answer = post("todo/echo")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert failure(answer)["code"] == "unavailable"
