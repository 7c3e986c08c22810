"""Actions made of operations: one for each, renewed when it is done again, and nobody's work overwritten."""

from __future__ import annotations

import json

import pytest

from actions import catalog
from actions.importing import ImportRefused, install
from actions.importing.texts import action_text, column_type
from actions.integrations.documents import read_service
from actions.listing import find_listed
from actions.loading import save_definition
from actions.models import Definition, DefinitionVersion
from entities.models import UserAccount
from tests.integrations import authenticate, import_shop, shop_data, without

pytestmark = pytest.mark.django_db


def test_every_operation_becomes_an_action() -> None:
    """Named like it, with an input for each argument, for administrators alone."""
    import_shop()
    authenticate(key="k")
    done = install("shop", author=UserAccount.objects.create_superuser("root@example.org", "pw"))
    assert {one.state for one in done.saved} == {"added"}
    assert len(done.saved) == 12
    served = catalog.find("integration", "createOrder")
    assert served is not None
    assert served.permission == 0
    assert [item.key for item in served.plan.inputs] == ["sku", "quantity", "price", "gift", "customer", "tags"]
    assert [item.nullable for item in served.plan.inputs] == [False, True, True, True, True, True]
    version = DefinitionVersion.objects.get(definition__name="get_stock")
    assert (version.source, version.note) == ("integration shop", "Installed from 'shop'.")
    assert version.created_by is not None


def test_doing_it_again_renews_what_changed() -> None:
    """An operation that asks for something else gets another version; the others stay."""
    import_shop()
    install("shop")
    assert {one.state for one in install("shop").saved} == {"unchanged"}
    data = shop_data()
    data["paths"]["/orders"]["get"]["parameters"].append({"name": "page", "in": "query", "schema": {"type": "integer"}})
    import_shop(content=json.dumps(data).encode())
    changed = [one for one in install("shop").saved if one.state == "changed"]
    assert [(one.name, one.version) for one in changed] == [("listOrders", 2)]


def test_what_somebody_has_edited_is_kept() -> None:
    """It is theirs from then on."""
    import_shop()
    install("shop", ["listOrders"])
    text = DefinitionVersion.objects.get().text.replace("Permission: 0", "Permission: {guest: [execute]}")
    save_definition(text, "admin")
    done = install("shop", ["listOrders", "getOrder"])
    assert done.kept == ("listOrders",)
    assert [(one.name, one.state) for one in done.saved] == [("getOrder", "added")]
    served = catalog.find("integration", "listOrders")
    assert served is not None
    assert served.permission == 32


def test_what_is_another_s_is_refused() -> None:
    """As in the original: two integrations cannot have an action of one name."""
    import_shop()
    import_shop(name="other")
    install("shop", ["listOrders", "getOrder"])
    with pytest.raises(ImportRefused) as caught:
        install("other")
    assert caught.value.reasons == (
        "There is an action 'getOrder' already, from 'integration shop'.",
        "There is an action 'listOrders' already, from 'integration shop'.",
    )
    assert Definition.objects.count() == 2


def test_two_operations_of_one_name_are_refused() -> None:
    """Where no URL could hold their ids."""
    data = shop_data()
    data["paths"] = {f"/x{sign}y": {"get": {"responses": {}}} for sign in "-_"}
    import_shop(content=json.dumps(data).encode())
    with pytest.raises(ImportRefused, match=r"'GET /x-y' and 'GET /x_y' would both be the action 'get_x_y'\."):
        install("shop")


@pytest.mark.parametrize(
    ("name", "operations", "reason"),
    [
        pytest.param("nobody", None, "There is no integration 'nobody'.", id="integration"),
        pytest.param("shop", ["listOrders", "x"], "'shop' has no operation 'x'.", id="operation"),
    ],
)
def test_what_is_not_there(name: str, operations: list[str] | None, reason: str) -> None:
    """Nothing is installed."""
    import_shop()
    with pytest.raises(ImportRefused) as caught:
        install(name, operations)
    assert caught.value.reasons == (reason,)
    assert not Definition.objects.exists()


def test_keys_are_names_that_expressions_can_read() -> None:
    """Whatever a parameter is called; none hides what is built in, and each is another's."""
    names = ["filter[a]", "filter(a)", "user", "answer", "x-y", "2fa", "ü", "$top", "integration_id"]
    data = shop_data()
    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]
    data["paths"] = {"/x": {"get": {"operationId": "x", "parameters": parameters, "responses": {}}}}
    import_shop(content=json.dumps(data).encode())
    install("shop")
    served = catalog.find("integration", "x")
    assert served is not None
    assert [item.key for item in served.plan.inputs] == [
        "filter_a", "filter_a_2", "user_2", "answer_2", "x_y", "value_2fa", "value", "top", "integration_id_2"
    ]  # fmt: skip


