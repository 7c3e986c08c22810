"""What is asked by whatever names, and every refusal: which parameter, why, and how to mend it."""

import json
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import override_settings

from tests.entities.aggregates.conftest import attributes, refusal

pytestmark = pytest.mark.django_db

REFUSALS = yaml.safe_load((Path(__file__).parent / "refusals.yaml").read_text(encoding="utf-8"))
CONDITION = "eq(status,a)"
SUMS = "status,sum(total) as t"


@pytest.mark.parametrize(
    "question",
    [
        pytest.param({"column": ["status", "sum(total) as t"], "group": ["status"]}, id="lists"),
        pytest.param({"column": SUMS, "group": "status"}, id="texts"),
        pytest.param({"root_entity": "order", "group": "status", "column": "status,sum( total )  AS t"}, id="root"),
        pytest.param(
            {"RootEntity": "order", "GroupBy": ["status"], "ProjectColumn": [SUMS], "Filter": []},
            id="the-originals-client",
        ),
        pytest.param({"column": "status as status,sum(total) as t", "group": "status", "order": "status"}, id="alias"),
        pytest.param({"column": "order.status,sum(order.total) as t", "group": "order.status"}, id="own-name"),
        pytest.param({"column": SUMS, "group": "status", "join": ["product"]}, id="join"),
        pytest.param(
            {"column": SUMS, "group": "status", "join": "product@eq(product_id,product.id)"},
            id="join-with-a-condition",
        ),
        pytest.param(
            {"column": SUMS, "group": "status", "join": "product@=(product.reference_id,order.product_id)"},
            id="join-the-other-way-round",
        ),
        pytest.param({"column": SUMS, "group": "status", "timesample": None}, id="null"),
    ],
)  # fmt: skip
def test_one_question_has_many_forms(root, orders, question):
    """GET and POST, texts and lists, our names and the original's: one answer."""
    expected = [{"status": "paid", "t": "30.35"}, {"status": "pending", "t": "15.00"}]
    assert attributes(root.send("post", "/aggregate/order", question, "application/json")) == expected
    given = {key: value for key, value in question.items() if value and key not in ("RootEntity", "root_entity")}
    assert attributes(root.get("/aggregate/order", **given)) == expected
    assert attributes(root.get("/aggregate/order/", **{f"{key}[]": value for key, value in given.items()})) == expected


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in REFUSALS])
def test_refusals(root, case):
    """Each names the parameter, says what is wrong, and where it is known how to mend it."""
    found = refusal(root.get("/aggregate/order", **case["ask"]))
    assert found == (400, case["parameter"], case["message"], case.get("hint", ""))


@pytest.mark.parametrize(
    ("params", "parameter", "message"),
    [
        pytest.param(
            {"column": ",".join(f"count as a{index}" for index in range(21))},
            "column",
            "'column' may have at most 20 entries.",
            id="columns",
        ),
        pytest.param({"group": ["status"] * 11}, "group", "'group' may have at most 10 entries.", id="groups"),
        pytest.param({"filter": [CONDITION] * 51}, "filter", "'filter' may have at most 50 entries.", id="conditions"),
        pytest.param(
            {"filter": [CONDITION] * 30, "query": json.dumps([{"column": "status", "operator": "is empty"}] * 30)},
            "filter",
            "A question takes at most 50 conditions.",
            id="conditions-of-both-forms",
        ),
        pytest.param(
            {"group": "status", "having": ["gt(count,1)"] * 51},
            "having",
            "'having' may have at most 50 entries.",
            id="conditions-on-groups",
        ),
        pytest.param({"order": ["count"] * 11}, "order", "'order' may have at most 10 entries.", id="orders"),
        pytest.param({"join": ["product"] * 11}, "join", "'join' may have at most 10 entries.", id="joins"),
        pytest.param(
            {"filter": f"in(quantity{',1' * 1001})"},
            "filter",
            "'quantity' may be compared with at most 1000 values.",
            id="values",
        ),
    ],
)
def test_bounds(root, params, parameter, message):
    """One more than what is allowed is refused; as many as are allowed are answered."""
    assert refusal(root.get("/aggregate/order", **params)) == (400, parameter, message, "")


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"column": ",".join(f"count as a{index}" for index in range(20))}, id="columns"),
        pytest.param({"group": ["status"] * 10}, id="groups"),
        pytest.param({"filter": [CONDITION] * 50}, id="conditions"),
        pytest.param({"group": "status", "having": ["gt(count,1)"] * 50}, id="conditions-on-groups"),
        pytest.param({"order": ["count"] * 10}, id="orders"),
        pytest.param({"join": ["product"] * 10}, id="joins"),
        pytest.param({"filter": f"in(quantity{',1' * 1000})"}, id="values"),
        pytest.param({"group": "status", "page[size]": 1000, "page[number]": 1_000_000_000}, id="pages"),
    ],
)
def test_what_is_within_the_bounds_is_answered(root, params):
    """The largest questions."""
    assert root.get("/aggregate/order", **params).status_code == 200


