"""Questions over HTTP, and their answers as plain values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[dict[str, Any]]]


def attributes(answer: Any) -> list[dict[str, Any]]:
    """Return the values of each group of an answer."""
    assert answer.status_code == 200, answer.content
    return [item["attributes"] for item in answer.json()["data"]]


def refusal(answer: Any) -> tuple[int, str, str, str]:
    """Return status, parameter, sentence and hint of a refusal."""
    (error,) = answer.json()["errors"]
    source, meta = error.get("source", {}), error["meta"]
    return answer.status_code, source.get("parameter", ""), error["detail"], meta.get("hint", "")


@pytest.fixture
def ask(root: Any) -> Ask:
    """Ask as the administrator."""

    def question(entity: str, **params: Any) -> list[dict[str, Any]]:
        return attributes(root.get(f"/aggregate/{entity}", **params))

    return question


@pytest.fixture
def orders(make: Any) -> dict[str, dict[str, Any]]:
    """The five orders of the manual, by number."""
    products = {name: make("product", name=name, price="1.00")["reference_id"] for name in ("pen", "ink")}
    found = {}
    for number, status, total, quantity, product, paid_at in (
        ("A1", "paid", "10.10", 1, "pen", "2024-01-31T23:30:00Z"),
        ("A2", "paid", "20.20", 2, "pen", "2024-02-01T00:10:00Z"),
        ("A3", "paid", "0.05", 5, "ink", "2024-02-29T12:00:00Z"),
        ("A4", "pending", "7.00", 1, "ink", None),
        ("A5", "pending", "8.00", 1, None, None),
    ):
        values = {"number": number, "status": status, "total": total, "quantity": quantity, "paid_at": paid_at}
        found[number] = make("order", product_id=products[product] if product else None, **values)
    return found
