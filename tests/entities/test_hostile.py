"""Whatever is sent, the answer is never a failure of ours."""

import json
import string

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from entities import registry
from entities.actors import SYSTEM
from entities.authentication import issue_token
from entities.filters import OPERATORS
from entities.models import UserAccount
from entities.store import unit

FIELDS = [
    "number",
    "total",
    "quantity",
    "paid_at",
    "product_id",
    "product.name",
    "payments.amount",
    "reference_id",
    "x",
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.uuids().map(str)
    | st.datetimes().map(lambda value: value.isoformat())
    | st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1e300", "-0", "%", "\\", "''", "\0"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=2),
    max_leaves=4,
)
CONDITIONS = st.lists(
    st.fixed_dictionaries(
        {
            "column": st.sampled_from(FIELDS),
            "operator": st.sampled_from(sorted(OPERATORS)),
            "value": VALUES | st.lists(VALUES, max_size=3),
        },
        optional={"logical_group": st.sampled_from(["a", 1, None])},
    ),
    max_size=4,
)
NAMES = st.sampled_from(
    ["sort", "filter", "filter[]", "fields", "fields[order]", "fields[product]", "include", "included_relations"]
    + ["page[number]", "page[size]", "page[after]", "page[before]", "product_id", "query"]
    + [f"filter[{field}]" for field in FIELDS]
) | st.text(string.printable, max_size=12)
TEXTS = st.sampled_from(["", "-number,total", "product.orders", "*", "1", "99999999999999999999", "-1"]) | st.text(
    max_size=20
)


class Hostile(TestCase):
    """Random requests against rows that are there."""

    def setup_example(self):
        super().setup_example()
        account = UserAccount.objects.create_superuser("root@example.org", "x")
        self.client = Client(headers={"authorization": f"Bearer {issue_token(account)}"}, raise_request_exception=False)
        with unit(SYSTEM) as work:
            product = work.create(registry.get("product"), {"name": "pen", "price": "1.00"})
            values = {"number": "1", "product_id": product["reference_id"], "paid_at": "2024-01-01T00:00:00Z"}
            self.order = work.create(registry.get("order"), values)["reference_id"]

    def check(self, answer):
        assert answer.status_code < 500, answer.content
        assert answer["Content-Type"] == "application/vnd.api+json"
        json.loads(answer.content)

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(CONDITIONS)
    def test_no_condition_makes_a_list_fail(self, conditions):
        """Every operator with every kind of value is an answer or a 400."""
        self.check(self.client.get("/api/order", {"query": json.dumps(conditions)}))

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(NAMES, TEXTS | st.lists(TEXTS, min_size=1, max_size=3), max_size=4))
    def test_no_parameter_makes_a_list_fail(self, params):
        """Every parameter with every text is an answer or a 400."""
        self.check(self.client.get("/api/order", params))

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(["post", "patch", "delete"]),
        st.sampled_from(
            ["order", "order/{id}", "order/{id}/relationships/product", "product/{id}/relationships/orders"]
        ),
        st.fixed_dictionaries(
            {},
            optional={
                "data": VALUES
                | st.fixed_dictionaries(
                    {"type": st.sampled_from(["order", "product", "x"])},
                    optional={
                        "id": VALUES,
                        "attributes": VALUES | st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4),
                        "relationships": VALUES | st.dictionaries(st.sampled_from(["product", "payments"]), VALUES),
                    },
                )
            },
        ),
    )
    def test_no_document_makes_a_write_fail(self, method, path, document):
        """Every document is stored or refused."""
        path = f"/api/{path}".format(id=self.order)
        content_type = "application/vnd.api+json"
        answer = getattr(self.client, method)(path, json.dumps(document), content_type=content_type)
        if answer.status_code != 204:
            self.check(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/api/order?query=%5B%7B%22column%22%3A%22paid_at%22%2C%22operator%22%3A%22eq%22%2C%22value%22%3A%220001-01-01T00%3A00%3A00%2B14%3A00%22%7D%5D",
        "/api/order?filter[quantity]=9223372036854775807",
        "/api/order?filter[quantity]=99999999999999999999",
        "/api/order?filter[total]=1e300",
        "/api/order?filter[total]=999999999999.99",
        "/api/order?page[number]=1000000000&page[size]=100",
        "/api/order?filter=%FF%FE",
        "/api/order?%FF=1",
        "/api/order/%FF",
        "/api/%FF%FE",
        "/api/order?" + "&".join(f"a{index}=1" for index in range(2000)),
    ],
)
def test_an_extreme_address_is_answered(root, path):
    """Values beyond what a column can hold, and bytes that are no text, are a 4xx or an empty list."""
    answer = root.client.get(path)
    assert answer.status_code < 500, answer.content
