"""Every operator of ``query``, over HTTP, on both databases."""

import json
from datetime import UTC, datetime

import pytest

from entities.examples.models import Order, Todo
from entities.filters import OPERATORS

pytestmark = pytest.mark.django_db

ROWS = (
    {"number": "A-100%", "status": "paid", "total": "10.00", "quantity": 1, "paid_at": "2024-01-01T00:00:00Z"},
    {"number": "a_2", "status": "pending", "total": "20.50", "quantity": 2},
    {"number": "B\\3", "status": "", "total": "30.00", "quantity": 3, "paid_at": "2024-06-01T12:00:00+02:00"},
    {"number": "b*[4]", "status": "Paid", "total": "0.00", "quantity": 4},
)
NUMBERS = [row["number"] for row in ROWS]


@pytest.fixture
def orders(root, make):
    """Four orders; a function that asks for some of them."""
    for row in ROWS:
        make("order", root, **row | {"status": row["status"] or "blank"})
    Order.objects.filter(status="blank").update(status="")

    def ask(*conditions, **params):
        answer = root.get("/api/order", sort="quantity", query=json.dumps(conditions), **params)
        assert answer.status_code == 200, answer.content
        return [NUMBERS.index(item["attributes"]["number"]) for item in answer.json()["data"]]

    return ask


CASES = [
    ("number", "contains", "a", [0, 1]),
    ("number", "contains", "%", [0]),
    ("number", "contains", "%a%", [0, 1]),
    ("number", "contains", "_", [1]),
    ("number", "contains", "\\", [2]),
    ("number", "not contains", "A", [2, 3]),
    ("number", "begins with", "B", [2, 3]),
    ("number", "begins with", "%", []),
    ("number", "ends with", "]", [3]),
    ("number", "ends with", "_", []),
    ("number", "like", "A%", [0]),
    ("number", "like", "a%", [1]),
    ("number", "like", "%", [0, 1, 2, 3]),
    ("number", "like", "__2", [1]),
    ("number", "like", "a\\_2", [1]),
    ("number", "like", "A-100\\%", [0]),
    ("number", "like", "B\\\\3", [2]),
    ("number", "like", "b*[4]", [3]),
    ("number", "like", "%*%", [3]),
    ("number", "like", "%?%", []),
    ("number", "like", "A-100", []),
    ("number", "like", "a\\", []),
    ("number", "not like", "a%", [0, 2, 3]),
    ("number", "ilike", "a%", [0, 1]),
    ("number", "ilike", "%\\%", [0]),
    ("number", "not ilike", "a%", [2, 3]),
    ("status", "is", "paid", [0]),
    ("status", "eq", "paid", [0]),
    ("status", "is not", "paid", [1, 2, 3]),
    ("status", "neq", "paid", [1, 2, 3]),
    ("status", "in", ["paid", "pending"], [0, 1]),
    ("status", "any of", ["paid"], [0]),
    ("status", "any of", [], []),
    ("status", "none of", ["paid", "pending"], [2, 3]),
    ("status", "none of", [], [0, 1, 2, 3]),
    ("quantity", "lt", 2, [0]),
    ("quantity", "less than", 2, [0]),
    ("quantity", "before", 2, [0]),
    ("quantity", "lte", 2, [0, 1]),
    ("quantity", "gt", 3, [3]),
    ("quantity", "more than", 3, [3]),
    ("quantity", "after", 3, [3]),
    ("quantity", "gte", 3, [2, 3]),
    ("quantity", "eq", "3", [2]),
    ("quantity", "between", [2, 3], [1, 2]),
    ("total", "gt", "20.5", [2]),
    ("total", "gte", 20.5, [1, 2]),
    ("total", "between", [0, "10"], [0, 3]),
    ("paid_at", "after", "2024-05-01T00:00:00Z", [2]),
    ("paid_at", "eq", "2024-06-01T10:00:00Z", [2]),
    ("paid_at", "is", None, [1, 3]),
    ("paid_at", "is not", None, [0, 2]),
    ("paid_at", "is not", "2024-01-01T00:00:00Z", [1, 2, 3]),
    ("paid_at", "in", [None, "2024-01-01T00:00:00Z"], [0, 1, 3]),
    ("paid_at", "none of", ["2024-01-01T00:00:00Z"], [1, 2, 3]),
    ("paid_at", "none of", [None, "2024-01-01T00:00:00Z"], [2]),
    ("paid_at", "is empty", None, [1, 3]),
    ("status", "is empty", None, [2]),
    ("product_id", "is empty", None, [0, 1, 2, 3]),
    ("product_id", "is", None, [0, 1, 2, 3]),
]


@pytest.mark.parametrize(("column", "operator", "value", "found"), CASES, ids=json.dumps)
def test_an_operator_finds_its_rows(orders, column, operator, value, found):
    """Each operator means the same on every database; wildcards are wildcards in ``like`` alone."""
    assert orders({"column": column, "operator": operator, "value": value}) == found


def test_every_operator_is_shown():
    """No operator is without a case, but for the two about truth, which have their own."""
    assert {operator for _, operator, _, _ in CASES} | {"is true", "is false"} == OPERATORS


