"""``manage.py list_operations``: what there is, and one of them in full."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command

from actions import listing
from actions.dialects.daptin.targets import ENTITY_METHODS, EXECUTE, method_of
from actions.operations.base import Operation
from actions.operations.registry import all_operations
from tests.integrations import import_shop, shop_bytes, shop_data

TOKEN = """\
session.switch, effect: none

Let the rest of the action act as the account `user_reference_id`.

Parameters:
  user_reference_id  a text, required  Public id of the account.
Result: the account's row.

Example:
  - Type: user_account
    Method: SWITCH_USER
    Attributes:
      user_reference_id: 01980f7a-0000-7000-8000-000000000001
"""
CREATE = """\
response.create, effect: none

Add one entry to the answer, with whatever else is given as its attributes; its name may be computed.

What is named as a directive has to be one: it is checked as such, when it is made and, written out, at load.

Parameters:
  response_type  a text, required  Name of the entry: a directive's, or any other for data.
  ...                              any further ones
Result: the attributes.

Example:
  - Type: response.create
    Method: EXECUTE
    Attributes:
      response_type: greeting
      text: Hello Ada.
"""


def printed(*arguments: str) -> str:
    """Return what the command prints."""
    stdout = StringIO()
    call_command("list_operations", *arguments, stdout=stdout)
    return stdout.getvalue()


def test_the_table_has_all_in_order() -> None:
    """One line for each: name, effect, first sentence, in columns."""
    head, *lines = printed().splitlines()
    assert head.split() == ["NAME", "EFFECT", "WHAT", "IT", "DOES"]
    assert [line.split()[0] for line in lines] == sorted(all_operations())
    column = head.index("EFFECT")
    assert [line[column:].split()[0] for line in lines] == [
        all_operations()[name].effect.value for name in sorted(all_operations())
    ]


@pytest.mark.parametrize(("name", "expected"), [("session.switch", TOKEN), ("response.create", CREATE)])
def test_one_is_shown_in_full(name: str, expected: str) -> None:
    """Its text, parameters, result, and the example as YAML that can be copied."""
    assert printed(name) == expected


def test_what_an_argument_may_be_is_shown() -> None:
    """The words of it, with its type."""
    assert "  purpose  a text, required, one of enrollment, send, password_reset  What it is for;" in printed(
        "otp.generate"
    )


@pytest.mark.parametrize("name", sorted(all_operations()))
def test_what_a_reference_holds_is_told(name: str) -> None:
    """By every operation of ours, and every column that a definition is checked against; rows have their own."""
    operation = all_operations()[name]
    assert operation.gives.endswith(".")
    columns = operation.shape({}).columns if method_of(name) == EXECUTE and " row" not in operation.gives else None
    assert {f"`{column}`" for column in columns or () if column != "__type"} <= set(
        re.findall("`[^`]+`", operation.gives)
    )


def test_where_nobody_tells_the_columns_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """An app's own operation need not say it."""
    operation = all_operations()["otp.generate"]
    monkeypatch.setattr(type(operation), "gives", "")
    assert "\nResult: `expires_at`, `name`, `otp`, `to`.\n" in printed("otp.generate")
    monkeypatch.setattr(type(operation), "shape", Operation.shape)
    assert "\nResult: a value.\n" in printed("otp.generate")


def test_one_without_parameters_says_so() -> None:
    """There is nothing to be read into an empty place."""
    assert "\nParameters:\n  none\nResult: what the answer's" in printed("__become_admin")


def test_json_has_the_same() -> None:
    """For programs: every operation, or one; the example is YAML of the notation."""
    everything = json.loads(printed("--format", "json"))
    assert [item["name"] for item in everything] == sorted(all_operations())
    (one,) = json.loads(printed("otp.login.verify", "--format", "json"))
    assert one in everything
    assert one["parameters"][0] == {
        "name": "otp",
        "type": "a text",
        "required": True,
        "choices": [],
        "description": "What was typed in.",
    }
    (outcome,) = yaml.safe_load(one["example"])
    assert outcome["Attributes"] == {"otp": "123456", "email": "ada@example.org", "purpose": "login"}


