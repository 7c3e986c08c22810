"""What is computed is what Python computes of the same rows, on every database."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from entities.actors import SYSTEM
from entities.aggregates.parameters import parse_aggregate
from entities.aggregates.running import aggregate
from entities.examples.models import Order, Product, Todo
from entities.registry import get

pytestmark = pytest.mark.django_db

STATUSES = ["paid", "Pending", "zürich", "", "a b"]
BEGIN = datetime(2019, 12, 25, tzinfo=UTC)


def text(moment):
    """Return a moment as an answer has it."""
    return moment.isoformat().replace("+00:00", "Z")


def ask(entity="order", **params):
    """Return the values of each group."""
    return aggregate(parse_aggregate(get(entity), params, SYSTEM), SYSTEM).rows


def amount(chance):
    """Return an amount of any size: a few cents, or as much as a column holds; every fifth is a half."""
    cents = 50 if chance.random() < 0.2 else chance.randrange(100)
    return Decimal(chance.choice([-1, 1]) * (chance.randrange(10 ** chance.randint(1, 12)) * 100 + cents)).scaleb(-2)


@pytest.fixture(params=[1, 2, 3])
def rows(request, db):
    """Random orders, with nulls, negative amounts and halves, some of them of a product."""
    chance = random.Random(request.param)
    products = [Product.objects.create(name=name, price=1) for name in ("pen", "Ink", "öl")]
    found = []
    for index in range(120):
        order = Order(
            number=f"{index}",
            status=chance.choice(STATUSES),
            total=amount(chance),
            quantity=chance.randint(0, 2**31 - 1),
            product=chance.choice([*products, None]),
            paid_at=chance.choice([None, BEGIN + timedelta(seconds=chance.randint(0, 3 * 366 * 86400))]),
        )
        found.append(order)
    return Order.objects.bulk_create(found)


def average(values, places=6):
    """Return the average rounded half away from zero."""
    total = sum(values, Decimal(0))
    return (total / len(values)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def by(rows, key):
    """Return lists of rows by key."""
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def test_totals(rows):
    """Count, sum, average, smallest and largest, of decimals and of whole numbers, exactly."""
    (found,) = ask(column="count,sum(total),avg(total),min(total),max(total),sum(quantity),avg(quantity),max(status)")
    totals = [row.total for row in rows]
    quantities = [Decimal(row.quantity) for row in rows]
    assert found == {
        "count": 120,
        "sum(total)": sum(totals),
        "avg(total)": average(totals),
        "min(total)": min(totals),
        "max(total)": max(totals),
        "sum(quantity)": sum(quantities),
        "avg(quantity)": float(average(quantities)),
        "max(status)": "zürich",
    }
    assert isinstance(found["sum(quantity)"], int)
    assert str(found["sum(total)"]) == str(sum(totals))


def test_groups_in_byte_order(rows):
    """Groups by a text come in the order of its bytes; what is computed is of the group alone."""
    groups = by(rows, lambda row: row.status)
    expected = [
        {"status": name, "n": len(groups[name]), "t": sum(row.total for row in groups[name])}
        for name in sorted(groups, key=str.encode)
    ]
    assert ask(group="status", column="status,count as n,sum(total) as t") == expected


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(("term", "value"), [("sum(total)", sum), ("avg(total)", average), ("min(total)", min)])
def test_order_by_what_is_computed(rows, sign, term, value):
    """Also where SQLite sorts texts for numbers, with negative ones among them."""
    groups = by(rows, lambda row: row.quantity)
    expected = sorted(
        ((value([row.total for row in group]), key) for key, group in groups.items()),
        key=lambda pair: (-pair[0] if sign else pair[0], pair[1]),
    )
    found = ask(group="quantity", column=f"{term} as v", order=f"{sign}v")
    assert [(row["v"], row["quantity"]) for row in found] == expected


@pytest.mark.parametrize("operator", ["eq", "not", "lt", "lte", "gt", "gte"])
@pytest.mark.parametrize(("term", "value"), [("sum(total)", sum), ("avg(total)", average)])
def test_having(rows, operator, term, value):
    """Groups are compared exactly, with any number of places."""
    compare = {"eq": "__eq__", "not": "__ne__", "lt": "__lt__", "lte": "__le__", "gt": "__gt__", "gte": "__ge__"}
    groups = {name: value([row.total for row in group]) for name, group in by(rows, lambda row: row.status).items()}
    for edge in (*groups.values(), Decimal("-0.0051"), Decimal(0)):
        expected = {name for name, found in groups.items() if getattr(found, compare[operator])(edge)}
        found = ask(group="status", having=f"{operator}({term},{edge:f})")
        assert {row["status"] for row in found} == expected


def test_having_a_list_and_a_range(rows):
    """``in`` and ``between`` compare sums and counts as well."""
    groups = {name: sum(row.total for row in group) for name, group in by(rows, lambda row: row.status).items()}
    low, *_, high = sorted(groups.values())
    found = ask(group="status", column="sum(total) as t", having=f"in(t,{low},{high},1)")
    assert {row["t"] for row in found} == {low, high}
    assert len(ask(group="status", having=f"between(sum(total),{low},{high})")) == len(groups)
    assert ask(group="status", having="between(count,1000,2000)") == []


def test_dates(rows):
    """Parts of a moment are numbers and its date a text, in UTC; null is a group of its own, the last."""
    calendar = lambda moment: moment.isocalendar()  # noqa: E731
    parts = {
        "year": lambda moment: moment.year,
        "quarter": lambda moment: (moment.month + 2) // 3,
        "month": lambda moment: moment.month,
        "week": lambda moment: calendar(moment).week,
        "day": lambda moment: moment.day,
        "hour": lambda moment: moment.hour,
        "minute": lambda moment: moment.minute,
        "date": lambda moment: moment.date().isoformat(),
    }
    for name, part in parts.items():
        groups = by(rows, lambda row, part=part: None if row.paid_at is None else part(row.paid_at))
        found = ask(group=f"{name}(paid_at)", column="count as n")
        assert [(row[f"{name}(paid_at)"], row["n"]) for row in found] == [
            *((key, len(groups[key])) for key in sorted(groups.keys() - {None})),
            (None, len(groups[None])),
        ]


@pytest.mark.parametrize(
    ("period", "begin"),
    [
        ("hour", lambda moment: text(moment.replace(minute=0, second=0))),
        ("day", lambda moment: moment.date().isoformat()),
        ("week", lambda moment: (moment.date() - timedelta(days=moment.weekday())).isoformat()),
        ("month", lambda moment: moment.date().replace(day=1).isoformat()),
        ("quarter", lambda moment: moment.date().replace(day=1, month=(moment.month - 1) // 3 * 3 + 1).isoformat()),
        ("year", lambda moment: f"{moment.year}-01-01"),
    ],
)
def test_samples(rows, period, begin):
    """A period is named by its beginning; the first moment is included, the last is not."""
    paid = sorted(row.paid_at for row in rows if row.paid_at)
    first, last = paid[5], paid[-5]
    groups = by([row for row in rows if row.paid_at and first <= row.paid_at < last], lambda row: begin(row.paid_at))
    found = ask(timesample=f"{period}(paid_at)", column="sum(total) as t", timefrom=text(first), timeto=text(last))
    assert found == [{"t": sum(row.total for row in groups[key]), "timesample": key} for key in sorted(groups)]


def test_samples_of_a_date(db):
    """A column that is a date has no hours, but days and more."""
    Todo.objects.create(title="a", due="2024-02-29")
    Todo.objects.create(title="b", due=None)
    assert ask("todo", timesample="month(due)", timefrom="2024-02-29") == [{"timesample": "2024-02-01", "count": 1}]
    assert ask("todo", group="date(due),year(due)") == [
        {"date(due)": "2024-02-29", "year(due)": 2024, "count": 1},
        {"date(due)": None, "year(due)": None, "count": 1},
    ]


def test_functions_of_texts_and_numbers(rows):
    """Capital and small letters, length, absolute and whole numbers, something for null."""
    (found,) = ask(
        column="max(upper(status)) as u,min(lower(status)) as l,sum(length(status)) as n,sum(abs(total)) as a,"
        "sum(round(total)) as r,count(coalesce(paid_at,0)) as c,count(paid_at) as p,max(trim(status)) as t,"
        "count(distinct upper(status)) as d,sum(abs(quantity)) as q,max(round(quantity)) as m"
    )
    assert found == {
        "u": "ZÜRICH",
        "l": "",
        "n": sum(len(row.status) for row in rows),
        "a": sum(abs(row.total) for row in rows),
        "r": sum(row.total.quantize(Decimal(1), ROUND_HALF_UP) for row in rows),
        "c": 120,
        "p": sum(row.paid_at is not None for row in rows),
        "t": "zürich",
        "d": len({row.status for row in rows}),
        "q": sum(row.quantity for row in rows),
        "m": max(row.quantity for row in rows),
    }


def test_related_rows(rows):
    """Columns of a related row group and are computed; a row without one is in the group of null."""
    groups = by(rows, lambda row: row.product.name if row.product else None)
    found = ask(group="product.name", column="count as n,count(product.name) as p,count(distinct product_id) as d")
    assert [tuple(row.values()) for row in found] == [
        *((len(groups[name]), len(groups[name]), 1, name) for name in ("Ink", "pen", "öl")),
        (len(groups[None]), 0, 0, None),
    ]


@pytest.mark.parametrize(
    ("condition", "keep"),
    [
        ("eq(status,paid)", lambda row: row.status == "paid"),
        ("=(order.status,'a b')", lambda row: row.status == "a b"),
        ("not(status,'')", lambda row: row.status != ""),
        ("in(status,paid,Pending)", lambda row: row.status in ("paid", "Pending")),
        ("notin(status,paid)", lambda row: row.status != "paid"),
        ("contains(status,EN)", lambda row: "en" in row.status.lower()),
        ("begins_with(status,z)", lambda row: row.status.startswith("z")),
        ("like(status,P%)", lambda row: row.status.startswith("P")),
        ("gte(total,0),lt(total,1000000)", lambda row: 0 <= row.total < 1000000),
        ("is(paid_at,null)", lambda row: row.paid_at is None),
        ("isnot(paid_at,null)", lambda row: row.paid_at is not None),
        ("is_empty(product_id)", lambda row: row.product is None),
        ("eq(product.name,pen)", lambda row: row.product and row.product.name == "pen"),
        ("eq(year(paid_at),2020)", lambda row: row.paid_at and row.paid_at.year == 2020),
        ("not(year(paid_at),2020)", lambda row: not (row.paid_at and row.paid_at.year == 2020)),
        ("eq(upper(status),ZÜRICH)", lambda row: row.status == "zürich"),
        ("in(month(paid_at),1,12)", lambda row: row.paid_at and row.paid_at.month in (1, 12)),
        ("gt(abs(total),99999.99)", lambda row: abs(row.total) > Decimal("99999.99")),
        ("eq(coalesce(product.name,'none'),none)", lambda row: row.product is None),
        ("lt(date(paid_at),2020-06-01)", lambda row: row.paid_at and row.paid_at < datetime(2020, 6, 1, tzinfo=UTC)),
    ],
)
def test_filters(rows, condition, keep):
    """Only rows that satisfy every condition count."""
    kept = [row for row in rows if keep(row)]
    assert ask(filter=condition) == [{"count": len(kept)}]
    assert 0 < len(kept) < 120


def test_references(rows):
    """A reference is grouped by and compared as the public id, with or without its entity before it."""
    product = next(row.product_id for row in rows if row.product_id)
    count = sum(row.product_id == product for row in rows)
    for value in (f"{product}", f"product@{product}"):
        found = ask(filter=f"eq(product_id,{value})", group="product")
        assert found == [{"product_id": str(product), "count": count}]
    assert ask(filter=f"in(product_id,product@{product},null)")[0]["count"] > count


def test_relations_to_many_in_a_condition(rows):
    """A row with several related rows that fit counts once."""
    groups = by(rows, lambda row: row.product)
    high = [product for product, group in groups.items() if product and any(row.total > 10**6 for row in group)]
    assert ask("product", filter="gt(orders.total,1000000)") == [{"count": len(high)}]


def test_nothing(db):
    """Of no rows the count is 0 and the rest null; without rows there are no groups."""
    assert ask(column="count,count(total),sum(total),avg(quantity),max(status)") == [
        {"count": 0, "count(total)": 0, "sum(total)": None, "avg(quantity)": None, "max(status)": None}
    ]
    assert ask(group="status") == []


def test_sums_beyond_64_bits(db):
    """Whole numbers add up beyond what a column holds, and are compared there."""
    Order.objects.bulk_create(
        Order(number=f"{index}", total=Decimal("999999999999.99"), quantity=2**31 - 1) for index in range(3)
    )
    assert ask(column="sum(total)", group="status", having="gt(sum(total),2999999999999.96)") == [
        {"sum(total)": Decimal("2999999999999.97"), "status": "pending"}
    ]
    assert ask(column="sum(quantity)") == [{"sum(quantity)": 3 * (2**31 - 1)}]
