"""Counts of refused requests: written at once, then at most once a second, and never lost in a flood."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from actions.models import RefusedRequest
from actions.webhooks import refusals
from actions.webhooks.refusals import Refusals
from entities.identifiers import uuid7

SERVED: Any = SimpleNamespace(definition_id=uuid7(), plan=SimpleNamespace(type_name="todo", name="paid"))


@pytest.fixture(autouse=True)
def _pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "PAUSE_SECONDS", 0.3)


def counted() -> dict[str, int]:
    """Return what the table says."""
    return {row.cause: row.count for row in RefusedRequest.objects.all()}


def test_a_flood_costs_few_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is written at once, all others together a moment later, from whichever thread they come."""
    written: list[int] = []
    real = refusals._add
    monkeypatch.setattr(refusals, "_add", lambda kind, number: (real(kind, number), written.append(number)))
    counts = Refusals()
    counts.count(SERVED, "no_match")
    assert counted() == {"no_match": 1}
    threads = [threading.Thread(target=counts.count, args=(SERVED, "no_match")) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until = time.monotonic() + 30
    while sum(written) < 51 and time.monotonic() < until:
        time.sleep(0.02)
    assert counted() == {"no_match": 51}
    assert len(written) <= 10


def test_a_database_that_is_away_costs_the_count_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The request is refused all the same."""

    def away(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(refusals, "_add", away)
    Refusals().count(SERVED, "no_match")
    assert "could not be counted" in caplog.text
