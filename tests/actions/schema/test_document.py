"""The JSON Schema of the notation, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from actions.compiler import compile_document
from actions.dialects.daptin.targets import METHODS
from actions.dialects.documents.reader import read_documents
from actions.errors import RefusedDocument
from actions.operations.directives import DIRECTIVES
from actions.schema import action_schema, with_operations
from actions.values import plain
from entities import registry
from entities.fields import all_column_types
from tests.actions.validation.harness import document

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "actions"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """Return a validator of the schema as it is served."""
    return Draft202012Validator(action_schema())


def complaints(validator: Draft202012Validator, text: str) -> list[str]:
    """Return the places that the schema refuses in a document, as JSON pointers."""
    errors = [error for read in read_documents(text, "x") for error in validator.iter_errors(_json(plain(read.data)))]
    return sorted("".join(f"/{part}" for part in error.absolute_path) for error in errors)


def _json(data: Any) -> Any:
    """Return data with decimals as floats: jsonschema knows JSON's kinds only."""
    if isinstance(data, dict):
        return {key: _json(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_json(value) for value in data]
    return data if data is None or isinstance(data, bool | int | str) else float(data)


def test_it_is_a_schema() -> None:
    """The schema obeys its own dialect of JSON Schema."""
    Draft202012Validator.check_schema(action_schema())


@pytest.mark.parametrize("path", sorted((FIXTURES / "daptin").rglob("*.yaml")), ids=lambda path: path.stem)
def test_good_file(validator: Draft202012Validator, path: Path) -> None:
    """Nothing in the shipped examples turns red."""
    assert complaints(validator, path.read_text(encoding="utf-8")) == []


def test_it_lists_what_is_registered() -> None:
    """Methods, column types, entities and directives are those of the tables."""
    definitions = action_schema()["$defs"]
    outcome, column_type = definitions["outcome"]["properties"], definitions["input"]["properties"]["ColumnType"]
    assert outcome["Method"]["anyOf"][0]["enum"] == [*METHODS, None]
    assert column_type["anyOf"][0]["enum"] == [*(kind.name for kind in all_column_types()), None]
    assert definitions["action"]["properties"]["OnType"]["enum"] == sorted(registry.names())
    assert set(DIRECTIVES) <= {*definitions["outcome"]["allOf"][-1]["then"]["properties"]["Type"]["then"]["enum"]}


NOTIFY = "Type: client.notify, Method: ACTIONRESPONSE"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param(document("Return: true", keys="Lable: x"), [""], id="unknown-key"),
        pytest.param(document("Return: true").replace("Name: act", "Label: act"), [""], id="no-name"),
        pytest.param(document("Return: true").replace("OnType: todo", "OnType: todoo"), ["/OnType"], id="entity"),
        pytest.param(document("Type: todo, Method: PSOT"), ["/OutFields/0/Method"], id="method"),
        pytest.param(document("Type: mail.send, Method: EXEC"), ["/OutFields/0/Method"], id="method-of-an-operation"),
        pytest.param(document("Type: client.x, Method: say"), ["/OutFields/0/Method"], id="method-of-a-directive"),
        pytest.param(document("Type: No name, Method: say"), ["/OutFields/0/Method"], id="no-name"),
        pytest.param(document("Type: todoo, Method: POST"), ["/OutFields/0/Type"], id="type"),
        pytest.param(document("Type: jwt.tokn, Method: EXECUTE"), ["/OutFields/0/Type"], id="operation"),
        pytest.param(document("Type: client.notfy, Method: ACTIONRESPONSE"), ["/OutFields/0/Type"], id="directive"),
        pytest.param(document("Type: todo"), ["/OutFields/0"], id="no-method"),
        pytest.param(document(f"{NOTIFY}, Attributes: {{type: info}}"), ["/OutFields/0/Attributes"], id="message"),
        pytest.param(document(NOTIFY), ["/OutFields/0"], id="no-attributes"),
        pytest.param(
            document(f"{NOTIFY}, Attributes: {{type: great, message: M}}"), ["/OutFields/0/Attributes"], id="choice"
        ),
        pytest.param(document("Return: true, Type: todo"), ["/OutFields/0"], id="return-with-type"),
        pytest.param(document("Fail: {Status: 200}"), ["/OutFields/0/Fail/Status"], id="status"),
        pytest.param(document(f"{NOTIFY}, Else: []"), ["/OutFields/0", "/OutFields/0"], id="else-alone"),
        pytest.param(document("Return: true", keys="Permission: {guest: [exec]}"), ["/Permission"], id="right"),
        pytest.param(
            document("Return: true", inputs="{ColumnType: lable, Name: a}"), ["/InFields/0/ColumnType"], id="input"
        ),
        pytest.param(document("Return: true", inputs="{ColumnType: label}"), ["/InFields/0"], id="input-without-name"),
        pytest.param("Actions: [{Name: act, OnType: todo}]\nTables: []", [""], id="beside-actions"),
        pytest.param("[3]", ["/0"], id="no-action"),
    ],
)
def test_bad_document(validator: Draft202012Validator, text: str, places: list[str]) -> None:
    """What is wrong with a document turns red where it stands; the compiler refuses it as well."""
    assert complaints(validator, text) == places
    with pytest.raises(RefusedDocument):
        compile_document(text, "act.yaml")


