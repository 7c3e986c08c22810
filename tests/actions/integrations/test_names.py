"""What an author may write as a Method."""

from __future__ import annotations

import pytest

from actions.integrations.names import Names, is_name

NAMES = Names([
    ("listOrders", "GET", "/orders"),
    ("LISTORDERS", "GET", "/all"),
    ("GET /stock/{id}", "GET", "/stock/{id}"),
    ("get_orders", "POST", "/other"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("written", "found"),
    [
        pytest.param("listOrders", "listOrders", id="exact"),
        pytest.param("LISTORDERS", "LISTORDERS", id="exact-before-any-case"),
        pytest.param("ListOrders", "listOrders", id="any-case"),
        pytest.param("GET /orders", "listOrders", id="made-name"),
        pytest.param("get /ORDERS", "listOrders", id="made-name-in-any-case"),
        pytest.param("GET /stock/{id}", "GET /stock/{id}", id="without-an-id"),
        pytest.param("get_stock_id", "GET /stock/{id}", id="slug"),
        pytest.param("get_orders", "get_orders", id="id-before-slug"),
        pytest.param("orders", None, id="unknown"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_method_is_found(written: str, found: str | None) -> None:
    """The exact id counts before any other spelling, and of those the first that fits."""
    assert NAMES.find(written) == found


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("stripe", True),
        ("git-hub.v2_x", True),
        ("a" * 100, True),
        ("a" * 101, False),
        ("Stripe", False),
        ("2checkout", False),
        ("", False),
        ("stripe\n", False),
        ("$network.request", False),
    ],
)
def test_names_of_integrations(text: str, may: bool) -> None:
    """Lower case letters first, then digits, '_', '-' and '.'; 100 characters at most."""
    assert is_name(text) is may
