"""Rows over HTTP: what each route answers, and which documents it refuses."""

import json
from decimal import Decimal
from uuid import uuid4

import pytest

from entities.examples.models import Project, Todo
from entities.models import UserAccount
from tests.entities.views.harness import JSON_API, error


def test_a_row_is_created(ada):
    """POST answers 201 with the row as stored, where it is, and its owner."""
    answer = ada.send(
        "post", "/api/todo", {"data": {"type": "todo", "attributes": {"title": "Milk", "due": "2024-02-29"}}}
    )
    row = answer.json()["data"]
    assert answer.status_code == 201
    assert answer["Content-Type"] == JSON_API
    assert answer["Location"] == f"/api/todo/{row['id']}"
    assert row["type"] == "todo"
    assert row["attributes"]["__type"] == "todo"
    assert row["attributes"]["reference_id"] == row["id"]
    assert row["attributes"]["user_account_id"] == str(ada.account.pk)
    assert {"title": "Milk", "due": "2024-02-29", "done": False, "version": 1}.items() <= row["attributes"].items()
    assert ada.get(answer["Location"]).json()["data"] == row


def test_money_is_text(root):
    """An amount arrives as number or text and leaves as text, its digits kept."""
    row = root.create("product", name="Pen", price=19.99, stock=1)
    assert row["attributes"]["price"] == "19.99"
    assert root.create("product", name="Ink", price="0.10", stock=1)["attributes"]["price"] == "0.10"


def test_a_relationship_sets_the_foreign_key(ada):
    """A to-one relationship, its foreign key and its bare name mean the same."""
    project = ada.create("project", name="Home")
    linkage = {"project": {"data": {"type": "project", "id": project["id"]}}}
    document = {"data": {"type": "todo", "attributes": {"title": "a"}, "relationships": linkage}}
    by_relationship = ada.send("post", "/api/todo", document).json()["data"]
    by_column = ada.create("todo", title="b", project_id=project["id"])
    by_name = ada.create("todo", title="c", project=project["id"])
    for row in (by_relationship, by_column, by_name):
        assert row["attributes"]["project_id"] == project["id"]
        assert row["relationships"]["project"]["data"] == {"type": "project", "id": project["id"]}


def test_a_row_is_changed(ada):
    """PATCH changes what is named, keeps the rest and counts the version."""
    row = ada.create("todo", title="Milk", due="2024-02-29")
    document = {"data": {"type": "todo", "id": row["id"], "attributes": {"done": True}}}
    answer = ada.send("patch", f"/api/todo/{row['id']}", document)
    assert answer.status_code == 200
    expected = {"title": "Milk", "due": "2024-02-29", "done": True, "version": 2}
    assert expected.items() <= answer.json()["data"]["attributes"].items()


def test_a_row_sent_back_is_about_itself(ada):
    """What a row says about itself may be sent back; about another row it may not."""
    row = ada.create("todo", title="Milk")
    marks = {"__type": "todo", "reference_id": row["id"], "title": "Bread"}
    document = {"data": {"type": "todo", "id": row["id"], "attributes": marks}}
    assert ada.send("patch", f"/api/todo/{row['id']}", document).status_code == 200
    document["data"]["attributes"]["reference_id"] = str(uuid4())
    answer = ada.send("patch", f"/api/todo/{row['id']}", document)
    assert answer.status_code == 409
    assert error(answer)["source"] == {"pointer": "/data/attributes/reference_id"}


def test_a_changed_row_is_not_overwritten(ada):
    """A version that is not the stored one is a conflict."""
    row = ada.create("todo", title="Milk")
    path = f"/api/todo/{row['id']}"
    document = {"data": {"type": "todo", "id": row["id"], "attributes": {"title": "Bread", "version": 1}}}
    assert ada.send("patch", path, document).status_code == 200
    answer = ada.send("patch", path, document)
    assert (answer.status_code, error(answer)["code"]) == (409, "ENT110")


def test_a_row_is_deleted(ada):
    """DELETE answers as the original does; then the row is gone."""
    path = f"/api/todo/{ada.create('todo', title='Milk')['id']}"
    answer = ada.client.delete(path)
    assert (answer.status_code, answer.json()) == (200, {"meta": None})
    assert ada.get(path).status_code == 404
    assert ada.client.delete(path).status_code == 404


def test_a_row_that_others_need_stays(root):
    """Deleting a row that protected rows refer to is a conflict."""
    product = root.create("product", name="Pen", price="1.00", stock=1)
    root.create("order", number="1", product_id=product["id"])
    answer = root.client.delete(f"/api/product/{product['id']}")
    assert (answer.status_code, error(answer)["detail"]) == (409, "Other rows still refer to this 'product'.")


