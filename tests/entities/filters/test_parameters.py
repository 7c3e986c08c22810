"""Query parameters: what each does, and how a wrong one is refused."""

import json
from uuid import uuid4

import pytest

from entities import registry
from entities.actors import GUEST, SYSTEM
from entities.errors import BadParameter
from entities.filters import parse_query
from entities.filters.operators import TABLE

pytestmark = pytest.mark.django_db


KNOWN = f"Known are: {', '.join(TABLE)}."
EXAMPLE = 'For example [{"column": "name", "operator": "contains", "value": "x"}].'


def condition(**changes):
    """A condition that is right, but for the changes."""
    return json.dumps([{"column": "title", "operator": "eq", "value": "x", **changes}])


@pytest.mark.parametrize(
    ("params", "parameter", "detail", "hint"),
    [
        pytest.param({"sorted": "x"}, "sorted", "Unknown parameter 'sorted'.", "Did you mean 'sort'?", id="unknown"),
        pytest.param(
            {"page[sise]": "1"},
            "page[sise]",
            "Unknown parameter 'page[sise]'.",
            "Did you mean 'page[size]'?",
            id="page",
        ),
        pytest.param({"page": "1"}, "page", "Unknown parameter 'page'.", None, id="page-without-brackets"),
        pytest.param({"group": "x"}, "group", "Unknown parameter 'group'.", None, id="group"),
        pytest.param(
            {"projekt_id": str(uuid4())},
            "projekt_id",
            "Unknown parameter 'projekt_id'.",
            "Did you mean 'project_id'?",
            id="relation-id",
        ),
        pytest.param({"id__in": "1"}, "id__in", "Unknown parameter 'id__in'.", None, id="keyword-of-the-orm"),
        pytest.param(
            {"query[0][column]": "x"}, "query[0][column]", "Unknown parameter 'query[0][column]'.", None, id="brackets"
        ),
        pytest.param(
            {"sort": "-titel"}, "sort", "Unknown field 'titel' on 'todo'.", "Did you mean 'title'?", id="sort-field"
        ),
        pytest.param(
            {"sort": "project__name"},
            "sort",
            "Unknown field 'project__name' on 'todo'.",
            "Did you mean 'project_id'?",
            id="sort-orm",
        ),
        pytest.param({"sort": "?"}, "sort", "Unknown field '?' on 'todo'.", None, id="sort-random"),
        pytest.param({"sort": "title,-title"}, "sort", "'sort' names a field twice.", None, id="sort-twice"),
        pytest.param({"sort": "-"}, "sort", "Unknown field '' on 'todo'.", None, id="sort-nothing"),
        pytest.param(
            {"fields": "titel"}, "fields", "Unknown field 'titel' on 'todo'.", "Did you mean 'title'?", id="f"
        ),
        pytest.param(
            {"fields[projekt]": "name"},
            "fields[projekt]",
            "Unknown type 'projekt'.",
            "Did you mean 'project'?",
            id="type",
        ),
        pytest.param(
            {"fields[project]": "nam"},
            "fields[project]",
            "Unknown field 'nam' on 'project'.",
            "Did you mean 'name'?",
            id="fields-of-type",
        ),
        pytest.param(
            {"include": "projekt"},
            "include",
            "Unknown relation 'projekt' on 'todo'.",
            "Did you mean 'project'?",
            id="i",
        ),
        pytest.param(
            {"included_relations": "project.todo_s"},
            "included_relations",
            "Unknown relation 'todo_s' on 'project'.",
            "Did you mean 'todos'?",
            id="include-deeper",
        ),
        pytest.param(
            {"include": "project.todos.project.todos"},
            "include",
            "'include' goes through more than 3 relations.",
            None,
            id="include-too-deep",
        ),
        pytest.param(
            {"filter[titel]": "x"},
            "filter[titel]",
            "Unknown field 'titel' on 'todo'.",
            "Did you mean 'title'?",
            id="ff",
        ),
        pytest.param(
            {"filter[title__startswith]": "x"},
            "filter[title__startswith]",
            "Unknown field 'title__startswith' on 'todo'.",
            None,
            id="filter-orm",
        ),
        pytest.param(
            {"filter[projekt.name]": "x"},
            "filter[projekt.name]",
            "Unknown relation 'projekt' on 'todo'.",
            "Did you mean 'project'?",
            id="filter-relation",
        ),
        pytest.param(
            {"filter[done]": "maybe"}, "filter[done]", "'done' must be true or false.", None, id="filter-mismatch"
        ),
        pytest.param(
            {"filter[due]": "soon"}, "filter[due]", "'due' must be a date such as 2024-02-29.", None, id="no-date"
        ),
        pytest.param(
            {"filter[project_id]": "x"},
            "filter[project_id]",
            "'project_id' must be compared with the id of a row.",
            None,
            id="no-id",
        ),
        pytest.param(
            {"project_id": "x"},
            "project_id",
            "'project_id' must be compared with the id of a row.",
            None,
            id="relation",
        ),
        pytest.param(
            {"filter": "x" * 1001}, "filter", "'filter' must be a text of at most 1000 characters.", None, id="long"
        ),
        pytest.param({"filter": "\0"}, "filter", "'filter' must be a text of at most 1000 characters.", None, id="nul"),
        pytest.param({"page[size]": "501"}, "page[size]", "'page[size]' may be at most 500.", None, id="size"),
        pytest.param(
            {"page[size]": "0"}, "page[size]", "'page[size]' must be a whole number from 1 to 500.", None, id="0"
        ),
        pytest.param(
            {"page[size]": "-1"}, "page[size]", "'page[size]' must be a whole number from 1 to 500.", None, id="-"
        ),
        pytest.param(
            {"page[size]": "ten"}, "page[size]", "'page[size]' must be a whole number from 1 to 500.", None, id="t"
        ),
        pytest.param(
            {"page[size]": "\u0661"}, "page[size]", "'page[size]' must be a whole number from 1 to 500.", None, id="a"
        ),
        pytest.param(
            {"page[number]": "9" * 30},
            "page[number]",
            "'page[number]' must be a whole number from 1 to 1000000000.",
            None,
            id="vast-number",
        ),
        pytest.param({"page[size]": ["1", "2"]}, "page[size]", "'page[size]' may be given once.", None, id="twice"),
        pytest.param({"page[after]": "x"}, "page[after]", "'page[after]' is the id of no 'todo'.", None, id="cursor"),
        pytest.param(
            {"page[before]": str(uuid4())},
            "page[before]",
            "'page[before]' is the id of no 'todo'.",
            None,
            id="no-cursor",
        ),
        pytest.param({"page[before]": ""}, "page[before]", "'page[before]' must be the id of a row.", None, id="blank"),
        pytest.param(
            {"page[number]": "1", "page[after]": str(uuid4())},
            "page[after]",
            "'page[number]' and 'page[after]' exclude each other.",
            None,
            id="two-places",
        ),
        pytest.param(
            {"query": "{"},
            "query",
            "'query' is not readable: Not JSON: Expecting property name enclosed in double quotes at line 1, column 2.",
            None,
            id="query-broken",
        ),
        pytest.param({"query": "1"}, "query", "'query' must be a list of conditions.", EXAMPLE, id="query-is-a-number"),
        pytest.param(
            {"query": "[1]"}, "query", "query[0]: A condition must be an object.", None, id="query-of-numbers"
        ),
        pytest.param(
            {"query": condition(colum="x")},
            "query",
            "query[0]: Unknown key 'colum'.",
            "Did you mean 'column'?",
            id="key",
        ),
        pytest.param(
            {"query": condition(operator="contain")},
            "query",
            "query[0]: Unknown operator 'contain'.",
            "Did you mean 'contains'?",
            id="operator",
        ),
        pytest.param(
            {"query": condition(operator="fuzzy_any")},
            "query",
            "query[0]: Operator 'fuzzy_any' is not offered.",
            "Use 'contains'.",
            id="fuzzy",
        ),
        pytest.param(
            {"query": condition(operator="regex")},
            "query",
            "query[0]: Unknown operator 'regex'.",
            KNOWN,
            id="operator-orm",
        ),
        pytest.param(
            {"query": condition(column="titel")},
            "query",
            "query[0]: Unknown field 'titel' on 'todo'.",
            "Did you mean 'title'?",
            id="column",
        ),
        pytest.param(
            {"query": condition(column="project__name")},
            "query",
            "query[0]: Unknown field 'project__name' on 'todo'.",
            "Did you mean 'project_id'?",
            id="column-orm",
        ),
        pytest.param(
            {"query": condition(column=["title"])},
            "query",
            "query[0]: 'column' must be the name of a field.",
            None,
            id="column-is-a-list",
        ),
        pytest.param(
            {"query": condition(column="done", operator="contains")},
            "query",
            "query[0]: Operator 'contains' does not apply to 'done'.",
            None,
            id="text-operator-on-a-flag",
        ),
        pytest.param(
            {"query": condition(operator="is true")},
            "query",
            "query[0]: Operator 'is true' does not apply to 'title'.",
            None,
            id="flag-operator-on-a-text",
        ),
        pytest.param(
            {"query": condition(column="project_id", operator="gt")},
            "query",
            "query[0]: Operator 'gt' does not apply to 'project_id'.",
            None,
            id="order-of-references",
        ),
        pytest.param(
            {"query": condition(value=1)}, "query", "query[0]: 'title' must be a text, not a number.", None, id="kind"
        ),
        pytest.param(
            {"query": condition(value=["x"])},
            "query",
            "query[0]: 'title' must be compared with a single value.",
            None,
            id="list-for-one",
        ),
        pytest.param(
            {"query": condition(operator="in", value="x")},
            "query",
            "query[0]: 'title' must be compared with a list.",
            None,
            id="one-for-a-list",
        ),
        pytest.param(
            {"query": condition(operator="in", value=["x"] * 1001)},
            "query",
            "query[0]: 'title' may be compared with at most 1000 values.",
            None,
            id="too-many-values",
        ),
        pytest.param(
            {"query": condition(operator="between", value=["x"])},
            "query",
            "query[0]: 'title' must be compared with a list of two.",
            None,
            id="no-pair",
        ),
        pytest.param(
            {"query": condition(operator="gt", value=None)},
            "query",
            "query[0]: 'title' cannot be compared with null.",
            None,
            id="order-of-null",
        ),
        pytest.param(
            {"query": condition(logical_group=[])},
            "query",
            "query[0]: 'logical_group' must be a text or a whole number.",
            None,
            id="group-is-a-list",
        ),
        pytest.param(
            {"query": json.dumps(json.loads(condition()) * 51)},
            "query",
            "'query' may have at most 50 conditions.",
            None,
            id="too-many-conditions",
        ),
    ],
)
def test_a_wrong_parameter_is_named(ada, params, parameter, detail, hint):
    """400, the parameter in ``source``, what is wrong, and what was perhaps meant."""
    answer = ada.get("/api/todo", **params)
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["source"]) == (400, {"parameter": parameter})
    assert (error["detail"], error["meta"].get("hint")) == (detail, hint)