def test_integrations_are_proposed() -> None:
    """An editor completes their operations, and neither it nor the compiler refuses what it was not told of."""
    schema = with_operations(action_schema(), {"shop": ["listOrders", "GET /stock"]})
    Draft202012Validator.check_schema(schema)
    rule = schema["$defs"]["outcome"]["allOf"][-1]
    assert rule["then"]["properties"]["Method"]["anyOf"][0]["enum"] == ["listOrders", "GET /stock"]
    for text in ("Type: shop, Method: listOrders", "Type: shop, Method: get_stock", "Type: other, Method: x"):
        assert complaints(Draft202012Validator(schema), document(text)) == []
        assert compile_document(document(text), "act.yaml").plans
    assert with_operations(action_schema(), {}) == action_schema()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(document(f"{NOTIFY}, Attributes: {{type: $title, message: M, title: null}}"), id="expressions"),
        pytest.param(document(f"{NOTIFY}, Attributes: [{{type: info, message: M}}]"), id="list-of-attributes"),
        pytest.param(document("Return: yes, Condition: $title, Else: [{Fail: {Status: 409}}]"), id="ending-with-else"),
        pytest.param(document("Method: SWITCH_USER, Attributes: {user_reference_id: $title}"), id="switch-user"),
        pytest.param(document("Type: client.header.set, Method: ACTIONRESPONSE, Attributes: {X-Any: a}"), id="header"),
        pytest.param(document("Type: any, Method: ACTIONRESPONSE, Attributes: {any: [1]}"), id="data"),
        pytest.param(
            document("Return: true", inputs="{Name: a, ColumnType: rating, Options: [{Value: 1}, 2]}"),
            id="input",
        ),
        pytest.param(
            document("Return: true", keys="Permission: 561441\nAccessGroups: [a, {Name: b}]"), id="permission"
        ),
        pytest.param("Actions: [{Name: act, OnType: todo}]", id="actions"),
        pytest.param("- {Name: act, OnType: todo}", id="list"),
    ],
)
def test_sound_document(validator: Draft202012Validator, text: str) -> None:
    """What the compiler takes is not red."""
    assert complaints(validator, text) == []
    assert compile_document(text, "act.yaml").plans


RECEIVER = document("Return: true", keys="Webhook: {{Verify: stripe, Secret: {secret}{more}}}")


@pytest.mark.parametrize(
    ("secret", "more", "places"),
    [
        pytest.param("a", "", [], id="one-secret"),
        pytest.param("[a, b]", ", Tolerance: 60, Filter: [a.*], Headers: x, Ack: stored", [], id="several"),
        pytest.param("a", ", Answer: {Status: 202, Body: ok}, Once: ~event.id, Newer: 1", [], id="answer"),
        pytest.param("a", ", Challenge: {Method: GET, Param: c, Require: {a: b}}", [], id="challenge"),
        pytest.param("a", ", Acks: done", ["/Webhook"], id="unknown-key"),
        pytest.param("a", ", Ack: soon", ["/Webhook/Ack"], id="unknown-word"),
        pytest.param("a", ", Answer: {Status: 404}", ["/Webhook/Answer/Status"], id="status"),
        pytest.param("a", ", Challenge: {Method: PUT, Param: a}", ["/Webhook/Challenge/Method"], id="method"),
        pytest.param("3", "", ["/Webhook/Secret"], id="secret"),
    ],
)
def test_receivers(validator: Draft202012Validator, secret: str, more: str, places: list[str]) -> None:
    """Keys of a receiver and the options of the schemes."""
    text = RECEIVER.replace("{{", "{").replace("}}", "}").replace("{secret}", secret).replace("{more}", more)
    assert complaints(validator, text) == places
