"""Lists by SQL that is kept: the same statements, the same rows, and nothing kept that would not be the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from entities import registry
from entities.actors import GUEST, SYSTEM, Actor
from entities.errors import BadParameter
from entities.examples.models import Order, Product, Project, Todo
from entities.filters import parse_query
from entities.filters.operators import TABLE, Takes, applies
from entities.models import UserAccount
from entities.permissions import Granted, Right
from entities.rows import compiled, reads
from entities.rows.compiled import Listing
from entities.rows.conditions import permitted, where
from entities.rows.ordering import terms_of
from entities.rows.selection import selection_of

ADA = Actor(id=UUID(int=1))
NAMES = ("tea", "Tea", "te%", "", "ähre")
COLUMNS: dict[str, tuple[tuple[str, str, tuple[Any, ...]], ...]] = {
    "product": (
        ("name", "CharField", NAMES),
        ("price", "DecimalField", ("1.50", "0", "99999999999999.99")),
        ("stock", "IntegerField", (0, 3, 10**12)),
        ("created_at", "DateTimeField", ("2024-02-29T12:00:00Z", "2999-01-01T00:00:00Z")),
    ),
    "todo": (
        ("title", "CharField", NAMES),
        ("done", "BooleanField", (True, False)),
        ("due", "DateField", (None, "2024-02-29")),
        ("project_id", "ForeignKey", (None, str(UUID(int=11)), str(UUID(int=99)))),
        ("reference_id", "UUIDField", (str(UUID(int=21)), str(UUID(int=98)))),
        ("project.name", "CharField", NAMES),
    ),
    "order": (
        ("number", "CharField", NAMES),
        ("paid_at", "DateTimeField", (None, "2024-02-29T12:00:00Z")),
        ("quantity", "PositiveIntegerField", (1, 2)),
    ),
}


@st.composite
def conditions(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """One condition of ``query`` that the reader takes, mostly."""
    column, internal, values = draw(st.sampled_from(COLUMNS[kind]))
    operator = draw(st.sampled_from([item for item in TABLE.values() if applies(item, internal)]))
    value = st.sampled_from(values)
    if operator.takes is Takes.LIST:
        value = st.lists(value, max_size=3)
    elif operator.takes is Takes.PAIR:
        value = st.lists(value, min_size=2, max_size=2)
    group = draw(st.sampled_from(("", "a", "b")))
    return {"column": column, "operator": operator.name, "value": draw(value), "logical_group": group}


@st.composite
def lists(draw: st.DrawFn) -> tuple[str, dict[str, Any], Actor]:
    """A kind of rows, what is asked of them, and by whom."""
    kind = draw(st.sampled_from(sorted(COLUMNS)))
    names = [name for name, _, _ in COLUMNS[kind] if "." not in name]
    asked: dict[str, Any] = {"query": draw(st.lists(conditions(kind), max_size=3))}
    if draw(st.booleans()):
        asked["sort"] = draw(st.sampled_from([sign + name for sign in ("", "-") for name in names]))
    if draw(st.booleans()):
        asked["page[size]"] = draw(st.integers(1, 3))
        asked["page[number]"] = draw(st.integers(1, 2))
    if draw(st.booleans()):
        asked["fields"] = draw(st.sampled_from(names))
    if draw(st.booleans()):
        del asked["query"]
        asked["filter"] = draw(st.sampled_from(NAMES))
    return kind, asked, draw(st.sampled_from((SYSTEM, GUEST, ADA)))


class Lists(TestCase):
    """Both ways to the rows of a list, side by side."""

    @classmethod
    def setUpTestData(cls) -> None:
        """A few rows of each kind, some of them Ada's."""
        ada = UserAccount.objects.create(pk=ADA.id, email="ada@example.org", name="Ada")
        project = Project.objects.create(pk=UUID(int=11), name="tea", user_account=ada)
        for place, name in enumerate(NAMES):
            owner = ada if place % 2 else None
            Product.objects.create(name=name, price=f"{place}.50", stock=place, user_account=owner)
            Order.objects.create(number=name, quantity=1 + place % 2, user_account=owner)
            Todo.objects.create(
                pk=UUID(int=21 + place),
                title=name,
                done=place > 2,
                due=date(2024, 2, 28 + place % 2),
                project=project if place else None,
                user_account=owner,
            )

    @settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(lists())
    def test_the_statement_and_its_rows_are_django_s(self, given: tuple[str, dict[str, Any], Actor]) -> None:
        """Whatever was kept before, text, values and rows are those of the query that Django builds anew."""
        kind, asked, actor = given
        entity = registry.get(kind)
        try:
            query = parse_query(entity, asked, actor)
        except BadParameter:
            return
        with CaptureQueriesContext(connection) as captured:
            page = reads.select(entity, query, actor)
        found = permitted(entity, actor).filter(where(entity, query, actor))
        terms = terms_of(entity, query.order)
        selection = selection_of(entity, query.fields.get(kind))
        window = query.window
        ordered = found.order_by(*(term.expression() for term in terms))[window.offset : window.offset + window.size]
        try:
            statement = [str(ordered.values_list(*selection.expressions()).query)]
        except EmptyResultSet:
            statement = []
        with CaptureQueriesContext(connection) as expected:
            rows = selection.rows(ordered.values_list(*selection.expressions()))
            total = found.count()
        assert len(captured) == len(expected) == 2 * len(statement)
        assert [item["sql"] for item in captured][1:] == [item["sql"] for item in expected][:1]
        assert (page.rows, page.total) == (rows, total)


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Begin with nothing."""
    compiled._kept.clear()
    yield
    compiled._kept.clear()


def count(*conditions: Q) -> int:
    return Listing(Todo, conditions).count()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(Q(title="a"), Q(title="b"), id="another-value"),
        pytest.param(Q(title__in=["a"]), Q(title__in=["b", "b"]), id="as-many-values"),
        pytest.param(Q(due__range=(date.min, date.max)), Q(due__range=(date.max, date.max)), id="another-range"),
        pytest.param(Q(project_id=UUID(int=1)), Q(project_id=UUID(int=2)), id="another-row"),
        pytest.param(~Q(due=date.min) | Q(done=True), ~Q(due=date.max) | Q(done=True), id="negated"),
        pytest.param(
            Q(Granted(registry.get("todo"), Right.READ, Actor(id=UUID(int=1)))),
            Q(Granted(registry.get("todo"), Right.READ, Actor(id=UUID(int=2)))),
            id="another-actor",
        ),
    ],
)
def test_another_value_has_the_same_statement(first: Q, second: Q, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was compiled for one value serves another: Django is not asked again."""
    assert count(first) == 0
    monkeypatch.setattr(compiled, "_compiled", None)
    assert count(second) == 0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(Q(done=True), Q(done=False), id="a-flag-is-no-parameter"),
        pytest.param(Q(title="a"), ~Q(title="a"), id="negated"),
        pytest.param(Q(title="a") | Q(done=True), Q(title="a") & Q(done=True), id="joined-otherwise"),
        pytest.param(Q(title__in=["a"]), Q(title__in=["a", "b"]), id="more-values"),
        pytest.param(Q(title="a"), Q(title__icontains="a"), id="compared-otherwise"),
        pytest.param(Q(due__isnull=True), Q(due__isnull=False), id="null-or-not"),
        pytest.param(
            Q(Granted(registry.get("todo"), Right.READ, Actor(id=UUID(int=1)))),
            Q(Granted(registry.get("todo"), Right.PEEK, Actor(id=UUID(int=1)))),
            id="another-right",
        ),
    ],
)
def test_another_shape_has_another_statement(first: Q, second: Q) -> None:
    """What differs in more than the values compared with is compiled by itself."""
    count(first)
    count(second)
    assert len(compiled._kept) == 2


