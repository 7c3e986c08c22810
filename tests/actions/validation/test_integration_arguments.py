"""What is written for an operation of another service is what its document asks for, as far as it is known."""

from __future__ import annotations

import pytest

from actions.integrations.known import known_service
from actions.validation.rules.integration_arguments import integration_arguments
from tests.actions.validation.harness import document, found_by
from tests.integrations import shop

AT = "/OutFields/0/Attributes"


@pytest.mark.parametrize(
    ("method", "attributes", "problems"),
    [
        pytest.param("createOrder", "{sku: tea, quantity: 2}", [], id="fine"),
        pytest.param("createOrder", "{sku: ~title, quantity: '{{1+1}}', tags: [~title]}", [], id="expressions"),
        pytest.param("createOrder", "{sku: tea, customer: {email: ~title, name: x}}", [], id="expression-inside"),
        pytest.param("createOrder", "{body: ~title}", [], id="whole-body"),
        pytest.param("createOrder", "{sku: tea, $Timeout: 5, $Retries: 1, $ExpectStatus: 201}", [], id="ours"),
        pytest.param("listOrders", "{limit: '50'}", [], id="text-in-a-query"),
        pytest.param("createOrder", "{}", [f"error ACT243 5:51 {AT} 'sku' of 'createOrder' is missing."], id="missing"),
        pytest.param(
            "createOrder",
            "[{sku: a}, {sku: 7}]",
            [f"error ACT247 5:68 {AT}/1/sku 'sku' of 'createOrder': must be a text."],
            id="list",
        ),
        pytest.param(
            "createOrder",
            "{sku: tea, tags: [a, {b: 1}]}",
            [f"error ACT247 5:72 {AT}/tags/1 'tags[1]' of 'createOrder': must be a text."],
            id="inside-a-list",
        ),
        pytest.param(
            "createOrder",
            "{sku: tea, skus: x}",
            [f"error ACT244 5:62 {AT}/skus 'createOrder' takes no 'skus'. Did you mean 'sku'?"],
            id="unknown",
        ),
        pytest.param(
            "whoQuery", "{api_key: mine}", [f"error ACT244 5:49 {AT}/api_key 'whoQuery' takes no 'api_key'."], id="key"
        ),
    ],
)
def test_arguments(method: str, attributes: str, problems: list[str]) -> None:
    """Every problem at the place of its argument; expressions are judged when they are known."""
    text = document(f"Type: shop, Method: {method}, Attributes: {attributes}")
    assert found_by(integration_arguments, text, integrations={"shop": known_service("shop", shop())}) == problems


def test_no_attributes_at_all() -> None:
    """What is missing then is missing in the outcome."""
    text = document("Type: shop, Method: createOrder")
    assert found_by(integration_arguments, text, integrations={"shop": known_service("shop", shop())}) == [
        "error ACT243 5:5 /OutFields/0 'sku' of 'createOrder' is missing."
    ]
