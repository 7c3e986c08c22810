"""Whatever is asked, the answer is never a failure of ours."""

import json
import string

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from entities import registry
from entities.actors import SYSTEM
from entities.aggregates.functions import FUNCTIONS, PERIODS
from entities.aggregates.parameters import KNOWN
from entities.authentication import issue_token
from entities.filters import OPERATORS
from entities.models import UserAccount
from entities.store import unit

COLUMNS = st.sampled_from(
    [
        "number",
        "total",
        "quantity",
        "paid_at",
        "product_id",
        "product.name",
        "product.stock",
        "payments.amount",
        "reference_id",
        "count",
        "created_at",
        "permission",
        "x",
        "*",
        "buyer.user_account.email",
    ]
)
VALUES = st.sampled_from(
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1e300",
        "-0",
        "null",
        "''",
        "true",
        "0",
        "-1.5",
        "%",
        "9223372036854775807",
        "-9223372036854775808",
        "99999",
        "1" + "0" * 39,
        "'; drop table todo; --",
        "NaN",
        "\0",
    ]
) | st.text(string.printable, max_size=8)
TERMS = st.recursive(
    COLUMNS,
    lambda below: (
        st.builds("{}({})".format, st.sampled_from([*FUNCTIONS, "count distinct"]), below)
        | st.builds("coalesce({},{})".format, below, VALUES)
    ),
    max_leaves=3,
)
WORDS = sorted({*OPERATORS, "=", "<", "notin", "not"})
CONDITIONS = st.builds(
    lambda operator, term, values: f"{operator}({','.join([term, *values])})",
    st.sampled_from(WORDS),
    TERMS,
    st.lists(VALUES, max_size=3),
)
LISTS = {
    "column": st.lists(TERMS | st.builds("{} as {}".format, TERMS, st.sampled_from(["a", "b", "total"])), max_size=3),
    "group": st.lists(TERMS, max_size=2),
    "filter": st.lists(CONDITIONS, max_size=2),
    "having": st.lists(CONDITIONS, max_size=2),
    "order": st.lists(TERMS | TERMS.map("-{}".format), max_size=2),
    "timesample": st.builds("{}({})".format, st.sampled_from(list(PERIODS)), TERMS) | st.sampled_from(list(PERIODS)),
    "timefrom": VALUES,
    "timeto": VALUES,
    "join": COLUMNS | st.builds("{}@eq({},{})".format, COLUMNS, COLUMNS, COLUMNS),
    "page[size]": VALUES,
    "page[number]": VALUES,
}
QUESTIONS = st.fixed_dictionaries({}, optional=LISTS)
# Questions that are mostly understood, so that the database is asked too.
NUMBERS = st.sampled_from(
    ["total", "quantity", "product.price", "product.stock", "version", "abs(total)", "hour(paid_at)"]
)
EDGES = st.sampled_from(
    ["0", "-1", "99999", "1.5", "9223372036854775807", "-9223372036854775807", "1" + "0" * 39, "null"]
)
SOUND = st.fixed_dictionaries(
    {
        "column": st.builds("{}({}) as v".format, st.sampled_from(["sum", "avg", "min", "max", "count"]), NUMBERS),
        "group": st.sampled_from(["number", "year(paid_at)", "date(paid_at)", "product.name", "round(total)", "total"]),
        "filter": st.builds("{}({},{})".format, st.sampled_from(["eq", "not", "lt", "gte", "in"]), NUMBERS, EDGES),
        "having": st.builds("{}(v,{})".format, st.sampled_from(["eq", "not", "lt", "gte", "in"]), EDGES),
        "order": st.sampled_from(["v", "-v", "-count"]),
    }
)