def test_mine_is_ones_own_account(ada, guest):
    """``mine`` is the signed-in account, and nobody's for a guest."""
    row = ada.get("/api/user_account/mine").json()["data"]
    assert row["id"] == str(ada.account.pk)
    assert guest.get("/api/user_account/mine").status_code == 401
    assert ada.get("/api/todo/mine").status_code == 404


def test_a_password_is_written_and_never_read(root):
    """A password is accepted, hashed, and shown nowhere, nor can it be asked for."""
    row = root.create("user_account", name="Eve", email="eve@example.org", password="correct horse")
    assert "password" not in row["attributes"]
    assert UserAccount.objects.get(pk=row["id"]).check_password("correct horse")
    assert "correct horse" not in json.dumps(row)
    for params in (
        {"fields": "password"},
        {"sort": "password"},
        {"filter[password]": "x"},
        {"query": '[{"column": "password", "operator": "contains", "value": "a"}]'},
        {"query": '[{"column": "user_account.password", "operator": "contains", "value": "a"}]'},
    ):
        assert root.get("/api/user_account", **params).status_code == 400, params


@pytest.mark.parametrize(
    ("document", "status", "code", "pointer"),
    [
        pytest.param([], 400, "ENT104", "/data", id="no-object"),
        pytest.param({"title": "x"}, 400, "ENT104", "/data", id="no-data"),
        pytest.param({"data": []}, 400, "ENT104", "/data", id="data-is-a-list"),
        pytest.param({"data": {"attributes": {"title": "x"}}}, 400, "ENT104", "/data/type", id="no-type"),
        pytest.param({"data": {"type": "project"}}, 409, "ENT111", "/data/type", id="other-type"),
        pytest.param({"data": {"type": "todo", "id": str(uuid4())}}, 403, "ENT108", "/data/id", id="clients-id"),
        pytest.param(
            {"data": {"type": "todo", "attributes": {"reference_id": str(uuid4())}}},
            403,
            "ENT108",
            "/data/attributes/reference_id",
            id="clients-id-as-attribute",
        ),
        pytest.param(
            {"data": {"type": "todo", "attributes": []}}, 400, "ENT104", "/data/attributes", id="attributes-is-a-list"
        ),
        pytest.param(
            {"data": {"type": "todo", "attributes": {"titel": "x", "title": "x"}}},
            422,
            "ENT105",
            "/data/attributes/titel",
            id="unknown-field",
        ),
        pytest.param({"data": {"type": "todo"}}, 422, "ENT105", "/data/attributes/title", id="required-field"),
        pytest.param(
            {"data": {"type": "todo", "attributes": {"title": 1}}}, 422, "ENT105", "/data/attributes/title", id="type"
        ),
        pytest.param(
            {"data": {"type": "todo", "attributes": {"title": "x", "permission": 2097151}}},
            422,
            "ENT105",
            "/data/attributes/permission",
            id="guarded-field",
        ),
        pytest.param(
            {"data": {"type": "todo", "attributes": {"title": "x", "project_id": str(uuid4())}}},
            422,
            "ENT105",
            "/data/attributes/project_id",
            id="reference-to-nothing",
        ),
        pytest.param(
            {
                "data": {
                    "type": "todo",
                    "attributes": {"title": "x"},
                    "relationships": {"project": {"data": {"type": "project", "id": str(uuid4())}}},
                }
            },
            422,
            "ENT105",
            "/data/relationships/project",
            id="relationship-to-nothing",
        ),
        pytest.param(
            {"data": {"type": "todo", "relationships": {"project": {"data": {"type": "todo", "id": "x"}}}}},
            409,
            "ENT111",
            "/data/relationships/project/data/type",
            id="relationship-to-another-type",
        ),
        pytest.param(
            {"data": {"type": "todo", "relationships": {"project": {"data": []}}}},
            400,
            "ENT104",
            "/data/relationships/project/data",
            id="list-for-one",
        ),
        pytest.param(
            {"data": {"type": "todo", "relationships": {"project": None}}},
            400,
            "ENT104",
            "/data/relationships/project",
            id="relationship-is-no-object",
        ),
        pytest.param(
            {"data": {"type": "todo", "relationships": {"projekt": {"data": None}}}},
            422,
            "ENT105",
            "/data/attributes/projekt",
            id="unknown-relationship",
        ),
    ],
)
def test_a_document_that_cannot_be_stored_is_refused_at_its_place(ada, document, status, code, pointer):
    """Each refusal has its status, its code and a pointer into the document; nothing is stored."""
    answer = ada.send("post", "/api/todo", document)
    found = error(answer)
    assert (answer.status_code, found["status"], found["code"]) == (status, str(status), code)
    assert found["source"] == {"pointer": pointer}
    assert not Todo.objects.exists()