def test_many_filters_together_are_bounded(ada):
    """The bound holds for all conditions of a list together."""
    params = {"query": json.dumps(json.loads(condition()) * 50), "filter[done]": "true"}
    assert ada.get("/api/todo", **params).json()["errors"][0]["detail"] == "A list takes at most 50 conditions."


def test_filter_looks_into_short_texts_in_any_case(root, make):
    """``filter`` and ``filter[]`` find rows by a part of one of their short texts."""
    make("order", root, number="Alpha", status="open")
    make("order", root, number="beta", status="ALPHA")
    make("order", root, number="gamma%", status="x_y")
    assert len(root.ids("/api/order", filter="alph")) == 2
    assert len(root.ids("/api/order", **{"filter[]": "alph"})) == 2
    assert len(root.ids("/api/order", **{"filter[]": ["alph", "open"]})) == 1
    assert len(root.ids("/api/order", filter="%")) == 1
    assert len(root.ids("/api/order", filter="_")) == 1
    assert len(root.ids("/api/order", filter="")) == 3


def test_filter_is_ignored_beside_a_query(root, make):
    """As in the original: ``query`` wins."""
    make("order", root, number="a", status="x")
    query = json.dumps([{"column": "status", "operator": "eq", "value": "x"}])
    assert len(root.ids("/api/order", filter="zzz", query=query)) == 1
    assert root.ids("/api/order", filter="zzz", query="") == []


