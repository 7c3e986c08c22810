"""The shape of documents, read by somebody else's reader and held against the rules of JSON:API 1.1."""

import io
import json

import jsonschema
import pytest
from rest_framework_json_api.parsers import JSONParser

from entities.examples.models import Todo

LINK = {"type": ["string", "null"], "format": "uri-reference"}
IDENTIFIER = {
    "type": "object",
    "required": ["type", "id"],
    "properties": {"type": {"type": "string"}, "id": {"type": "string"}},
    "additionalProperties": False,
}
RESOURCE = {
    "type": "object",
    "required": ["type", "id"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string", "pattern": "^[a-z][a-z_]*[a-z]$"},
        "id": {"type": "string"},
        "attributes": {
            "type": "object",
            "propertyNames": {"not": {"enum": ["id", "type", "relationships", "links"]}},
        },
        "links": {"type": "object", "additionalProperties": LINK},
        "relationships": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "anyOf": [{"required": ["data"]}, {"required": ["links"]}],
                "properties": {
                    "links": {"type": "object", "properties": {"self": LINK, "related": LINK}},
                    "data": {"anyOf": [{"type": "null"}, IDENTIFIER, {"type": "array", "items": IDENTIFIER}]},
                },
            },
        },
    },
}
DOCUMENT = {
    "type": "object",
    "required": ["data"],
    "additionalProperties": False,
    "properties": {
        "jsonapi": {"type": "object", "properties": {"version": {"const": "1.1"}}},
        "data": {"anyOf": [{"type": "null"}, RESOURCE, {"type": "array", "items": RESOURCE}]},
        "included": {"type": "array", "items": RESOURCE, "uniqueItems": True},
        "links": {
            "type": "object",
            "required": ["self"],
            "properties": dict.fromkeys(("self", "first", "last", "prev", "next"), LINK),
        },
        "meta": {"type": "object"},
    },
}


@pytest.fixture
def todo(ada):
    """A todo in a project."""
    project = ada.create("project", name="Home")["id"]
    return ada.create("todo", title="Milk", project_id=project)


@pytest.mark.parametrize(
    "path",
    [
        "/api/todo",
        "/api/todo?include=project.todos,user_account",
        "/api/todo/{id}",
        "/api/todo/{id}?included_relations=*",
        "/api/todo/{id}/project",
        "/api/user_account/mine",
        "/api/todo?page[after]={id}",
    ],
)
def test_a_document_keeps_the_rules_of_json_api(ada, todo, path):
    """Members, links, linkage and the common namespace of fields are as JSON:API 1.1 wants them."""
    document = ada.get(path.format(id=todo["id"])).json()
    jsonschema.Draft202012Validator(DOCUMENT).validate(document)
    for resource in document["data"] if isinstance(document["data"], list) else [document["data"]]:
        assert resource["attributes"].keys().isdisjoint(resource["relationships"])


def test_another_implementation_reads_a_row(ada, todo):
    """The parser of djangorestframework-jsonapi takes our row for the resource that it is."""

    class View:
        resource_name = "todo"
        kwargs = {"pk": todo["id"]}
        lookup_field = lookup_url_kwarg = "pk"

    class Request:
        method = "PATCH"

    answer = ada.get(f"/api/todo/{todo['id']}")
    context = {"view": View(), "request": Request(), "kwargs": View.kwargs}
    parsed = JSONParser().parse(io.BytesIO(answer.content), parser_context=context)
    assert {"type": "todo", "id": todo["id"], "title": "Milk"}.items() <= parsed.items()
    assert parsed["project"] == {"type": "project", "id": todo["attributes"]["project_id"]}


def test_a_row_in_a_list_is_the_row_itself(ada, todo):
    """A row looks the same wherever it is shown."""
    alone = ada.get(f"/api/todo/{todo['id']}").json()["data"]
    assert [alone] == ada.get("/api/todo").json()["data"] == [todo]


def test_texts_are_sent_as_they_are(ada):
    """Markup, quotes and any script of the world pass unchanged, in JSON that no browser guesses at."""
    title = "<img src=x onerror=alert(1)> \"'\\ \u2028 \U0001f600 \u202e"
    row = ada.create("todo", title=title)
    answer = ada.get(f"/api/todo/{row['id']}")
    assert answer.json()["data"]["attributes"]["title"] == title
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert json.loads(answer.content) == answer.json()
    assert Todo.objects.get().title == title
