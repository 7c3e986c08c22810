"""``/api/action``: definitions read by those who may know of them, written by administrators, checked as always."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from openapi_spec_validator import validate

from actions import catalog
from actions.loading import save_definition
from actions.models import Definition, DefinitionVersion
from entities.actors import SYSTEM, Actor
from entities.authentication import issue_token
from entities.models import Membership, UserAccount, UserGroup
from entities.openapi import document as openapi
from entities.permissions import bits
from entities.worlds import world_id

pytestmark = pytest.mark.django_db

TEXT = """\
# A greeting.
Name: greet
Label: Greet
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields:
  - {Name: who, ColumnType: label}
OutFields:
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes: {type: success, message: "~who"}
"""
BROKEN = TEXT.replace("~who", "~whom").replace("ACTIONRESPONSE", "ACTIONRESPONS")


class Definitions:
    """A client of ``/api/action``, as somebody."""

    def __init__(self, account: UserAccount | None = None) -> None:
        headers = {"authorization": f"Bearer {issue_token(account)}"} if account else {}
        self.client = Client(headers=headers, raise_request_exception=False)

    def send(self, method: str, path: str, attributes: Any, **data: Any) -> Any:
        body = {"data": {"type": "action", "attributes": attributes, **data}}
        return getattr(self.client, method)(path, body, content_type="application/vnd.api+json")

    def post(self, **attributes: Any) -> Any:
        return self.send("post", "/api/action", attributes)

    def patch(self, public_id: str, **attributes: Any) -> Any:
        return self.send("patch", f"/api/action/{public_id}", attributes, id=public_id)

    def create(self, **attributes: Any) -> dict[str, Any]:
        answer = self.post(**attributes)
        assert answer.status_code == 201, answer.content
        return answer.json()["data"]

    def rows(self, **params: Any) -> dict[str, dict[str, Any]]:
        answer = self.client.get("/api/action", params)
        assert answer.status_code == 200, answer.content
        return {item["attributes"]["action_name"]: item["attributes"] for item in answer.json()["data"]}


def account(name: str, **values: Any) -> UserAccount:
    return UserAccount.objects.create_user(f"{name}@example.org", "correct horse", name=name, **values)


@pytest.fixture
def root() -> Definitions:
    return Definitions(account("root", is_superuser=True))


@pytest.fixture
def ada() -> Definitions:
    return Definitions(account("ada"))


def errors(answer: Any) -> list[tuple[str, str]]:
    """Pointer and code of each error."""
    return [(item["source"]["pointer"], item["meta"].get("code", item["code"])) for item in answer.json()["errors"]]


def with_permission(permission: str, name: str = "greet") -> str:
    return TEXT.replace("{guest: [execute]}", permission).replace("Name: greet", f"Name: {name}")


def test_an_administrator_creates_a_definition(root: Definitions) -> None:
    """The answer has everything; the action is served at once, and the version has its author."""
    answer = root.post(text=TEXT, note="First.")
    row = answer.json()["data"]
    assert (answer.status_code, answer["Location"]) == (201, f"/api/action/{row['id']}")
    assert row["attributes"] == {
        "__type": "action",
        "reference_id": row["id"],
        "action_name": "greet",
        "on_type": "todo",
        "label": "Greet",
        "enabled": True,
        "permission": bits(guest=["execute"]),
        "instance_optional": True,
        "version": 1,
        "world_id": str(world_id("todo")),
        "text": TEXT,
        "action_schema": row["attributes"]["action_schema"],
    }
    assert json.loads(row["attributes"]["action_schema"])["InFields"] == [{"Name": "who", "ColumnType": "label"}]
    assert root.client.post("/action/todo/greet", {"who": "Ada"}).json()[0]["Attributes"]["message"] == "Ada"
    version = DefinitionVersion.objects.get()
    assert (version.created_by.email, version.note, version.source) == ("root@example.org", "First.", "api")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(json.dumps, id="text"),
        pytest.param(lambda data: data, id="object"),
        pytest.param(lambda data: {"Actions": [data]}, id="list-of-one"),
    ],
)
def test_a_schema_stands_for_the_text(root: Definitions, given: Callable[[Any], Any]) -> None:
    """The original's ``action_schema``: JSON as text, or as it is."""
    schema = {
        "Name": "greet", "OnType": "todo", "InstanceOptional": True,
        "OutFields": [{"Type": "greeting", "Method": "ACTIONRESPONSE", "Attributes": {"message": "x"}}],
    }  # fmt: skip
    row = root.create(action_schema=given(schema))
    assert json.loads(row["attributes"]["action_schema"]) == schema
    assert catalog.find("todo", "greet") is not None


