"""Lists of events, runs and effects: what the database does for a page, so that it stays quick with many rows."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actions.admin.long_lists import distinct_values
from actions.models import Definition, Delivery, OutgoingEffect, Run

ROWS = 230
LONG_BYTES = 1_800  # in the row itself
EVENTS, RUNS, EFFECTS = (f"/admin/actions/{name}/" for name in ("delivery", "run", "outgoingeffect"))
EVENT_IDS = "sqlite_autoindex_delivery_2" if connection.vendor == "sqlite" else "delivery_once"
RECEIVERS = [UUID(int=1), UUID(int=2), UUID(int=3)]


@pytest.fixture
def many(transactional_db: None) -> None:
    """More than two pages of each, known to the planner."""
    now = timezone.now()
    Delivery.objects.bulk_create(
        Delivery(
            definition_id=RECEIVERS[number % 3],
            type_name="todo",
            name=f"receive{number % 3}",
            scheme="stripe",
            event_id=f"evt_{number}",
            event_type="paid" if number % 2 else "refunded",
            body=secrets.token_bytes(LONG_BYTES),
            state="failed" if number % 100 == 0 else "succeeded",
            reason="ACT611" if number % 100 == 0 else "",
        )
        for number in range(ROWS)
    )
    Run.objects.bulk_create(
        Run(
            definition_id=RECEIVERS[number % 3],
            type_name="todo",
            name="keep",
            version=1,
            actor_kind="guest",
            subject_id=f"row-{number}" if number % 2 else "",
            business_key=f"order-{number}",
            started_at=now,
            microseconds=number,
            trace=secrets.token_hex(LONG_BYTES // 2),
            state="failed" if number % 100 == 0 else "succeeded",
        )
        for number in range(ROWS)
    )
    OutgoingEffect.objects.bulk_create(OutgoingEffect(kind="mail", about=str(number)) for number in range(ROWS))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) delivery, actions_run, outbox")


@contextmanager
def statements(table: str) -> Iterator[list[str]]:
    """Give the statements about a table that the block executes."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found += [query["sql"] for query in captured.captured_queries if f'FROM "{table}"' in query["sql"]]