@pytest.mark.parametrize(("operator", "done"), [("is true", True), ("is false", False)])
def test_truth_needs_no_value(ada, operator, done):
    """``is true`` and ``is false`` look at a flag."""
    rows = {flag: ada.create("todo", title=str(flag), done=flag)["id"] for flag in (True, False)}
    assert ada.ids("/api/todo", query=json.dumps([{"column": "done", "operator": operator}])) == [rows[done]]


def test_names_are_read_in_any_case_and_spacing(orders):
    """``Begins  With`` is ``begins with``."""
    assert orders({"column": "number", "operator": "Begins  With", "value": "B"}) == [2, 3]


def test_one_logical_group_is_alternatives(orders):
    """Conditions of one group are OR-ed, groups are AND-ed; a condition without a group stands alone."""
    alternatives = [
        {"column": "quantity", "operator": "eq", "value": 1, "logical_group": "a"},
        {"column": "quantity", "operator": "eq", "value": 2, "logical_group": "a"},
        {"column": "quantity", "operator": "eq", "value": 3, "logical_group": 1},
        {"column": "quantity", "operator": "eq", "value": 2, "logical_group": 1},
    ]
    assert orders(*alternatives[:2]) == [0, 1]
    assert orders(*alternatives) == [1]
    assert orders(*alternatives[:2], {"column": "status", "operator": "eq", "value": "paid"}) == [0]
    no_groups = [{**item, "logical_group": ""} for item in alternatives[:2]]
    assert orders(*no_groups) == []


def test_a_foreign_key_is_compared_with_a_public_id(root, make):
    """The value of a foreign key, of a relation's id and of one's own id is the id that clients see."""
    pen, ink = (make("product", root, name=name, price="1", stock=1)["reference_id"] for name in ("pen", "ink"))
    order = make("order", root, number="1", product_id=pen)["reference_id"]
    make("order", root, number="2", product_id=ink)
    for column in ("product_id", "product", "product.reference_id", "product.id"):
        assert root.ids("/api/order", query=json.dumps([{"column": column, "operator": "is", "value": pen}])) == [order]
    for column in ("reference_id", "id"):
        query = json.dumps([{"column": column, "operator": "in", "value": [order]}])
        assert root.ids("/api/order", query=query) == [order]


def test_a_condition_may_lead_through_relations(root, make):
    """A dotted column asks whether there is a related row that fits, whichever way the relation goes."""
    pen = make("product", root, name="pen", price="1", stock=1)
    make("product", root, name="ink", price="1", stock=1)
    order = make("order", root, number="1", product_id=pen["reference_id"])
    make("payment", root, order_id=order["reference_id"], provider="p", provider_reference="1", amount="1")
    make("payment", root, order_id=order["reference_id"], provider="p", provider_reference="2", amount="2")

    def ask(path, column, operator, value=None):
        return root.ids(path, query=json.dumps([{"column": column, "operator": operator, "value": value}]))

    assert ask("/api/order", "product.name", "eq", "pen") == [order["reference_id"]]
    assert ask("/api/order", "product.name", "eq", "ink") == []
    assert ask("/api/product", "orders.payments.amount", "gt", 1) == [pen["reference_id"]]
    assert ask("/api/product", "orders.payments.amount", "gt", 2) == []


def test_a_condition_through_a_table_in_between(root, make):
    """A many-to-many relation is walked as well."""
    home, work = (make("usergroup", root, name=name)["reference_id"] for name in ("home", "work"))
    kind = "user_user_id_has_usergroup_usergroup_id"
    make(kind, user_id=str(root.account.pk), usergroup_id=home)
    query = json.dumps([{"column": "members.email", "operator": "eq", "value": "root@example.org"}])
    assert root.ids("/api/usergroup", query=query) == [home]
    query = json.dumps([{"column": "usergroups.name", "operator": "eq", "value": "home"}])
    assert root.ids("/api/user_account", query=query) == [str(root.account.pk)]
    assert work not in root.ids("/api/usergroup", members_id=str(root.account.pk))


def test_a_filter_sees_only_what_its_actor_may_read(ada, bob, root):
    """A condition on a related row that the actor may not read is never met: nothing can be guessed."""
    project = root.create("project", name="secret")
    Todo.objects.create(title="mine", project_id=project["id"], user_account=ada.account, permission=2097024)
    for operator, value in (("eq", "secret"), ("neq", "other"), ("begins with", "s")):
        query = json.dumps([{"column": "project.name", "operator": operator, "value": value}])
        assert len(root.ids("/api/todo", query=query)) == 1
        assert ada.ids("/api/todo", query=query) == []


def test_dates_are_compared_as_dates(ada):
    """A date is no text."""
    early, late = (ada.create("todo", title=day, due=day)["id"] for day in ("2024-01-09", "2024-01-10"))
    query = [{"column": "due", "operator": "before", "value": "2024-01-10"}]
    assert ada.ids("/api/todo", query=json.dumps(query)) == [early]
    created = [{"column": "created_at", "operator": "before", "value": datetime(2124, 1, 1, tzinfo=UTC).isoformat()}]
    assert set(ada.ids("/api/todo", query=json.dumps(created))) == {early, late}