@pytest.mark.django_db
def test_an_unknown_name_is_suggested() -> None:
    """Nothing is printed for it, and the command fails."""
    with pytest.raises(CommandError, match=r"^No operation 'otp\.verify'\. Did you mean 'otp\.login\.verify'\?$"):
        printed("otp.verify")
    with pytest.raises(CommandError, match=r"^No operation 'zzz'\.$"):
        printed("zzz")
    with pytest.raises(CommandError, match=r"^No operation 'command\.execute'\. No action runs commands: "):
        printed("command.execute")


OF_SHOP = """\
createOrder, effect: external

POST /orders: Create an order

Parameters:
  sku       a text, required
  quantity  a whole number
  price     a number
  gift      true or false
  customer  a mapping
  tags      a list
  body      a mapping         The whole body.
Result: `status`, `headers` and `body`.

Example:
  - Type: shop
    Method: createOrder
    Reference: answer
    Attributes:
      sku: ~sku
"""


@pytest.mark.django_db
def test_the_operations_of_an_integration() -> None:
    """Under its name a table of what its document has; under NAME.operationId one of them, in any spelling."""
    import_shop()
    head, *lines = printed("shop").splitlines()
    assert head.split()[:2] == ["NAME", "EFFECT"]
    assert [" ".join(line.split()) for line in lines[:5]] == [
        "listOrders external GET /orders: List orders",
        "createOrder external POST /orders: Create an order",
        "getOrder external GET /orders/{id}",
        "cancelOrder external DELETE /orders/{id} (deprecated)",
        "GET /stock external GET /stock",
    ]
    assert printed("shop.CREATEORDER") == printed("shop.POST /orders") == OF_SHOP
    with pytest.raises(CommandError, match=r"^No operation 'shop\.none'\.$"):
        printed("shop.none")
    with pytest.raises(CommandError, match=r"^No operation 'shop\.creatOrder'\. Did you mean 'createOrder'\?$"):
        printed("shop.creatOrder")
    with pytest.raises(CommandError, match=r"^No operation 'shpo'\. Did you mean 'shop'\?$"):
        printed("shpo")
    assert "  status   a text, one of open, paid\n" in printed("shop.listOrders")


@pytest.mark.django_db
def test_an_integration_of_few_operations() -> None:
    """A single one is shown with its arguments, as under its own name; that there is none is said."""
    paths = {"/orders": {"post": shop_data()["paths"]["/orders"]["post"]}}
    import_shop(content=shop_bytes(paths=paths), name="one")
    import_shop(content=shop_bytes(paths={}), name="empty")
    assert printed("one") == OF_SHOP.replace("Type: shop", "Type: one")
    none = r"^No operation 'empty'\. The document of the integration of that name has none\.$"
    with pytest.raises(CommandError, match=none):
        printed("empty")


def test_another_provider_is_asked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands under a name may be several operations: then they are a table."""
    token, mail = (listing.listed(all_operations()[name]) for name in ("jwt.token", "mail.send"))

    class Others:
        def overview(self) -> list[listing.Listed]:
            return []

        def find(self, name: str) -> tuple[listing.Listed, ...]:
            return (token, mail) if name == "crm" else ()

        def suggest(self, name: str) -> str:
            return ""

    monkeypatch.setattr(listing, "PROVIDERS", (listing.Registered(), Others()))
    assert [line.split()[0] for line in printed("crm").splitlines()] == ["NAME", "jwt.token", "mail.send"]
    assert len(printed().splitlines()) == len(all_operations()) + 1


def test_every_method_leads_to_an_operation() -> None:
    """The original's own word is shown where there are several."""
    assert {method_of(name) for name in all_operations()} == {
        "EXECUTE", "ACTIONRESPONSE", "SWITCH_USER", "POST", "GET", "GET_BY_ID", "PATCH", "DELETE",
    }  # fmt: skip
    assert {ENTITY_METHODS[method_of(name)] for name in ENTITY_METHODS.values()} == {*ENTITY_METHODS.values()}