def plan_of(statement: str) -> str:
    """Return how the database executes it; PostgreSQL as if the rows were too many to read them all."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            return "\n".join(row[3] for row in cursor.fetchall())
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
        return plan


def reads_rows(statement: str) -> bool:
    """Say whether it reads whole rows: those of a page, by their keys."""
    return '"version"' in statement or '"attempts"' in statement


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="events"),
        pytest.param("p=3", id="events-last"),
        pytest.param("state__exact=failed", id="events-one-page"),
        pytest.param("state__exact=received", id="events-none"),
        pytest.param("name=receive1&event_type=paid", id="events-two-filters"),
        pytest.param("reason=ACT611", id="events-reason"),
        pytest.param("o=4", id="events-sorted"),
        pytest.param("o=1", id="events-oldest"),
        pytest.param("o=5", id="events-not-sorted-by-this"),
    ],
)
def test_an_index_is_enough_to_find_events(many: None, browser: Client, query: str) -> None:
    """Count, filters and keys come from an index alone; rows are read by their keys, and never what is long."""
    with statements("delivery") as found:
        assert browser.get(f"{EVENTS}?{query}").status_code == 200
    narrow = [statement for statement in found if not reads_rows(statement)]
    assert len(narrow) <= 6
    assert len(found) - len(narrow) <= 1
    for statement in found:
        assert not any(f'"{column}"' in statement for column in ("body", "headers"))
    for statement in narrow:
        assert "DISTINCT" not in statement
        plan = plan_of(statement)
        assert "COVERING INDEX" in plan or "Index Only Scan" in plan, (statement, plan)
        assert "Seq Scan" not in plan
    for statement in found:
        if reads_rows(statement):
            assert re.search(r'"(id|reference_id)" IN \(', statement), statement


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("", id="runs"),
        pytest.param("p=3", id="runs-last"),
        pytest.param("state__exact=failed", id="runs-one-page"),
        pytest.param("actor_kind__exact=system", id="runs-none"),
        pytest.param(f"action={RECEIVERS[0]}", id="runs-of-an-action"),
        pytest.param("started_at__gte=2020-01-01 00:00:00%2B00:00", id="runs-since"),
        pytest.param("o=-5", id="runs-slowest"),
        pytest.param("o=6", id="runs-not-sorted-by-this"),
    ],
)
def test_runs_are_read_by_their_keys(many: None, browser: Client, query: str) -> None:
    """No row is read that is skipped, and no trace. There are so many and no more, so no index is kept for the list."""
    Definition.objects.create(id=RECEIVERS[0], type_name="todo", name="keep", enabled=False)
    with statements("actions_run") as found:
        assert browser.get(f"{RUNS}?{query}").status_code == 200
    assert len([statement for statement in found if not reads_rows(statement)]) <= 6
    for statement in found:
        assert '"trace"' not in statement
        assert "DISTINCT" not in statement
        assert not reads_rows(statement) or re.search(r'"id" IN \(', statement), statement


def test_effects_are_read_by_their_keys(many: None, browser: Client) -> None:
    """Their rows are short once they are sent; what they say is left where it is."""
    with statements("outbox") as found:
        browser.get(f"{EFFECTS}?p=2&kind=mail")
    (rows,) = filter(reads_rows, found)
    assert re.search(r'"id" IN \(', rows)
    assert not any('"payload"' in statement or "DISTINCT" in statement for statement in found)


@pytest.mark.parametrize(
    ("page", "table", "term", "index"),
    [
        pytest.param(EVENTS, "delivery", "evt_17", EVENT_IDS, id="event"),
        pytest.param(EVENTS, "delivery", "nothing", EVENT_IDS, id="no-event"),
        pytest.param(RUNS, "actions_run", "order-17", "run_business_key", id="business-key"),
        pytest.param(RUNS, "actions_run", "row-17", "run_subject", id="instance"),
    ],
)
def test_what_is_searched_for_is_looked_up(
    many: None, browser: Client, page: str, table: str, term: str, index: str
) -> None:
    """An index has the whole value: nothing looks through the rows."""
    with statements(table) as found:
        text = browser.get(page, {"q": term}).content.decode()
    assert len(re.findall(r'name="_selected_action"|class="field-started_at', text)) == (term != "nothing")
    searching = [statement for statement in found if f"'{term}'" in statement and not reads_rows(statement)]
    assert searching
    for statement in searching:
        plan = plan_of(statement)
        assert "SCAN" not in plan, plan
        assert index in plan, plan


def test_pages_follow_one_another(many: None, browser: Client) -> None:
    """Every row is on one page, the newest first; or the oldest, or by a column that the list sorts by."""
    seen: list[str] = []
    for page in (1, 2, 3):
        text = browser.get(f"{EVENTS}?p={page}").content.decode()
        seen += re.findall(r'field-event_id">([^<]*)<', text)
        assert f"{ROWS} deliveries" in text
    keys = Delivery.objects.order_by("-pk").values_list("event_id", flat=True)
    assert seen == list(keys)
    oldest = browser.get(f"{EVENTS}?o=1").content.decode()
    assert re.findall(r'field-event_id">([^<]*)<', oldest) == list(reversed(keys))[:100]
    failed = browser.get(f"{EVENTS}?o=6").content.decode()
    assert re.findall(r"field-state[^>]*>([^<]*)<", failed)[:4] == ["failed", "failed", "failed", "succeeded"]
    slowest = browser.get(f"{RUNS}?o=-5").content.decode()
    assert re.findall(r'field-milliseconds">([^<]*)<', slowest)[0] == "0.229"


def test_filters_offer_what_the_newest_have_and_what_is_chosen(many: None, browser: Client) -> None:
    """A value that only old rows have can be asked for in the address; it is then one of the choices."""
    text = browser.get(f"{EVENTS}?reason=gone").content.decode()
    assert re.findall(r'href="\?event_type=(\w+)&amp;reason=gone"', text) == ["paid", "refunded"]
    assert {"ACT611", "gone"} == set(re.findall(r'href="\?reason=(\w+)"', text))
    assert "0 deliveries" in text
    assert "_facets" not in text


def test_distinct_values_are_looked_up_one_by_one(many: None, django_assert_num_queries: Any) -> None:
    """So many looks into the index, and one more, however many rows there are."""
    with django_assert_num_queries(4):
        assert list(distinct_values(Delivery, "definition_id")) == RECEIVERS
