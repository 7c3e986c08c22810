"""``/actions`` and ``/jsmodel/<type>``: what a caller may execute and see, in the original's shape."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from actions.loading import save_definition
from entities import registry
from entities.authentication import issue_token
from entities.examples.models import Project
from entities.models import UserAccount

pytestmark = pytest.mark.django_db

COLUMN_INFO = {
    "Name", "ColumnName", "ColumnDescription", "ColumnType", "IsPrimaryKey", "IsAutoIncrement", "IsIndexed", "IsUnique",
    "IsNullable", "Permission", "IsForeignKey", "ExcludeFromApi", "ForeignKeyData", "DataType", "DefaultValue",
    "Options",
}  # fmt: skip
TEXT = """\
Name: {name}
Label: Pick
OnType: {type}
InstanceOptional: true
Permission: {permission}
InFields:
  - {{Name: Full Name, ColumnName: who, ColumnType: label, ColumnDescription: For the badge.}}
  - {{Name: size, ColumnType: enum, Options: [{{Value: s, Label: Small}}, {{Value: l, Label: Large}}]}}
  - {{Name: share, ColumnType: decimal, IsNullable: true, DefaultValue: 1.50}}
  - {{Name: pin, ColumnType: password, DefaultValue: very-secret}}
Validations:
  - {{ColumnName: who, Tags: "min=2"}}
Conformations:
  - {{ColumnName: who, Tags: trim}}
OutFields:
  - Type: client.notify
    Method: ACTIONRESPONSE
    Attributes: {{type: success, message: "'inner workings'"}}
"""


def define(name: str = "pick", kind: str = "todo", permission: str = "{guest: [execute]}") -> None:
    save_definition(TEXT.format(name=name, type=kind, permission=permission), "test.yaml")


def client_of(name: str = "", **values: Any) -> Client:
    if not name:
        return Client()
    account = UserAccount.objects.create_user(f"{name}@example.org", "correct horse", name=name, **values)
    return Client(headers={"authorization": f"Bearer {issue_token(account)}"})


def test_a_guest_finds_what_guests_may_execute() -> None:
    """By type and name; nothing of what an action does, no secret default, and everything that a form needs."""
    define()
    answer = client_of().get("/actions")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    (action,) = answer.json().values()
    assert list(answer.json()) == ["todo:pick"]
    assert {key: action[key] for key in ("Name", "Label", "OnType", "InstanceOptional", "OutFields")} == {
        "Name": "pick",
        "Label": "Pick",
        "OnType": "todo",
        "InstanceOptional": True,
        "OutFields": None,
    }
    assert action["Validations"] == [{"ColumnName": "who", "Tags": "min=2"}]
    assert action["Conformations"] == [{"ColumnName": "who", "Tags": "trim"}]
    assert "inner workings" not in answer.content.decode()
    assert "very-secret" not in answer.content.decode()


def test_an_input_has_the_keys_of_the_original() -> None:
    """ColumnInfo: name and key, type, description, default as text, options with labels."""
    define()
    who, size, share, pin = client_of().get("/actions").json()["todo:pick"]["InFields"]
    assert who.keys() == COLUMN_INFO
    assert (who["Name"], who["ColumnName"], who["ColumnDescription"]) == ("Full Name", "who", "For the badge.")
    assert (who["ColumnType"], who["IsNullable"], who["DefaultValue"]) == ("label", False, "")
    assert [(item["Value"], item["Label"]) for item in size["Options"]] == [("s", "Small"), ("l", "Large")]
    assert (share["IsNullable"], share["DefaultValue"]) == (True, "1.50")
    assert (pin["ColumnType"], pin["DefaultValue"]) == ("password", "")


@pytest.mark.parametrize(
    ("permission", "listed"),
    [
        pytest.param("{guest: [execute]}", {"guest", "ada", "root"}, id="guests"),
        pytest.param("{user: [execute]}", {"ada", "root"}, id="accounts"),
        pytest.param("{guest: [peek, read], user: [peek, read]}", {"root"}, id="readers"),
        pytest.param("0", {"root"}, id="nobody"),
    ],
)
def test_what_one_may_not_execute_is_absent(permission: str, listed: set[str]) -> None:
    """From the listing of all actions, and from the model of the entity."""
    define(permission=permission)
    clients = {"guest": client_of(), "ada": client_of("ada"), "root": client_of("root", is_superuser=True)}
    found = {name for name, client in clients.items() if "todo:pick" in client.get("/actions").json()}
    assert found == listed
    for name in ("ada", "root"):
        actions = clients[name].get("/jsmodel/todo").json()["Actions"]
        assert ([item["Name"] for item in actions] == ["pick"]) == (name in listed)


def test_a_new_version_is_described_at_once() -> None:
    """What is kept for a version is never shown for another."""
    define()
    client = client_of()
    assert client.get("/actions").json()["todo:pick"]["Label"] == "Pick"
    text = TEXT.format(name="pick", type="todo", permission="{guest: all}")
    save_definition(text.replace("Pick", "Choose"), "test.yaml")
    assert client.get("/actions").json()["todo:pick"]["Label"] == "Choose"


@pytest.mark.parametrize("path", ["/jsmodel/todo", "/jsmodel/todo.js", "/jsmodel/todo/"])
def test_a_model_has_columns_relations_and_actions(path: str) -> None:
    """All that a client needs to show rows and forms."""
    define()
    define("other", "project")
    model = client_of("ada").get(path).json()
    assert model.keys() == {"ColumnModel", "Actions", "StateMachines", "IsStateMachineEnabled"}
    assert [item["Name"] for item in model["Actions"]] == ["pick"]
    assert (model["StateMachines"], model["IsStateMachineEnabled"]) == ([], False)
    columns = model["ColumnModel"]
    assert columns["title"].keys() == COLUMN_INFO
    assert (columns["title"]["ColumnType"], columns["title"]["DataType"]) == ("label", "varchar(200)")
    assert (columns["title"]["IsNullable"], columns["due"]["IsNullable"]) == (False, True)
    assert columns["done"]["DefaultValue"] == "false"
    assert columns["reference_id"]["IsUnique"] is True
    assert columns["project_id"]["ForeignKeyData"] == {
        "DataSource": "self",
        "Namespace": "project",
        "KeyName": "reference_id",
    }
    assert columns["project"] == {
        "jsonApi": "hasOne",
        "columnType": "entity",
        "type": "project",
        "ColumnName": "project_id",
    }
    assert columns["__type"]["ColumnType"] == "hidden"


def test_a_relation_to_many_is_one() -> None:
    """A project has todos."""
    todos = client_of("ada").get("/jsmodel/project").json()["ColumnModel"]["todos"]
    assert (todos["jsonApi"], todos["type"]) == ("hasMany", "todo")


def test_a_secret_column_is_there_to_be_written() -> None:
    """A form may ask for a password; what is hidden is not there at all."""
    columns = client_of("ada").get("/jsmodel/user_account").json()["ColumnModel"]
    assert columns["password"]["ColumnType"] == "password"
    assert not columns.keys() & {"is_superuser", "is_staff", "is_active", "last_login"}


def test_every_type_of_a_column_is_known_to_meta() -> None:
    """A client that looks up each column's type finds it."""
    client = client_of("root", is_superuser=True)
    known = client.get("/meta", {"query": "column_types"}).json().keys()
    for entity in registry.all_entities():
        for column in client.get(f"/jsmodel/{entity.name}").json()["ColumnModel"].values():
            if "jsonApi" not in column:
                assert column["ColumnType"] in known