def test_all_refused_fields_are_named_at_once(ada):
    """One error for each refused field, each with its reason."""
    attributes = {"titel": "x", "done": "yes", "due": "2024-02-30"}
    answer = ada.send("post", "/api/todo", {"data": {"type": "todo", "attributes": attributes}})
    found = {item["source"]["pointer"]: item["meta"]["code"] for item in answer.json()["errors"]}
    assert found == {
        "/data/attributes/titel": "unknown",
        "/data/attributes/done": "type",
        "/data/attributes/due": "type",
        "/data/attributes/title": "required",
    }


def test_a_relation_to_many_is_not_changed_with_its_row(ada):
    """A to-many relationship inside a row's document is refused and says where to go."""
    document = {"data": {"type": "project", "attributes": {"name": "x"}, "relationships": {"todos": {"data": []}}}}
    answer = ada.send("post", "/api/project", document)
    assert answer.status_code == 403
    assert error(answer)["meta"]["hint"] == "Use the relationship's own address, .../relationships/todos."
    assert not Project.objects.exists()


def test_a_field_given_twice_is_refused(ada):
    """An attribute and a relationship for the same foreign key contradict each other."""
    project = ada.create("project", name="Home")
    document = {
        "data": {
            "type": "todo",
            "attributes": {"title": "x", "project_id": project["id"]},
            "relationships": {"project": {"data": None}},
        }
    }
    answer = ada.send("post", "/api/todo", document)
    assert (answer.status_code, error(answer)["meta"]["code"]) == (422, "duplicate")


@pytest.mark.parametrize(
    ("data", "status", "pointer"),
    [
        pytest.param({"type": "todo", "id": str(uuid4())}, 409, "/data/id", id="other-id"),
        pytest.param({"type": "todo", "id": 7}, 409, "/data/id", id="id-is-a-number"),
        pytest.param({"type": "project", "id": "{id}"}, 409, "/data/type", id="other-type"),
    ],
)
def test_a_document_about_another_row_changes_nothing(ada, data, status, pointer):
    """The id of a body cannot override the address."""
    row = ada.create("todo", title="Milk")
    data = {key: row["id"] if value == "{id}" else value for key, value in data.items()}
    answer = ada.send("patch", f"/api/todo/{row['id']}", {"data": {**data, "attributes": {"title": "x"}}})
    assert (answer.status_code, error(answer)["source"]) == (status, {"pointer": pointer})
    assert Todo.objects.get().title == "Milk"


def test_both_names_of_the_membership_work(root):
    """Daptin's older name and its current one are the same entity."""
    group = root.create("usergroup", name="Home")
    attributes = {"user_account_id": str(root.account.pk), "usergroup_id": group["id"]}
    kind = "user_account_user_account_id_has_usergroup_usergroup_id"
    row = root.send("post", f"/api/{kind}", {"data": {"type": kind, "attributes": attributes}}).json()["data"]
    assert row["type"] == "user_user_id_has_usergroup_usergroup_id"
    assert root.ids("/api/user_user_id_has_usergroup_usergroup_id") == root.ids(f"/api/{kind}") == [row["id"]]


def test_a_taken_value_is_a_conflict(root):
    """A unique conflict is 409 and points to the field."""
    root.create("order", number="1")
    answer = root.send("post", "/api/order", {"data": {"type": "order", "attributes": {"number": "1"}}})
    assert (answer.status_code, error(answer)["source"]) == (409, {"pointer": "/data/attributes/number"})


def test_parameters_on_writes_mean_something_or_are_refused(ada):
    """A written row can be presented; what makes no sense for it is refused."""
    project = ada.create("project", name="Home")
    document = {"data": {"type": "todo", "attributes": {"title": "Milk", "project_id": project["id"]}}}
    answer = ada.send("post", "/api/todo?include=project&fields[todo]=title", document)
    assert answer.json()["data"]["attributes"] == {"title": "Milk"}
    assert [item["id"] for item in answer.json()["included"]] == [project["id"]]
    for path in ("/api/todo?sort=title", "/api/todo?page[size]=1", "/api/todo?x=1"):
        assert ada.send("post", path, document).status_code == 400
    row = f"/api/todo/{answer.json()['data']['id']}"
    assert ada.client.delete(f"{row}?force=1").status_code == 400
    assert ada.send("patch", f"{row}?filter=x", {"data": {"type": "todo"}}).status_code == 400


def test_decimals_in_a_filter_are_exact(root):
    """An amount is compared as a decimal."""
    root.create("product", name="Pen", price="0.30", stock=1)
    assert len(root.ids("/api/product", **{"filter[price]": "0.30"})) == 1
    query = [{"column": "price", "operator": "lt", "value": 0.3}]
    assert root.ids("/api/product", query=json.dumps(query)) == []
    assert Decimal(root.get("/api/product").json()["data"][0]["attributes"]["price"]) == Decimal("0.30")
