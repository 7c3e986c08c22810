"""The OpenAPI document and the page for people: valid, true, and only what one may use."""

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate

from entities import registry
from entities.actors import SYSTEM
from entities.examples.models import Project
from entities.openapi import contribute, contributions, document
from entities.permissions import bits

pytestmark = pytest.mark.django_db


def test_the_document_is_valid():
    """A public validator accepts the document with everything in it."""
    validate(document(SYSTEM))


def test_both_addresses_answer_the_same(ada):
    """JSON and YAML are one document."""
    as_json, as_yaml = ada.client.get("/openapi.json"), ada.client.get("/openapi.yaml")
    assert (as_json["Content-Type"], as_yaml["Content-Type"]) == ("application/json", "application/yaml")
    assert as_json.json() == yaml.safe_load(as_yaml.content)
    assert as_json.json()["openapi"] == "3.1.0"


def test_every_route_of_an_entity_is_described():
    """Lists, rows, related rows and relationships, with the methods that they have."""
    paths = document(SYSTEM)["paths"]
    assert {path: sorted(item.keys() - {"parameters"}) for path, item in paths.items() if "/todo" in path} == {
        "/api/todo": ["get", "post"],
        "/api/todo/{id}": ["delete", "get", "patch"],
        "/api/todo/{id}/project": ["get"],
        "/api/todo/{id}/relationships/project": ["get", "patch"],
        "/api/todo/{id}/usergroup_id": ["get"],
        "/api/todo/{id}/relationships/usergroup_id": ["delete", "get", "patch", "post"],
        "/api/todo/{id}/user_account": ["get"],
        "/api/todo/{id}/relationships/user_account": ["get", "patch"],
        "/api/project/{id}/todos": ["get"],
        "/api/project/{id}/relationships/todos": ["delete", "get", "patch", "post"],
        "/aggregate/todo": ["get", "post"],
    }


def test_what_one_may_not_use_is_absent(exposed, ada):
    """Methods without the right, and entities that are not visible, are not described."""
    registry.register(Project, name="project", permission=bits(user=["read"]))
    paths = document(ada.actor)["paths"]
    assert sorted(paths["/api/project"].keys()) == ["get"]
    assert sorted(paths["/api/project/{id}"].keys() - {"parameters"}) == ["get"]
    registry.register(Project, name="project", permission=0)
    found = document(ada.actor)
    assert not [path for path in found["paths"] if "project" in path]
    assert not [name for name in found["components"]["schemas"] if "project" in name]


def test_a_guest_reads_what_guests_may_use(exposed, guest, ada):
    """What needs an account is absent for a guest, and marked as needing one for whoever has it."""
    registry.register(Project, name="project", permission=bits(guest=["read"], user=["read", "create"]))
    paths = guest.client.get("/openapi.json").json()["paths"]
    assert {name for path, item in paths.items() if path.startswith("/api/") for name in item} == {"get", "parameters"}
    assert {path.split("/")[2] for path in paths if path.startswith("/api/")} == {"project"}
    item = ada.client.get("/openapi.json").json()["paths"]["/api/project"]
    assert (item["get"].get("security"), item["post"].get("security")) == (None, [{"bearer": []}])


def test_passwords_are_written_only():
    """A password is described where it is written and nowhere else."""
    schemas = document(SYSTEM)["components"]["schemas"]
    assert "password" not in schemas["user_account_row"]["properties"]["attributes"]["properties"]
    new = schemas["user_account_new"]["properties"]["data"]["properties"]["attributes"]["properties"]
    assert new["password"]["writeOnly"] is True


@pytest.mark.parametrize("path", ["/api/todo", "/api/todo?include=project", "/api/product"])
def test_answers_are_as_described(root, path):
    """A list validates against the schema that describes it."""
    project = root.create("project", name="Home")["id"]
    root.create("todo", title="Milk", project_id=project, due="2024-02-29")
    root.create("product", name="Pen", price="1.50", stock=1)
    found = document(SYSTEM)
    name = path.partition("?")[0].rpartition("/")[2]
    schema = {"$ref": f"#/components/schemas/{name}_list", "components": found["components"]}
    answer = root.get(path).json()
    assert answer["data"]
    jsonschema.Draft202012Validator(schema).validate(answer)


def test_a_document_as_described_is_accepted(root):
    """What the schema of a new row requires is enough to create it."""
    found = document(SYSTEM)["components"]
    body = {"data": {"type": "product", "attributes": {"name": "Pen", "price": "1.50"}}}
    jsonschema.Draft202012Validator({"$ref": "#/components/schemas/product_new", "components": found}).validate(body)
    assert root.send("post", "/api/product", body).status_code == 201
    required = found["schemas"]["product_new"]["properties"]["data"]["properties"]["attributes"]["required"]
    assert required == ["name", "price"]


@pytest.fixture
def contribution(monkeypatch):
    """Another app's paths and components."""
    monkeypatch.setattr(contributions, "_contributions", [])

    @contribute
    def add(actor):
        body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/wave_inputs"}}}}
        answer = {"200": {"description": "Waved."}}
        operation = {"tags": ["wave"], "summary": "Wave at somebody", "requestBody": body, "responses": answer}
        schema = {
            "type": "object",
            "required": ["whom"],
            "properties": {"whom": {"type": "string", "format": "email"}, "how": {"enum": ["left", "right"]}},
        }
        return {"/action/wave": {"post": operation}}, {"schemas": {"wave_inputs": schema}}

    return add


def test_other_apps_contribute(contribution):
    """Paths and components of a contribution stand in the document, once."""
    contribute(contribution)
    found = document(SYSTEM)
    assert found["paths"]["/action/wave"]["post"]["summary"] == "Wave at somebody"
    assert "wave_inputs" in found["components"]["schemas"]
    assert contributions._contributions == [contribution]


def test_the_page_for_people_shows_all_of_it(contribution, ada):
    """Operations, inputs, parameters and operators stand on the page, and nothing is fetched from elsewhere."""
    answer = ada.client.get("/docs")
    page = answer.content.decode()
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    for text in ("/api/todo/{id}/relationships/project", "page[number]", "begins with", "/action/wave", "Wave at"):
        assert text in page
    assert "<td><code>whom</code></td><td>string (email)</td><td>yes</td>" in page
    assert "<td>one of left, right</td>" in page
    assert "<td><code>title</code></td><td>string</td><td>yes</td>" in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page


def test_only_reading_is_possible(ada):
    """The document is not written to."""
    for path in ("/openapi.json", "/openapi.yaml", "/docs"):
        assert ada.client.post(path).status_code == 405
