"""Public documents as their services publish them: every operation is found, and can be called."""

from __future__ import annotations

import http.client
import random
from urllib.parse import urlsplit

import orjson
import pytest

from actions.integrations.documents import ServiceOperation, build_request, check_arguments, read_service
from tests.actions.integrations.documents import BY_NAME, REAL, Real
from tests.actions.integrations.making import sample_arguments
from tests.actions.integrations.mocking import METHODS, MockService
from tests.clocks import work_of_at_most

SAMPLED = 50
# Two parts of an allOf, each of which refuses what the other requires: no request fits these as they are written.
CONTRADICTORY = {
    "IntegrationAccountAssemblies_CreateOrUpdate",
    "IntegrationAccountBatchConfigurations_CreateOrUpdate",
    "IntegrationAccounts_ListKeyVaultKeys",
}

each = pytest.mark.parametrize("real", REAL, ids=lambda real: real.name)


@each
def test_every_operation_is_found(real: Real) -> None:
    """As many operations as the document has methods on paths, each under an id of its own and with its own method."""
    service = real.service()
    counted = [
        (method.upper(), path) for path, item in real.raw()["paths"].items() for method in METHODS if method in item
    ]
    assert service.notation == real.notation
    assert len(counted) == real.operations
    assert [(one.method, one.path) for one in service.operations.values()] == counted
    assert all(service.operations[one.id] is one for one in service.operations.values())


@each
def test_every_required_argument_can_be_made_and_fits(real: Real) -> None:
    """No false alarm: what is made from an operation's own schemas passes, for every operation of every document."""
    refused = {
        name: problems
        for name, operation in real.service().operations.items()
        if (problems := check_arguments(operation, sample_arguments(operation)))
    }
    assert refused == {}


@each
def test_requests_are_what_the_document_asks_for(real: Real) -> None:
    """A reader of the document that shares no code with ours accepts the request of each operation (or of a sample)."""
    mock = MockService(real.raw())
    routes = {(route.method, route.path): route for route in mock.routes}
    for operation in sampled(real):
        built = build_request(operation, sample_arguments(operation), server_of(real))
        mock.check(routes[operation.method, operation.path], built.url, dict(built.headers), built.body)


@each
def test_an_operation_can_be_called(real: Real) -> None:
    """Over HTTP, a service made from the document takes the first operation's request and gives a documented answer."""
    mock = MockService(real.raw())
    operation = next(iter(real.service().operations.values()))
    with mock.serve() as address:
        built = build_request(operation, sample_arguments(operation), address)
        parts = urlsplit(built.url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        connection.request(
            built.method, built.url.removeprefix(f"http://{parts.netloc}"), built.body, dict(built.headers)
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
    assert answer.status in (operation.success or (200,)), body
    assert len(mock.received) == 1


@each
def test_operations_survive_being_stored(real: Real) -> None:
    """What is written as JSON and read again is the operation that it was."""
    for operation in sampled(real):
        assert ServiceOperation.from_data(orjson.loads(orjson.dumps(operation.as_data()))) == operation


def test_stripe_is_told_what_it_expects() -> None:
    """The form of a payment intent is nested with brackets, as Stripe's own libraries write it."""
    service = BY_NAME["stripe"].service()
    built = build_request(
        service.operations["PostPaymentIntents"],
        {"amount": 2000, "currency": "eur", "metadata": {"order": 6735}, "payment_method_types": ["card"]},
        service.servers[0],
    )
    assert (built.method, built.url) == ("POST", "https://api.stripe.com/v1/payment_intents")
    assert built.body == b"amount=2000&currency=eur&metadata[order]=6735&payment_method_types[0]=card"


def test_stripe_is_told_the_items_of_a_session() -> None:
    """Lists of objects are numbered: ``line_items[0][price]``."""
    service = BY_NAME["stripe"].service()
    operation = service.operations["PostCheckoutSessions"]
    built = build_request(
        operation,
        {"success_url": "https://a.example", "line_items": [{"price": "x", "quantity": 2}]},
        service.servers[0],
    )
    assert built.body == b"success_url=https%3A%2F%2Fa.example&line_items[0][price]=x&line_items[0][quantity]=2"


def test_a_large_document_is_read_in_seconds() -> None:
    """GitHub's, of more than 5 MB."""
    text = BY_NAME["github"].text
    assert len(text) > 5_000_000
    with work_of_at_most(5):
        read_service(text, "github.json")


def sampled(real: Real) -> list[ServiceOperation]:
    """Return every operation of a small document, and a fixed sample of a large one's."""
    operations = [one for one in real.service().operations.values() if one.id not in CONTRADICTORY]
    return operations if len(operations) <= 200 else random.Random(6).sample(operations, SAMPLED)


def server_of(real: Real) -> str:
    """Return where the document says that the service is; an address with the mock's prefix where it says nothing."""
    return next(iter(real.service().servers), f"https://service.example{MockService(real.raw()).prefix}")
