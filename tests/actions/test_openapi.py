"""The actions' part of the OpenAPI document."""

import pytest
from django.test import Client
from openapi_spec_validator import validate

from actions.loading import save_definition
from entities.authentication import issue_token
from entities.models import UserAccount

pytestmark = pytest.mark.django_db(transaction=True)

OPEN = """
Name: hello
Label: Say hello
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields: [{Name: name, ColumnType: label, IsNullable: false}]
OutFields: [{Type: client.notify, Method: ACTIONRESPONSE, Attributes: {type: info, message: "~name"}}]
"""
CLOSED = """
Name: close
OnType: todo
InstanceOptional: false
Permission: 0
OutFields: [{Type: todo, Method: PATCH, Attributes: {reference_id: "$.reference_id", done: true}}]
"""


@pytest.fixture
def document():
    save_definition(OPEN, "open.yaml")
    save_definition(CLOSED, "closed.yaml")

    def read(actor=None):
        headers = {"Authorization": f"Bearer {issue_token(actor)}"} if actor else {}
        return Client(headers=headers).get("/openapi.json").json()

    return read


def test_the_document_with_actions_is_valid(document):
    """A public validator accepts it, for guests and for administrators."""
    validate(document())
    validate(document(UserAccount.objects.create_superuser("root@example.org", "x", name="Root")))


def test_an_action_is_described_with_its_inputs_and_directives(document):
    """The inputs are the action's own schema; the answer names what it may hold."""
    operation = document()["paths"]["/action/todo/hello"]["post"]
    inputs = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["attributes"]
    assert operation["summary"] == "Say hello"
    assert (list(inputs["properties"]), inputs["required"]) == (["name"], ["name"])
    assert operation["responses"]["200"]["description"] == "One entry for each outcome: client.notify."


def test_what_a_caller_may_not_execute_is_absent(document):
    """An action without the bit is in nobody's document but an administrator's."""
    account = UserAccount.objects.create_user("ada@example.org", "x", name="Ada")
    administrator = UserAccount.objects.create_superuser("root@example.org", "x", name="Root")
    assert "/action/todo/close" not in document()["paths"]
    assert "/action/todo/close" not in document(account)["paths"]
    paths = document(administrator)["paths"]
    assert {"/action/todo/close", "/action/todo/{todo_id}/close"} <= set(paths)
