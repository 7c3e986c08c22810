"""``/healthz``: the database answers, or it does not."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client


@pytest.mark.django_db
def test_a_database_that_answers_is_healthy(client: Client) -> None:
    """Without authentication."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "reachable"})


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_not(client: Client) -> None:
    """The reason is in the log, never in the answer."""
    with patch.object(connection, "cursor", side_effect=OperationalError("password authentication failed")):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "database": "unreachable"})


@pytest.mark.django_db
def test_nothing_else_is_allowed(client: Client) -> None:
    """A health check changes nothing."""
    assert client.post("/healthz").status_code == 405