@pytest.mark.parametrize(
    "condition",
    [
        pytest.param(Q(project__name="a"), id="related-row"),
        pytest.param(Q(title=F("title")), id="expression"),
        pytest.param(Q(project_id__in=Project.objects.values("pk")), id="subquery"),
        pytest.param(Q(due__year=2024), id="transform"),
        pytest.param(Q(due=None), id="null"),
        pytest.param(Q(pk__in=[]), id="nothing"),
        pytest.param(~Q(pk__in=[]), id="everything"),
        pytest.param(Q(user_account__email__icontains="a"), id="two-names"),
    ],
)
def test_what_has_no_shape_is_not_kept(condition: Q) -> None:
    """Django builds and compiles these every time, with the rows that it would give."""
    Todo.objects.create(title="a")
    assert count(condition) == Todo.objects.filter(condition).count()
    assert not compiled._kept


def test_none_is_not_the_value_of_a_kept_statement() -> None:
    """``= NULL`` is true of no row: Django makes another comparison of it, and so do we."""
    Todo.objects.create(title="a")
    assert count(Q(due=date.min)) == 0
    assert count(Q(due=None)) == 1


def test_parameters_that_are_not_django_s_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text is kept only where our parameters for it are the ones that Django has."""
    real = compiled._compiled
    monkeypatch.setattr(compiled, "_compiled", lambda *given: (real(*given)[0], ("b",)))
    Todo.objects.create(title="b")
    assert count(Q(title="a")) == 1
    assert not compiled._kept


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients choose shapes: at the bound the oldest go, all at once."""
    monkeypatch.setattr(compiled, "MAX_KEPT", 3)
    for number in range(1, 4):
        count(Q(title__in=[str(item) for item in range(number)]))
    assert len(compiled._kept) == 3
    count(Q(title="a"))
    assert len(compiled._kept) == 1


def test_values_are_converted() -> None:
    """Columns that a database has no type for are what the model says, also from a kept statement."""
    Product.objects.create(name="tea", price="1.50", stock=2)
    entity = registry.get("product")
    for _ in range(2):
        (row,) = reads.select_rows(entity, parse_query(entity, {}, SYSTEM), SYSTEM)
        assert row["price"] == Decimal("1.50")
        assert datetime.fromisoformat(row["created_at"]).tzinfo == UTC