def test_an_entity_that_one_may_not_see_is_not_there(exposed: None) -> None:
    """A hidden one answers as an unknown one, and nothing leads to it."""
    registry.register(Project, name="project", permission=0)
    ada, guest = client_of("ada"), client_of()
    hidden, unknown = ada.get("/jsmodel/project"), ada.get("/jsmodel/projec")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content.replace(b"project", b"") == unknown.content.replace(b"projec", b"")
    columns = ada.get("/jsmodel/todo").json()["ColumnModel"]
    assert "project" not in columns
    assert columns["project_id"]["IsForeignKey"] is False
    assert guest.get("/jsmodel/todo").status_code == guest.get("/jsmodel/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/actions", "/jsmodel/todo", "/meta?query=column_types"])
def test_nothing_but_reading(path: str) -> None:
    """Another method is refused in the API's shape, and answers are nobody else's."""
    client = client_of("ada")
    answer = client.post(path)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (405, "ENT112")
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert "private" in answer["Cache-Control"]
    assert "Authorization" in answer["Vary"]


@pytest.mark.parametrize("path", ["/actions", "/jsmodel/todo", "/meta?query=column_types", "/statistics"])
def test_a_revoked_token_is_told(path: str) -> None:
    """Whoever thinks that they are signed in learns that they are not."""
    client = client_of("ada")
    UserAccount.objects.get(name="ada").end_sessions()
    answer = client.get(path)
    assert (answer.status_code, answer.json()["errors"][0]["meta"]["name"]) == (401, "token_revoked")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("name", ["x" * 5000, "%00", "%F0%9F%98%80", "..%2f", "todo.js.js", "__proto__"])
def test_hostile_names_are_unknown(name: str) -> None:
    """Whatever stands in the address."""
    assert client_of("ada").get(f"/jsmodel/{name}").status_code == 404
