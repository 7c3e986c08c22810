"""Reads as actions use them: rows as plain dicts, without HTTP."""

from decimal import Decimal

import pytest

from entities import registry, rows
from entities.actors import GUEST, SYSTEM
from entities.errors import Forbidden, NotFound
from entities.filters import parse_include, parse_query
from entities.permissions import Right, bits

pytestmark = pytest.mark.django_db


def test_a_row_is_a_plain_dict(root, make):
    """Type and public id first, values as JSON kinds and decimals, related rows under their relation's name."""
    pen = make("product", root, name="pen", price="1.50", stock=2)
    order = make("order", root, number="1", product_id=pen["reference_id"])
    product = registry.get("product")
    row = rows.get(product, pen["reference_id"], SYSTEM, include=parse_include(product, ["orders"], SYSTEM))
    assert list(row)[:2] == ["__type", "reference_id"]
    assert row["price"] == Decimal("1.50")
    assert [item["reference_id"] for item in row["orders"]] == [order["reference_id"]]
    assert {key: value for key, value in row.items() if key != "orders"} == pen


def test_a_list_of_rows_has_its_total(root, make):
    """``select`` gives the page and how many rows there are."""
    for name in "abc":
        make("product", root, name=name, price="1", stock=1)
    product = registry.get("product")
    page = rows.select(product, parse_query(product, {"page[size]": 2, "sort": "name"}, SYSTEM), SYSTEM)
    assert ([row["name"] for row in page.rows], page.total, page.has_next, page.has_previous) == (
        ["a", "b"],
        3,
        True,
        False,
    )


@pytest.mark.parametrize(
    "moment",
    ["2024-02-29T12:00:00Z", "2024-02-29T12:00:00.100000Z", "2024-02-29T12:00:00.000001Z", "0999-01-01T00:00:00Z"],
)
def test_a_row_read_is_the_row_written(root, make, moment):
    """Ids and times, which the database writes out itself, read as the store gave them."""
    order = make("order", root, number="1", paid_at=moment, product_id=None)
    assert order["paid_at"] == moment
    assert rows.get(registry.get("order"), order["reference_id"], SYSTEM) == order


@pytest.mark.parametrize("right", [Right.READ, Right.EXECUTE])
def test_a_row_must_grant_what_is_asked(ada, bob, make, right):
    """``get`` wants the right that is named: a row that may not be known of is not there, another is forbidden."""
    todo = make("todo", ada, title="x")["reference_id"]
    entity = registry.get("todo")
    assert rows.get(entity, todo, ada.actor, right)["title"] == "x"
    for actor in (bob.actor, GUEST):
        with pytest.raises(NotFound):
            rows.get(entity, todo, actor, right)
    entity.model.objects.update(permission=bits(guest=["read"]))
    assert rows.get(entity, todo, bob.actor)["title"] == "x"
    with pytest.raises(Forbidden):
        rows.get(entity, todo, bob.actor, Right.EXECUTE)


@pytest.mark.parametrize("public_id", [None, 1, "", "x", [], {}, "\0"])
def test_an_id_of_any_kind_that_is_none_is_not_found(public_id):
    """Whatever an action computes for an id is looked up or not found."""
    with pytest.raises(NotFound):
        rows.get(registry.get("todo"), public_id, SYSTEM)
