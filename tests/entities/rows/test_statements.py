"""How many statements a list costs: the same for five rows and for fifty."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from entities.examples.models import Order, Payment, Product, Project, Todo
from entities.models import Membership, UserAccount, UserGroup
from entities.permissions import OWNED_ROW


@pytest.fixture
def fifty(ada):
    """Fifty todos in ten projects, and all of it Ada's."""
    account = ada.account
    common = {"user_account": account, "permission": OWNED_ROW}
    projects = Project.objects.bulk_create(Project(name=str(index), **common) for index in range(10))
    Todo.objects.bulk_create(Todo(title=str(index), project=projects[index % 10], **common) for index in range(50))
    return ada


def count(api, path, **params):
    """Return how many rows an answer has, and how many statements it took."""
    with CaptureQueriesContext(connection) as captured:
        answer = api.get(path, **params)
    assert answer.status_code == 200, answer.content
    return len(answer.json()["data"]), len(captured)


@pytest.mark.parametrize(
    ("include", "statements"),
    [
        pytest.param("", 3, id="nothing-included"),
        pytest.param("project", 4, id="to-one"),
        pytest.param("project,user_account", 5, id="two"),
        pytest.param("project.todos", 5, id="to-one-then-many"),
        pytest.param("project.todos.user_account", 6, id="three-deep"),
        pytest.param("*", 5, id="all"),
    ],
)
def test_a_list_costs_the_same_whatever_its_size(fifty, include, statements):
    """One for the account, two for the page and its total, one for each included relation."""
    for size in (1, 5, 50):
        params = {"page[size]": size, "include": include}
        assert count(fifty, "/api/todo", **params) == (size, statements)


def test_to_many_relations_cost_one_statement_each(fifty, root):
    """A relation to many, and one through a table in between, cost one statement for all rows."""
    for size in (1, 5, 10):
        assert count(fifty, "/api/project", **{"page[size]": size, "include": "todos"}) == (size, 4)
    groups = UserGroup.objects.bulk_create(UserGroup(name=str(index), permission=OWNED_ROW) for index in range(10))
    Membership.objects.bulk_create(
        Membership(user=account, usergroup=group) for group in groups for account in UserAccount.objects.all()
    )
    for size in (1, 10):
        assert count(root, "/api/usergroup", **{"page[size]": size, "include": "members"}) == (size, 4)


def test_other_reads_cost_a_fixed_number(fifty):
    """Related lists, relationships, cursors and filters through relations do not cost more for more rows."""
    project = Project.objects.get(name="3")
    last = Todo.objects.latest("created_at", "reference_id")
    for size in (1, 4):
        page = {"page[size]": size}
        assert count(fifty, f"/api/project/{project.pk}/todos", **page) == (size, 4)
        assert count(fifty, f"/api/project/{project.pk}/relationships/todos", **page) == (size, 4)
        assert count(fifty, "/api/todo", **page, **{"page[after]": str(last.pk)}) == (size, 4)
        assert count(fifty, "/api/todo", **page, **{"filter[project.name]": "3"}) == (size, 3)


def test_an_included_relation_is_bounded(fifty, settings):
    """More included rows than the settings allow are refused, not loaded."""
    settings.ENTITIES = {**settings.ENTITIES, "MAX_INCLUDED": 49}
    answer = fifty.get("/api/project", include="todos")
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (
        400,
        "'todos' would include more than 49 rows.",
    )
    settings.ENTITIES = {**settings.ENTITIES, "MAX_INCLUDED": 50}
    assert len(fifty.get("/api/project", include="todos").json()["included"]) == 50


def test_included_rows_stand_there_once(root):
    """A row that many include, on several paths, is one resource; what each path says of it is kept."""
    product = Product.objects.create(name="pen", price="1", stock=1)
    for number in "ab":
        order = Order.objects.create(number=number, product=product, buyer=root.account)
        Payment.objects.create(order=order, provider="p", provider_reference=number, amount="1")
    document = root.get("/api/payment", include="order.product.orders,order.buyer").json()
    kinds = sorted(item["type"] for item in document["included"])
    assert kinds == ["order", "order", "product", "user_account"]
    included = {(item["type"], item["id"]): item for item in document["included"]}
    linked = included["product", str(product.pk)]["relationships"]["orders"]["data"]
    assert {(item["type"], item["id"]) for item in linked} <= included.keys()
    assert len(linked) == 2


def test_every_included_row_is_linked_to(fifty):
    """Full linkage: each included row is named by a relationship of the document."""
    document = fifty.get("/api/project", include="todos.user_account", **{"page[size]": 5}).json()
    named = {
        (item["type"], item["id"])
        for resource in (*document["data"], *document["included"])
        for relationship in resource["relationships"].values()
        for item in as_list(relationship.get("data"))
    }
    assert {(item["type"], item["id"]) for item in document["included"]} <= named


def as_list(data):
    """Resource linkage as a list."""
    return data if isinstance(data, list) else [data] if data else []