class Hostile(TestCase):
    """Random questions about rows that are there."""

    def setup_example(self):
        super().setup_example()
        account = UserAccount.objects.create_superuser("root@example.org", "x")
        self.client = Client(headers={"authorization": f"Bearer {issue_token(account)}"}, raise_request_exception=False)
        with unit(SYSTEM) as work:
            product = work.create(registry.get("product"), {"name": "pen", "price": "1.00"})
            for number, paid_at in (("1", "0001-01-01T00:00:00Z"), ("2", "9999-12-31T23:59:59Z"), ("3", None)):
                values = {"number": number, "product_id": product["reference_id"], "paid_at": paid_at, "total": "-1.50"}
                work.create(registry.get("order"), values)

    def check(self, answer):
        assert answer.status_code in (200, 400), answer.content
        assert answer["Content-Type"] == "application/vnd.api+json"
        json.loads(answer.content)
        return answer.status_code

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(QUESTIONS)
    def test_no_question_fails(self, question):
        """Every function of every column, compared with every value, is an answer or a 400."""
        self.check(self.client.get("/aggregate/order", question))
        self.check(self.client.post("/aggregate/order", json.dumps(question), content_type="application/json"))

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SOUND)
    def test_no_sound_question_fails(self, question):
        """What is understood is computed, whatever numbers it is compared with."""
        self.check(self.client.get("/aggregate/order", question))

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(KNOWN) | st.text(max_size=8), st.text(max_size=30), max_size=4))
    def test_no_text_fails(self, question):
        """Any text for any parameter."""
        self.check(self.client.get("/aggregate/order", question))


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"filter": ["eq(status,a)"] * 900}, id="many-conditions"),
        pytest.param({"filter": ",".join(["eq(status,a)"] * 3800)}, id="many-conditions-in-one"),
        pytest.param({"filter": "in(quantity," + ",".join(map(str, range(5000))) + ")"}, id="many-values"),
        pytest.param({"filter": f"eq(status,{'a' * 1001})"}, id="long-value"),
        pytest.param({"column": "a" * 40_000}, id="long-name"),
        pytest.param({"column": "sum(" * 10_000}, id="deep"),
        pytest.param({"column": "count as " + "a" * 40_000}, id="long-alias"),
        pytest.param({"column": 'count as a" from pg_user --'}, id="sql-in-an-alias"),
        pytest.param({"column": "sum(total)); drop table todo; --"}, id="sql-in-a-column"),
        pytest.param({"group": "total::text"}, id="sql-in-a-group"),
        pytest.param({"order": "count;select pg_sleep(9)"}, id="sql-in-an-order"),
        pytest.param({"join": "product@eq(1,1)"}, id="join-always"),
        pytest.param({"column": "\0"}, id="nul"),
        pytest.param({"column": "total__gt"}, id="lookup-in-a-name"),
        pytest.param({"group": "product__name"}, id="join-in-a-name"),
        pytest.param({"page[number]": "9" * 30, "group": "status"}, id="page-large"),
        pytest.param({"filter": f"eq(year(paid_at),{'9' * 30})"}, id="year-large"),
    ],
)
def test_hostile_questions_are_refused(root, params):
    """Each is a 400 that says which parameter, and nothing is asked of the database but who asks."""
    answer = root.get("/aggregate/order", **params)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"]["parameter"] in params
    assert len(answer.content) < 2000


def test_ten_thousand_conditions_in_a_body_are_refused(root):
    """The bound of a body holds, then that of conditions."""
    for conditions in (["eq(status,a)"] * 9000, ["eq(status,a)"] * 60_000):
        body = json.dumps({"filter": conditions})
        answer = root.client.post("/aggregate/order", body, content_type="application/json")
        assert answer.status_code in (400, 413)


def test_a_text_that_looks_like_sql_is_a_text(root, make):
    """Quotes in values are compared with, not executed."""
    make("order", number="1", status="x' OR 1=1 --")
    found = root.get("/aggregate/order", filter="eq(status,x' OR 1=1 --)", column="count,max(status) as s").json()
    assert found["data"][0]["attributes"] == {"count": 1, "s": "x' OR 1=1 --"}
    found = root.get("/aggregate/order", filter="eq(status,' OR ''1''=''1')").json()
    assert found["data"][0]["attributes"] == {"count": 0}
