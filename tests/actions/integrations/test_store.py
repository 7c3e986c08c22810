"""Integrations as a process knows them: read once, and again when they changed; a document is read by nobody."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.importing import configure, remove
from actions.integrations import store
from actions.integrations.store import IntegrationStore, StoredIntegrations
from actions.models import Integration, IntegrationGeneration
from tests.integrations import authenticate, import_shop, shop, shop_bytes, without

pytestmark = pytest.mark.django_db


def found(written: str) -> Any:
    """Return an operation of the shop as it is now."""
    known = store.find("shop")
    assert known is not None
    return known.find(written)


def test_an_operation_is_as_the_document_has_it() -> None:
    """What comes out of the rows is what was read in the document."""
    import_shop()
    for name, operation in shop().operations.items():
        if name != "whoQuery":  # without its key
            assert found(name) == operation


@pytest.mark.parametrize("written", ["createOrder", "CREATEORDER", "POST /orders", "post_orders", "createorder"])
def test_every_spelling(written: str) -> None:
    """An operation has one id, however an author writes it."""
    import_shop()
    assert found(written).id == "createOrder"
    assert found("orders") is None


def test_a_request_asks_for_nothing() -> None:
    """What was found once is found without a query, until somebody changes it."""
    import_shop()
    found("createOrder")
    with CaptureQueriesContext(connection) as queries:
        for _ in range(10):
            assert found("createOrder").id == "createOrder"
    assert len(queries) <= 1  # the marker, where half a second is over
    assert not any("document" in query["sql"] for query in queries)


def test_no_query_reads_a_document() -> None:
    """Not even the first one: it may have 10 MB."""
    import_shop()
    store.forget()
    with CaptureQueriesContext(connection) as queries:
        found("createOrder")
    assert queries.captured_queries
    assert not any('"document"' in query["sql"] for query in queries)


def test_a_change_is_seen() -> None:
    """Another document, another setting, the removal: at once in the process that makes it."""
    import_shop()
    assert found("listOrders") is not None
    import_shop(content=without("listOrders"))
    assert found("listOrders") is None
    authenticate(key="one", server="http://10.0.0.1")
    known = store.find("shop")
    assert known is not None
    assert (known.authentication, known.server) == ({"key": {"secret": "one"}}, "http://10.0.0.1")
    remove("shop")
    assert store.find("shop") is None


def test_another_process_sees_it_within_half_a_second() -> None:
    """It asks for the marker, and reads again where that differs."""
    now = 0.0
    other = IntegrationStore(clock=lambda: now)
    import_shop()
    known = other.find("shop")
    assert known is not None
    assert known.enabled
    Integration.objects.update(enabled=False)  # as another process would: without a word to this one
    IntegrationGeneration.objects.update(marker=uuid4())
    known = other.find("shop")
    assert known is not None
    assert known.enabled
    now += 0.5
    known = other.find("shop")
    assert known is not None
    assert not known.enabled


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operations of large documents do not stay for ever."""
    assert store._operation.cache_info().maxsize == store.MOST_OPERATIONS
    assert store._names.cache_info().maxsize == store.MOST_LISTED


def test_all_of_them_are_a_mapping() -> None:
    """By name; a disabled one too, so that the author is told of it."""
    import_shop()
    import_shop(name="other", content=shop_bytes("3.0.3"))
    configure("other", enabled=False, server="", authentication={})
    stored = StoredIntegrations()
    assert (list(stored), len(stored), "nobody" in stored) == (["other", "shop"], 2, False)
    assert not stored["other"].enabled
    assert list(stored["shop"].ids())[:3] == ["listOrders", "createOrder", "getOrder"]