def test_texts_of_a_document_stay_texts() -> None:
    """What a document says cannot become a part of the definition."""
    hostile = 'x"\n    Permission: 127\u2028\x85# {{evil}} ~user $user !js'
    data = shop_data()
    data["paths"] = {
        "/x": {
            "get": {
                "operationId": "x",
                "summary": hostile,
                "parameters": [
                    {"name": hostile[:20], "in": "query", "description": hostile, "schema": {"type": "string"}}
                ],
                "responses": {},
            }
        }
    }
    import_shop(content=json.dumps(data).encode())
    install("shop")
    served = catalog.find("integration", "x")
    assert served is not None
    assert served.permission == 0


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string"}, "content"),
        ({"type": "string", "maxLength": 100}, "label"),
        ({"type": "string", "maxLength": 101}, "content"),
        ({"type": ["string", "null"]}, "content"),
        ({"type": "integer"}, "integer"),
        ({"type": "number"}, "float"),
        ({"type": "boolean"}, "truefalse"),
        ({"type": "array"}, "json"),
        ({"type": ["string", "integer"]}, "json"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b~1c"}, "b/c": {"type": "boolean"}}}, "truefalse"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, "json"),
        ({"$ref": "#/$defs/none", "$defs": {}}, "json"),
        ({"format": "binary", "anyOf": [{"type": "string"}]}, "file"),
        ({}, "json"),
        (True, "json"),
    ],
)
def test_column_types(schema: object, kind: str) -> None:
    """A form knows what it asks for; what a document leaves open is JSON."""
    assert column_type(schema) == kind


def test_a_body_is_an_input_where_it_has_no_parts() -> None:
    """A list is sent as a whole, and an object in parts."""
    data = shop_data()
    data["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"]["schema"] = {"type": "array"}
    operation = read_service(json.dumps(data).encode(), "x").operations["createOrder"]
    assert '"body": "~body"' in action_text("shop", operation)


def test_a_part_of_a_body_may_be_called_body() -> None:
    """As of GitHub's issues: it is an input beside the others."""
    data = shop_data()
    data["components"]["schemas"]["Order"] |= {"required": ["sku", "body"]}
    data["components"]["schemas"]["Order"]["properties"] |= {"body": {"type": "string"}}
    operation = read_service(json.dumps(data).encode(), "x").operations["createOrder"]
    text = action_text("shop", operation)
    assert ('"sku": "~sku"' in text, '"body": "~body"' in text) == (True, True)


def test_an_operation_that_is_called_as_a_method_of_ours() -> None:
    """Its action calls it by method and path, and so does the example that is shown of it."""
    data = shop_data()
    data["paths"]["/orders"]["get"]["operationId"] = "get"
    import_shop(content=json.dumps(data).encode())
    assert install("shop", ["get"]).refused == ()
    assert catalog.find("integration", "get") is not None
    (listed,) = find_listed("shop.get")
    assert "  Method: GET /orders\n" in listed.example


def test_an_operation_that_is_gone_leaves_its_action() -> None:
    """It fails until somebody disables it: nothing that people use vanishes by an import."""
    import_shop()
    install("shop", ["listOrders"])
    import_shop(content=without("listOrders"), force=True)
    assert catalog.find("integration", "listOrders") is not None


def test_a_body_that_cannot_be_given_in_parts_is_an_input() -> None:
    """Where a document requires a property that it declares nowhere."""
    data = shop_data()
    order = data["components"]["schemas"]["Order"]
    order["required"].append("team")
    del order["additionalProperties"]
    import_shop(content=json.dumps(data).encode())
    assert install("shop", ["createOrder"]).refused == ()
    served = catalog.find("integration", "createOrder")
    assert served is not None
    assert [item.key for item in served.plan.inputs] == ["body"]


def test_an_operation_of_which_no_action_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told, and the others have theirs."""
    import_shop()
    monkeypatch.setattr(
        "actions.importing.installing.action_text",
        lambda name, one: (
            action_text(name, one).replace('"~id"', '"~other"') if one.id == "getOrder" else action_text(name, one)
        ),
    )
    done = install("shop", ["getOrder", "listOrders"])
    assert done.refused == ("getOrder: ACT204 Unknown reference 'other'.",)
    assert [one.name for one in done.saved] == ["listOrders"]