def test_a_field_is_filtered_by_its_value(root, make):
    """``filter[field]`` is equality; repeated, it is any of the values; through a relation as well."""
    pen = make("product", root, name="pen", price="1.50", stock=1)["reference_id"]
    first = make("order", root, number="1", status="a", product_id=pen)["reference_id"]
    second = make("order", root, number="2", status="b", quantity=2)["reference_id"]
    make("order", root, number="3", status="c")
    assert root.ids("/api/order", **{"filter[status]": "a"}) == [first]
    assert root.ids("/api/order", **{"filter[status]": ["a", "b"]}) == [second, first]
    assert root.ids("/api/order", **{"filter[quantity]": "2"}) == [second]
    assert root.ids("/api/order", **{"filter[product.name]": "pen"}) == [first]
    assert root.ids("/api/order", **{"filter[product]": pen}) == [first]
    assert root.ids("/api/order", product_id=pen) == [first]
    assert root.ids("/api/product", orders_id=first) == [pen]
    assert root.ids("/api/product", orders_id=second) == []


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        pytest.param("number", "abc", id="ascending"),
        pytest.param("-number", "cba", id="descending"),
        pytest.param("+number", "abc", id="plus"),
        pytest.param(" number", "abc", id="plus-of-an-unencoded-url"),
        pytest.param("status,-number", "bac", id="two"),
        pytest.param("paid_at", "cab", id="null-last"),
        pytest.param("-paid_at", "bac", id="null-first-descending"),
        pytest.param("", "cba", id="none-is-the-default"),
    ],
)
def test_a_list_is_sorted(root, make, sort, order):
    """``sort`` takes several fields; without it the newest comes first."""
    make("order", root, number="a", status="x", paid_at="2024-02-01T00:00:00Z")
    make("order", root, number="b", status="x")
    make("order", root, number="c", status="y", paid_at="2024-01-01T00:00:00Z")
    rows = root.get("/api/order", sort=sort).json()["data"]
    assert "".join(row["attributes"]["number"] for row in rows) == order