def test_numbers_of_a_schema_keep_their_digits(root: Definitions) -> None:
    """A decimal is no binary float, and no text, on its way in and out."""
    text = TEXT.replace('"~who"', "1.10").replace("Type: client.notify", "Type: greeting")
    schema = root.create(text=text)["attributes"]["action_schema"]
    assert '"message": 1.10' in schema
    other = root.create(action_schema=schema.replace('"greet"', '"other"'))
    assert '"message": 1.10' in other["attributes"]["action_schema"]


def test_a_given_permission_counts(root: Definitions) -> None:
    """It takes the place of the document's, and null gives that its place back."""
    row = root.create(text=TEXT, permission=0)
    assert row["attributes"]["permission"] == 0
    assert Definitions().client.post("/action/todo/greet", {"who": "x"}).status_code == 401
    changed = root.patch(row["id"], permission=None).json()["data"]
    assert changed["attributes"]["permission"] == bits(guest=["execute"])
    assert Definitions().client.post("/action/todo/greet", {"who": "x"}).status_code == 200


def test_every_problem_of_a_text_is_told_with_its_place(root: Definitions) -> None:
    """All at once, with code, line, column, hint and the line itself; nothing is saved."""
    answer = root.post(text=BROKEN)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/vnd.api+json"
    found = answer.json()["errors"]
    assert [(item["code"], item["meta"]["line"], item["meta"]["column"], item["meta"]["hint"]) for item in found] == [
        ("ACT156", 11, 13, "Did you mean 'ACTIONRESPONSE'?"),
        ("ACT204", 12, 42, "Did you mean 'who'?"),
    ]
    assert {item["source"]["pointer"] for item in found} == {"/data/attributes/text"}
    assert all(item["meta"]["excerpt"] and item["status"] == "422" for item in found)
    assert not Definition.objects.exists()


def test_a_problem_document_has_the_same(root: Definitions) -> None:
    """A client that asks for RFC 9457 gets the problems in that shape."""
    body = {"data": {"type": "action", "attributes": {"action_schema": BROKEN}}}
    headers = {"accept": "application/problem+json"}
    answer = root.client.post("/api/action", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["code"] == "ACT100"
    assert answer.json()["problems"][0]["line"] == 11


def test_a_broken_text_changes_nothing_of_what_is_served(root: Definitions) -> None:
    """The definition that compiles stays, with its version."""
    row = root.create(text=TEXT)
    assert root.patch(row["id"], text=BROKEN, enabled=False, permission=0).status_code == 422
    assert root.rows()["greet"] == row["attributes"]
    assert Definitions().client.post("/action/todo/greet", {"who": "x"}).status_code == 200


def test_a_change_is_a_new_version(root: Definitions) -> None:
    """Another text is served at once, as the next version; the same text makes none."""
    row = root.create(text=TEXT)
    changed = root.patch(row["id"], text=TEXT.replace('"~who"', "Hello"), version=1).json()["data"]["attributes"]
    assert changed["version"] == 2
    assert root.client.post("/action/todo/greet", {"who": "x"}).json()[0]["Attributes"]["message"] == "Hello"
    again = root.patch(row["id"], text=changed["text"], version=2).json()["data"]["attributes"]
    assert again["version"] == 2
    assert DefinitionVersion.objects.count() == 2


def test_an_overtaken_change_is_refused(root: Definitions) -> None:
    """A version that is not the stored one means that somebody else was faster."""
    row = root.create(text=TEXT)
    root.patch(row["id"], text=TEXT.replace("Label: Greet", "Label: Hail"))
    answer = root.patch(row["id"], text=TEXT.replace("Label: Greet", "Label: Hi"), version=1)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "ENT110")
    assert root.rows()["greet"]["label"] == "Hail"


def test_a_row_that_was_read_may_be_sent_back(root: Definitions) -> None:
    """Clients change one attribute and send all: what they did not change is no change."""
    row = root.create(text=TEXT)
    sent = {**row["attributes"], "enabled": False}
    answer = root.patch(row["id"], **sent)
    assert answer.status_code == 200, answer.content
    stored = Definition.objects.get()
    assert (stored.enabled, stored.permission) == (False, None)
    schema = json.loads(row["attributes"]["action_schema"]) | {"Label": "Hail"}
    answer = root.patch(row["id"], **{**row["attributes"], "action_schema": json.dumps(schema)})
    assert (answer.status_code, answer.json()["data"]["attributes"]["label"]) == (200, "Hail")


