"""``/meta``, and what lists and documents take from clients of the original."""

import pytest

from entities.fields import all_column_types

pytestmark = pytest.mark.django_db


def test_meta_has_every_column_type(guest):
    """By name, each with the keys of the original; guests may ask."""
    found = guest.get("/meta", query="column_types").json()
    assert found.keys() == {kind.name for kind in all_column_types()}
    for name, kind in found.items():
        assert kind["Name"] == name
        assert kind.keys() == {
            "Name", "BlueprintType", "ReclineType", "GraphqlType", "DataTypes", "Validations", "Conformations",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "blueprint", "graphql", "validations"),
    [
        pytest.param("label", "string", "String", ["max=100"], id="text"),
        pytest.param("month", "number", "Int", ["min=1,max=12"], id="bounded"),
        pytest.param("float", "number", "Float", [], id="number"),
        pytest.param("truefalse", "boolean", "Boolean", [], id="boolean"),
        pytest.param("datetime", "string", "DateTime", [], id="time"),
        pytest.param("id", "string", "ID", ["max=100"], id="id"),
        pytest.param("measurement", "number", "Int", [], id="measurement"),
        pytest.param("location.latitude", "number", "Float", ["latitude"], id="latitude"),
        pytest.param("email", "string", "String", ["email,max=254"], id="email"),
    ],
)
def test_a_column_type_as_the_original_tells_it(guest, name, blueprint, graphql, validations):
    """Daptin's, with our own bounds."""
    kind = guest.get("/meta", query="column_types").json()[name]
    assert (kind["BlueprintType"], kind["GraphqlType"], kind["Validations"]) == (blueprint, graphql, validations)


@pytest.mark.parametrize("query", ["", "columns", "x" * 5000, "\0"])
def test_meta_knows_one_question(guest, query):
    """Anything else is a bad parameter."""
    answer = guest.get("/meta", query=query)
    assert (answer.status_code, answer.json()["errors"][0]["source"]) == (400, {"parameter": "query"})


def test_a_list_is_as_large_as_the_clients_ask_for(ada):
    """They ask for 500; one more is over the published bound."""
    answer = ada.get("/api/todo", **{"page[number]": 1, "page[size]": 500})
    assert (answer.status_code, answer.json()["links"]["per_page"]) == (200, 500)
    assert ada.get("/api/todo", **{"page[size]": 501}).status_code == 400


def test_conditions_as_a_javascript_list_are_not_read(ada):
    """As in the original, which reads ``query`` as JSON text only."""
    ada.create("todo", title="Milk")
    params = {"query[][column]": "title", "query[][operator]": "is", "query[][value]": "Tea", "include": "", "sort": ""}
    assert len(ada.ids("/api/todo", **params)) == 1


def sent_back(row, **changes):
    """The document that a client makes of a row that it read, all attributes and relationships."""
    relationships = {
        name: {"data": {"type": item["data"]["type"]} if item["data"] else None}
        for name, item in row["relationships"].items()
        if "data" in item
    }
    attributes = {**row["attributes"], **changes}
    return {"data": {"type": row["type"], "id": row["id"], "attributes": attributes, "relationships": relationships}}


def test_a_row_that_was_read_is_sent_back_whole(ada):
    """What the system sets is no change where it is what the row says, and a relationship without id says nothing."""
    project = ada.create("project", name="Home")
    row = ada.create("todo", title="Milk", project_id=project["id"])
    answer = ada.send("patch", f"/api/todo/{row['id']}", sent_back(row, title="Tea"))
    assert answer.status_code == 200, answer.content
    changed = answer.json()["data"]["attributes"]
    assert (changed["title"], changed["project_id"], changed["version"]) == ("Tea", project["id"], 2)


@pytest.mark.parametrize("name", ["permission", "created_at", "updated_at", "user_account_id"])
def test_what_the_system_sets_is_still_not_changed(ada, bob, name):
    """Another value than the row's is refused."""
    row = ada.create("todo", title="Milk")
    other = {"permission": 1, "user_account_id": str(bob.account.pk)}.get(name, "2020-01-01T00:00:00Z")
    answer = ada.send("patch", f"/api/todo/{row['id']}", sent_back(row, **{name: other}))
    assert answer.status_code == 422


def test_a_row_sent_back_after_another_change_is_refused(ada):
    """The version goes with it."""
    row = ada.create("todo", title="Milk")
    ada.send(
        "patch", f"/api/todo/{row['id']}", {"data": {"type": "todo", "id": row["id"], "attributes": {"done": True}}}
    )
    assert ada.send("patch", f"/api/todo/{row['id']}", sent_back(row, title="Tea")).status_code == 409


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"type": "todo"}, id="another-type"),
        pytest.param({"type": "project", "id": "0190f3a0-0000-7000-8000-000000000000"}, id="another-id"),
        pytest.param([], id="list"),
        pytest.param("x", id="text"),
    ],
)
def test_a_relationship_that_contradicts_the_attribute_is_refused(ada, data):
    """Two answers to one question are none."""
    project = ada.create("project", name="Home")
    document = {
        "data": {
            "type": "todo",
            "attributes": {"title": "x", "project_id": project["id"]},
            "relationships": {"project": {"data": data}},
        }
    }
    answer = ada.send("post", "/api/todo", document)
    assert (answer.status_code, answer.json()["errors"][0]["meta"]["code"]) == (422, "duplicate")