def test_fields_are_what_was_asked_for(ada):
    """``fields`` restricts attributes and relationships, of the list's own type and of others."""
    project = ada.create("project", name="Home")
    ada.create("todo", title="Milk", project_id=project["id"])
    row = ada.get("/api/todo", fields="title,project").json()["data"][0]
    assert (row["attributes"], list(row["relationships"])) == ({"title": "Milk"}, ["project"])
    row = ada.get("/api/todo", **{"fields[todo]": "title,project_id"}).json()["data"][0]
    assert row["attributes"] == {"title": "Milk", "project_id": project["id"]}
    assert "relationships" not in row
    answer = ada.get("/api/todo", **{"fields[project]": "name", "include": "project"}).json()
    assert answer["included"][0]["attributes"] == {"name": "Home"}
    assert "title" in answer["data"][0]["attributes"]
    assert ada.get("/api/todo", **{"fields[todo]": ""}).json()["data"][0]["attributes"] == {}


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"query": [{"column": "title", "operator": "eq", "value": "x"}]}, id="query-as-data"),
        pytest.param({"query": '[{"column": "title", "operator": "eq", "value": "x"}]'}, id="query-as-text"),
        pytest.param({"page[number]": 2, "page[size]": 5}, id="numbers"),
        pytest.param({"sort": "-title", "filter": "x", "included_relations": "project"}, id="texts"),
        pytest.param({"filter[done]": True}, id="a-flag"),
        pytest.param({"query": None, "sort": None}, id="null-is-not-given"),
    ],
)
def test_an_outcomes_attributes_are_read_like_parameters(params):
    """The attributes of a GET outcome are JSON values."""
    assert parse_query(registry.get("todo"), params, SYSTEM).window.size in (5, 10)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page[size]", True),
        ("page[size]", 1.5),
        ("sort", 1),
        ("filter", {"a": 1}),
        ("query", 7),
        ("query", {"colum": 1}),
        ("filter[title]", {"$ne": None}),
        ("include", 1),
        ("filter", "\ud800"),
        ("filter[title]", "\ud800"),
        ("query", '"\ud800"'),
        ("query", [{"column": "title", "operator": "eq", "value": "\ud800"}]),
        ("query", [{"column": "title", "operator": {}, "value": "x"}]),
    ],
)
def test_an_outcomes_wrong_attribute_is_refused(name, value):
    """A value of another kind is a ``BadParameter``, never another exception."""
    with pytest.raises(BadParameter):
        parse_query(registry.get("todo"), {name: value}, SYSTEM)


def test_a_relation_to_what_the_actor_may_not_read_does_not_exist():
    """A guest may not read accounts, so no relation leads there: not to include, nor to filter by."""
    product = registry.get("product")
    assert parse_query(product, {"included_relations": "*"}, GUEST).include == ()
    for params in ({"include": "user_account"}, {"filter[user_account.email]": "a"}, {"fields[user_account]": "name"}):
        with pytest.raises(BadParameter) as caught:
            parse_query(product, params, GUEST)
        assert caught.value.hint == ""