def test_deleting_is_to_stop_serving(root: Definitions) -> None:
    """The action is gone for callers; the row and its versions stay, and it can be enabled again."""
    row = root.create(text=TEXT)
    answer = root.client.delete(f"/api/action/{row['id']}")
    assert (answer.status_code, answer.json()) == (200, {"meta": None})
    assert Definitions().client.post("/action/todo/greet", {"who": "x"}).status_code == 404
    assert root.rows()["greet"]["enabled"] is False
    assert root.patch(row["id"], enabled=True).status_code == 200
    assert Definitions().client.post("/action/todo/greet", {"who": "x"}).status_code == 200


def test_one_action_has_one_definition(root: Definitions) -> None:
    """A second one is a conflict, and a text cannot become another action."""
    row = root.create(text=TEXT)
    assert root.post(text=TEXT).status_code == 409
    answer = root.patch(row["id"], text=TEXT.replace("Name: greet", "Name: hail"))
    assert (answer.status_code, errors(answer)) == (422, [("/data/attributes/text", "renamed")])
    assert Definition.objects.count() == 1


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        pytest.param({}, [("text", "required")], id="nothing"),
        pytest.param({"text": ""}, [("text", "type")], id="empty"),
        pytest.param({"text": 7}, [("text", "type")], id="number"),
        pytest.param({"text": None}, [("text", "type")], id="null"),
        pytest.param({"action_schema": []}, [("action_schema", "type")], id="empty-list"),
        pytest.param({"action_schema": True}, [("action_schema", "type")], id="boolean"),
        pytest.param({"text": TEXT, "action_schema": TEXT}, [("action_schema", "duplicate")], id="both"),
        pytest.param({"text": TEXT, "permission": -1}, [("permission", "type")], id="negative"),
        pytest.param({"text": TEXT, "permission": 2**22}, [("permission", "type")], id="too-many-bits"),
        pytest.param({"text": TEXT, "permission": 10**30}, [("permission", "type")], id="huge"),
        pytest.param({"text": TEXT, "permission": True}, [("permission", "type")], id="true"),
        pytest.param({"text": TEXT, "permission": "1"}, [("permission", "type")], id="permission-as-text"),
        pytest.param({"text": TEXT, "enabled": 1}, [("enabled", "type")], id="enabled-as-number"),
        pytest.param({"text": TEXT, "note": "x" * 501}, [("note", "type")], id="long-note"),
        pytest.param({"text": TEXT, "version": 1}, [("version", "readonly")], id="version"),
        pytest.param({"text": TEXT, "label": "Hail"}, [("label", "contradiction")], id="another-label"),
        pytest.param({"text": TEXT, "on_type": "project"}, [("on_type", "contradiction")], id="another-type"),
        pytest.param({"text": TEXT, "txt": 1, "enabled": 0}, [("txt", "unknown"), ("enabled", "type")], id="several"),
    ],
)
def test_values_that_are_refused(root: Definitions, attributes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    """Every value is named, and nothing is saved."""
    answer = root.post(**attributes)
    assert answer.status_code == 422
    assert errors(answer) == [(f"/data/attributes/{name}", code) for name, code in found]
    assert not Definition.objects.exists()


def test_what_the_text_says_may_stand_beside_it(root: Definitions) -> None:
    """Clients of the original send the names too."""
    root.create(text=TEXT, action_name="greet", on_type="todo", label="Greet", instance_optional=True)


@pytest.mark.parametrize("text", ["\0", "\ud800"], ids=["nul", "surrogate"])
def test_texts_that_nothing_can_store(root: Definitions, text: str) -> None:
    """They do not even pass the reader of the body."""
    body = json.dumps({"data": {"type": "action", "attributes": {"text": text}}})
    answer = root.client.post("/api/action", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_text_over_the_bound_of_documents_is_refused(root: Definitions) -> None:
    """The published bound holds here too."""
    answer = root.post(text=TEXT + "#" + "x" * 300_000)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"]["pointer"] == "/data/attributes/text"


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("ada", 403)], ids=["guest", "account"])
def test_only_administrators_write(root: Definitions, who: str | None, status: int) -> None:
    """Whatever the rights on the action: its text is for administrators to change."""
    row = root.create(text=with_permission("{guest: all, user: all}"))
    client = Definitions(account(who) if who else None)
    assert client.post(text=TEXT).status_code == status
    assert client.patch(row["id"], enabled=False).status_code == status
    assert client.client.delete(f"/api/action/{row['id']}").status_code == status
    assert client.patch(str(uuid4()), enabled=False).status_code == status
    assert Definition.objects.get().enabled


