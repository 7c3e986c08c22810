"""Addresses, methods, bodies and media types: what every route of CRUD takes, and what it refuses."""

import json
from uuid import uuid4

import pytest

from tests.entities.views.harness import JSON_API, error


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/api/todo", id="list"),
        pytest.param("/api/todo/{id}", id="row"),
        pytest.param("/api/todo/{id}/project", id="related"),
        pytest.param("/api/todo/{id}/relationships/project", id="relationship"),
    ],
)
def test_a_slash_at_the_end_is_tolerated(ada, path):
    """The same answer with and without a slash at the end."""
    path = path.format(id=ada.create("todo", title="Milk")["id"])
    assert ada.get(f"{path}/").json()["data"] == ada.get(path).json()["data"]


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        pytest.param("/api/todo", "GET, POST, HEAD, OPTIONS", id="list"),
        pytest.param("/api/todo/x", "GET, PATCH, DELETE, HEAD, OPTIONS", id="row"),
        pytest.param("/api/todo/x/project", "GET, HEAD, OPTIONS", id="related"),
        pytest.param("/api/todo/x/relationships/project", "GET, POST, PATCH, DELETE, HEAD, OPTIONS", id="relationship"),
    ],
)
def test_options_and_wrong_methods_say_what_is_allowed(ada, path, allow):
    """OPTIONS is 204 and a wrong method 405, both with ``Allow``."""
    options, wrong = ada.client.options(path), ada.client.put(path)
    assert (options.status_code, options.content, options["Allow"]) == (204, b"", allow)
    assert (wrong.status_code, error(wrong)["code"], wrong["Allow"]) == (405, "ENT112", allow)


def test_head_is_get_without_the_body(ada):
    """HEAD answers what GET would, but for the body."""
    answer = ada.client.head("/api/todo")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"", JSON_API)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        pytest.param("application/vnd.api+json", 201, id="json-api"),
        pytest.param("application/json", 201, id="json"),
        pytest.param("application/json; charset=utf-8", 201, id="json-utf-8"),
        pytest.param('application/vnd.api+json; profile="http://example.org/p"', 201, id="profile"),
        pytest.param('application/vnd.api+json; ext="http://example.org/e"', 415, id="extension"),
        pytest.param("application/vnd.api+json; charset=utf-8", 415, id="json-api-with-charset"),
        pytest.param("application/json; charset=utf-16", 415, id="json-utf-16"),
        pytest.param("text/plain", 415, id="text"),
        pytest.param("application/x-www-form-urlencoded", 415, id="form"),
        pytest.param("", 415, id="none"),
    ],
)
def test_only_json_bodies_are_read(ada, content_type, status):
    """JSON:API and JSON in UTF-8 are read, anything else is 415."""
    body = json.dumps({"data": {"type": "todo", "attributes": {"title": "x"}}})
    assert ada.send("post", "/api/todo", body, content_type).status_code == status


@pytest.mark.parametrize(
    ("accept", "status", "content_type"),
    [
        pytest.param("*/*", 200, JSON_API, id="anything"),
        pytest.param(JSON_API, 200, JSON_API, id="json-api"),
        pytest.param("application/json", 200, "application/json", id="json"),
        pytest.param("application/*;q=0.5, application/json", 200, "application/json", id="json-first"),
        pytest.param("application/json;q=0.1, application/vnd.api+json;q=0.9", 200, JSON_API, id="by-quality"),
        pytest.param("application/problem+json", 200, JSON_API, id="only-problems"),
        pytest.param(f'{JSON_API};profile="http://example.org/p"', 200, JSON_API, id="profile"),
        pytest.param(f'{JSON_API};ext="http://example.org/e"', 406, JSON_API, id="extension"),
        pytest.param(f"{JSON_API};charset=utf-8", 406, JSON_API, id="json-api-with-charset"),
        pytest.param(f"{JSON_API};charset=utf-8, {JSON_API}", 200, JSON_API, id="one-range-without"),
        pytest.param("text/html", 406, JSON_API, id="html"),
        pytest.param("application/json;q=0", 406, JSON_API, id="refused"),
        pytest.param("text/html, */*;q=0.1", 200, JSON_API, id="browser"),
    ],
)
def test_the_answer_has_an_accepted_type(ada, accept, status, content_type):
    """The best accepted type is answered; without one it is 406."""
    answer = ada.get("/api/todo", headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (status, content_type)
    assert {"Accept", "Authorization", "Cookie"} <= set(answer["Vary"].split(", "))


def test_the_address_cannot_choose_the_type(ada):
    """DRF's ``?format=`` is a parameter like any other: unknown."""
    answer = ada.get("/api/todo", format="api")
    assert (answer.status_code, error(answer)["source"]) == (400, {"parameter": "format"})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 400, id="empty"),
        pytest.param(b"{", 400, id="broken"),
        pytest.param(b'{"data": {"type": "todo", "type": "todo"}}', 400, id="duplicate-key"),
        pytest.param(b'{"data": {"type": "todo", "attributes": {"title": "\\u0000"}}}', 400, id="nul"),
        pytest.param(b'{"data": {"type": "todo", "attributes": {"title": NaN}}}', 400, id="nan"),
        pytest.param(b"[" * 10_000, 400, id="deep"),
        pytest.param(b" " * (1024 * 1024 + 1), 413, id="large"),
        pytest.param(b" " * (6 * 1024 * 1024), 413, id="larger-than-the-server-reads"),
    ],
)
def test_an_unreadable_body_is_refused(ada, body, status):
    """Bodies are bounded and strict."""
    assert ada.send("post", "/api/todo", body).status_code == status


def test_an_unknown_entity_is_404_with_a_suggestion(ada):
    """A wrong type in the address is named, and the right one suggested."""
    answer = ada.get("/api/todoo")
    assert answer.status_code == 404
    assert error(answer)["detail"] == "Unknown entity 'todoo'."
    assert error(answer)["meta"]["hint"] == "Did you mean 'todo'?"


@pytest.mark.parametrize("path", ["/api/todo/{id}/projekt", "/api/todo/{id}/relationships/projekt"])
def test_an_unknown_relation_is_404_with_a_suggestion(ada, path):
    """A wrong relation in the address is named, and the right one suggested."""
    answer = ada.get(path.format(id=ada.create("todo", title="Milk")["id"]))
    assert (answer.status_code, error(answer)["code"]) == (404, "ENT117")
    assert error(answer)["meta"]["hint"] == "Did you mean 'project'?"


@pytest.mark.parametrize("public_id", ["x", "1", "null", str(uuid4()), "..", "%00", "é", "1" * 5000])
def test_an_id_of_no_row_is_404(ada, public_id):
    """Whatever stands for no row is not found."""
    assert ada.get(f"/api/todo/{public_id}").status_code == 404


@pytest.mark.parametrize("path", ["/api", "/api/", "/api//", "/api/todo/x/y/z", "/api/todo/x/relationships/y/z"])
def test_an_address_that_is_none_is_404_too(ada, path):
    """Below ``/api`` every answer is a document."""
    for answer in (ada.get(path), ada.send("post", path, {})):
        assert (answer.status_code, answer["Content-Type"]) == (404, JSON_API)
        assert error(answer)["detail"] == "No such 'address'."
