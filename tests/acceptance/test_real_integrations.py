"""Public services' own documents, imported and called: the checkout with Stripe from its first click to the paid order.

Each service is a mock made from the same document, which refuses whatever the document does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from actions.importing import Wishes, import_document
from actions.loading import save_definition
from actions.models import IntegrationOperation
from entities.examples.models import Order, Product
from entities.models import UserAccount
from tests.acceptance.conftest import failure
from tests.acceptance.test_webhooks_examples import event, receivers, send
from tests.actions.integrations.documents import BY_NAME, REAL, Real
from tests.actions.integrations.making import sample_arguments
from tests.actions.integrations.mocking import MockService
from tests.integrations import authenticate, keep
from tests.servers import CHECKOUT
from tests.upstreams import Upstream, allow, answer, hang

__all__ = ["receivers"]

pytestmark = pytest.mark.django_db(transaction=True)

EXAMPLE = CHECKOUT / "fixtures" / "actions" / "integrations" / "checkout.yaml"
PAGE = "https://checkout.stripe.com/c/pay/cs_test_a1b2c3"
ONE_CALL = "Name: call\nOnType: todo\nPermission: {{guest: [execute]}}\nOutFields:\n  - {outcome}\n"


def import_real(real: Real, address: str) -> None:
    """Import a document, its operations being at an address and each of its schemes having a secret."""
    import_document(real.name, real.text, real.file, Wishes(address))
    keep("key", "sk_test_1")
    schemes = {name: "key" for name, scheme in real.service().schemes.items() if not scheme.token_url}
    authenticate(real.name, server=address, **schemes)


@pytest.mark.parametrize("real", REAL, ids=lambda real: real.name)
def test_an_operation_of_each_is_an_outcome(define: Any, post: Any, settings: Any, real: Real) -> None:
    """Imported with all of its operations, checked at load, and answered by a service made from the document."""
    operation = next(iter(real.service().operations.values()))
    mock = MockService(real.raw())
    with mock.serve() as address:
        allow(settings, "127.0.0.1")
        import_real(real, address)
        assert IntegrationOperation.objects.count() == real.operations
        outcome = {"Type": real.name, "Method": operation.id, "Reference": "a"}
        written = json.dumps({**outcome, "Attributes": sample_arguments(operation)})
        define(ONE_CALL.format(outcome=written))
        response = post("todo/call")
    assert response.status_code == 200, response.content
    told = {entry["ResponseType"]: entry["Attributes"] for entry in response.json()}
    assert told[f"{real.name}.{operation.id}.statusCode"] in (operation.success or (200,)), told
    assert len(mock.received) == 1


@pytest.fixture
def stripe(settings: Any, receivers: None) -> Iterator[MockService]:
    """Stripe, made from its own document; what it answers leads to its own page."""
    mock = MockService(BY_NAME["stripe"].raw())
    made = mock.example
    mock.example = lambda route: replace(made(route), body={**made(route).body, "url": PAGE})  # type: ignore[method-assign]
    settings.ACTIONS = {**settings.ACTIONS, "REDIRECT_HOSTS": ("checkout.stripe.com",)}
    with mock.serve() as address:
        serve_checkout(settings, address)
        yield mock


def serve_checkout(settings: Any, address: str) -> None:
    """Serve the example, Stripe being at an address."""
    allow(settings, "127.0.0.1")
    import_real(BY_NAME["stripe"], address)
    save_definition(EXAMPLE.read_text(encoding="utf-8").replace("$Timeout: 8", "$Timeout: 1"), str(EXAMPLE))


@pytest.fixture
def tea() -> Product:
    """Something to buy."""
    UserAccount.objects.create_superuser("root@example.org", "correct horse")
    return Product.objects.create(name="Tea", price=Decimal("9.95"), currency="EUR", stock=5)


def check_out(post: Any, tea: Product, quantity: int = 2) -> Any:
    """Click on the button."""
    buyer = UserAccount.objects.get(email="root@example.org")
    return post("product/checkout", {"product_id": str(tea.reference_id), "quantity": quantity}, actor=buyer)


def test_a_checkout_from_the_click_to_the_paid_order(post: Any, stripe: MockService, tea: Product) -> None:
    """A session at Stripe, a redirect to its page, its signed event, and the order is paid and out of the stock."""
    response = check_out(post, tea)
    assert response.status_code == 200, response.content
    (entry,) = response.json()
    assert (entry["ResponseType"], entry["Attributes"]["location"]) == ("client.redirect", PAGE)
    assert stripe.received == [("POST", "/v1/checkout/sessions")]
    bought = Order.objects.get()
    assert (bought.status, bought.total, bought.quantity) == ("open", Decimal("19.90"), 2)
    paid = event("stripe_checkout.json", data__object__metadata={"order_number": bought.number})
    assert send("stripe", paid).status_code == 200
    bought.refresh_from_db()
    tea.refresh_from_db()
    assert (bought.status, tea.stock) == ("paid", 3)


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        pytest.param(answer(402, json={"error": {"code": "card_declined"}}), 502, "upstream_failed", id="refuses"),
        pytest.param(answer(500), 502, "upstream_failed", id="fails"),
        pytest.param(hang(), 504, "timeout", id="hangs"),
    ],
)
def test_nothing_is_left_where_stripe_fails(
    post: Any, settings: Any, receivers: None, tea: Product, given: Any, status: int, code: str
) -> None:
    """No order, nothing out of the stock, and the answer names the outcome."""
    with Upstream(given) as server:
        serve_checkout(settings, server.url)
        response = check_out(post, tea)
    assert response.status_code == status
    assert (failure(response)["code"], failure(response)["outcome"]["reference"]) == (code, "session")
    assert Order.objects.count() == 0


def test_too_much_is_refused_before_stripe_is_asked(post: Any, stripe: MockService, tea: Product) -> None:
    """What can be known without the other service is."""
    assert failure(check_out(post, tea, 6))["code"] == "out_of_stock"
    assert stripe.received == []