@pytest.mark.parametrize(
    ("permission", "is_listed", "has_text"),
    [
        pytest.param("{user: [read]}", True, True, id="read"),
        pytest.param("{user: [peek]}", True, False, id="peek"),
        pytest.param("{user: [execute]}", True, False, id="execute"),
        pytest.param("{guest: [read]}", True, True, id="guest-read"),
        pytest.param("{user: [update]}", False, False, id="another-right"),
        pytest.param("0", False, False, id="nothing"),
    ],
)
def test_who_may_know_reads_the_row(ada: Definitions, permission: str, is_listed: bool, has_text: bool) -> None:
    """Peek, Read or Execute on the action shows its row; the text needs Read."""
    save_definition(with_permission(permission), "test.yaml")
    row = Definition.objects.get()
    found = ada.rows()
    assert ("greet" in found) == is_listed
    assert ada.client.get(f"/api/action/{row.pk}").status_code == (200 if is_listed else 404)
    if is_listed:
        assert (found["greet"]["text"] == with_permission(permission)) == has_text
        assert (found["greet"]["action_schema"] is not None) == has_text


def test_a_member_reads_what_the_group_may(ada: Definitions) -> None:
    """``AccessGroups`` gives the row and the text."""
    save_definition(with_permission("0\nAccessGroups: [staff]"), "test.yaml")
    assert ada.rows() == {}
    group = UserGroup.objects.create(name="staff")
    Membership.objects.create(user=UserAccount.objects.get(name="ada"), usergroup=group)
    assert ada.rows()["greet"]["text"] is not None


def test_guests_are_asked_to_sign_in() -> None:
    """Even where an action is open to guests: they look at ``/actions``."""
    save_definition(TEXT, "test.yaml")
    assert Definitions().client.get("/api/action").status_code == 401


def test_a_disabled_definition_is_an_administrators_matter(root: Definitions, ada: Definitions) -> None:
    """Others do not know of it; an administrator sees it, with what can be told."""
    row = root.create(text=with_permission("{user: all}"), enabled=False)
    assert ada.rows() == {}
    shown = root.rows()["greet"]
    assert (shown["enabled"], shown["permission"], shown["instance_optional"]) == (False, None, None)
    assert ada.client.get(f"/api/action/{row['id']}").status_code == 404


def test_lists_are_filtered_sorted_and_paged(root: Definitions) -> None:
    """By the columns, as every list; with ``fields`` only what is named."""
    for name in ("b", "a", "c"):
        root.create(text=with_permission("0", name))
    assert list(root.rows(sort="action_name")) == ["a", "b", "c"]
    assert list(root.rows(sort="-action_name", **{"page[size]": 2})) == ["c", "b"]
    assert root.rows(**{"filter[action_name]": "b", "fields": "action_name"}) == {"b": {"action_name": "b"}}
    query = json.dumps([{"column": "on_type", "operator": "is", "value": "project"}])
    assert root.rows(query=query) == {}


def test_a_list_takes_as_many_statements_as_a_row(root: Definitions, django_assert_max_num_queries: Any) -> None:
    """Ten definitions cost no more statements than one."""
    for number in range(10):
        root.create(text=with_permission("{user: all}", f"a{number}"))
    root.rows()
    with django_assert_max_num_queries(5):
        assert len(root.rows(**{"page[size]": 500})) == 10


def test_relations_and_other_ids_lead_nowhere(root: Definitions) -> None:
    """There is nothing below a definition, and an id that is none is not found."""
    row = root.create(text=TEXT)
    for path in (f"/api/action/{row['id']}/versions", "/api/action/nobody", f"/api/action/{uuid4()}"):
        assert root.client.get(path).status_code == 404
    assert root.patch("nobody", enabled=False).status_code == 404
    assert root.client.delete(f"/api/action/{uuid4()}").status_code == 404


def test_warnings_come_with_the_answer(root: Definitions) -> None:
    """A text that compiles with a warning is saved, and the warning is told."""
    text = TEXT + "  - {Return: true}\n  - {Type: greeting, Method: ACTIONRESPONSE, Attributes: {message: x}}\n"
    answer = root.post(text=text)
    assert answer.status_code == 201
    assert [item["severity"] for item in answer.json()["meta"]["warnings"]] == ["warning"]


def test_the_document_of_the_api_says_who_may_what() -> None:
    """Administrators read how to write definitions, others how to read them."""
    found = openapi(SYSTEM)
    validate(found)
    assert sorted(found["paths"]["/api/action"]) == ["get", "post"]
    assert sorted(found["paths"]["/api/action/{id}"].keys() - {"parameters"}) == ["delete", "get", "patch"]
    assert sorted(openapi(Actor(id=uuid4()))["paths"]["/api/action"]) == ["get"]