def test_the_order_is_total_and_as_asked(root, orders, ask):
    """By what is computed, shown or not, by an alias, descending; null is the largest; equals by their groups."""
    by_group = [row["product.name"] for row in ask("order", group="product.name")]
    assert by_group == ["ink", "pen", None]
    assert [row["product.name"] for row in ask("order", group="product.name", order="-product.name")] == [
        None,
        "pen",
        "ink",
    ]
    assert [row["product.name"] for row in ask("order", group="product.name", order="-count")] == ["ink", "pen", None]
    assert [row["product.name"] for row in ask("order", group="product.name", order="-sum(total)")] == [
        "pen",
        None,
        "ink",
    ]
    found = ask("order", group="upper(status)", column="max(total) as m", order="m,-upper(status)")
    assert [row["m"] for row in found] == ["8.00", "20.20"]


def test_pages(root, orders):
    """A page has so many groups, says whether more follow, and leads to its neighbours."""
    first = root.get("/aggregate/order", group="number", **{"page[size]": 2}).json()
    assert [item["attributes"]["number"] for item in first["data"]] == ["A1", "A2"]
    assert (first["meta"], first["links"]["prev"]) == ({"has_more": True}, None)
    second = root.get(first["links"]["next"]).json()
    assert [item["attributes"]["number"] for item in second["data"]] == ["A3", "A4"]
    last = root.get(second["links"]["next"]).json()
    assert [item["attributes"]["number"] for item in last["data"]] == ["A5"]
    assert (last["meta"], last["links"]["next"]) == ({"has_more": False}, None)
    assert root.get(last["links"]["prev"]).json()["data"][0]["attributes"] == {"number": "A3", "count": 1}
    asked = root.send("post", "/aggregate/order", {"group": "number", "page[number]": 3, "page[size]": 2}).json()
    assert [item["attributes"]["number"] for item in asked["data"]] == ["A5"]


def test_too_many_groups_are_refused_and_never_cut(root, orders):
    """An answer without pages has all groups or none."""
    with override_settings(ENTITIES={**settings.ENTITIES, "MAX_GROUPS": 5}):
        assert len(attributes(root.get("/aggregate/order", group="number"))) == 5
    with override_settings(ENTITIES={**settings.ENTITIES, "MAX_GROUPS": 4}):
        assert refusal(root.get("/aggregate/order", group="number")) == (
            400,
            "group",
            "There are more than 4 groups.",
            "Ask for pages with 'page[size]' and 'page[number]', or filter.",
        )
        assert len(attributes(root.get("/aggregate/order", group="number", **{"page[number]": 2}))) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param([], 400, "ENT104", id="list"),
        pytest.param('"count"', 400, "ENT104", id="text"),
        pytest.param("{", 400, "ENT104", id="broken"),
        pytest.param("", 400, "ENT104", id="empty"),
        pytest.param({"column": 1}, 400, "ENT103", id="number"),
        pytest.param({"column": [["count"]]}, 400, "ENT103", id="list-in-a-list"),
        pytest.param({"column": {"count": 1}}, 400, "ENT103", id="object"),
        pytest.param({"page[size]": [1, 2]}, 400, "ENT103", id="two-sizes"),
        pytest.param({"root_entity": "todo"}, 409, "ENT111", id="another-root"),
        pytest.param({"RootEntity": ["order"]}, 409, "ENT111", id="root-list"),
    ],
)
def test_bodies_are_refused(root, body, status, code):
    """What is no object, or holds what no parameter is."""
    text = body if isinstance(body, str) else json.dumps(body)
    answer = root.client.post("/aggregate/order", text, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


def test_what_http_has_to_say(root):
    """Methods, media types, entities and parameters that there are not."""
    for method in ("put", "patch", "delete"):
        answer = root.send(method, "/aggregate/order", {})
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert root.get("/aggregate/ordr").status_code == 404
    assert root.get("/aggregate/ordr").json()["errors"][0]["meta"]["hint"] == "Did you mean 'order'?"
    assert root.get("/aggregate/order", headers={"accept": "text/csv"}).status_code == 406
    assert root.send("post", "/aggregate/order", "a=b", "text/plain").status_code == 415
    assert root.client.head("/aggregate/order").status_code == 200
    assert root.client.post("/aggregate/order?column=count", "{}", content_type="application/json").status_code == 400
    problem = root.get("/aggregate/order?column=x", headers={"accept": "application/problem+json"})
    assert (problem.status_code, problem.json()["code"], problem.json()["parameter"]) == (400, "ENT103", "column")


def test_the_document_is_jsonapi(root, orders):
    """Each group is a resource with an id of its own; the answer is private."""
    answer = root.get("/aggregate/order", group="status")
    data = answer.json()["data"]
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/vnd.api+json", "private, no-cache")
    assert [item["type"] for item in data] == ["aggregate_order"] * 2
    assert len({item["id"] for item in data}) == 2
