"""A database that is read-only, locked, or loses its connections: 503 with Retry-After, and nothing waits after it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection

from actions import idempotency, running
from actions.engine import transactions
from actions.engine.transactions import in_transaction
from actions.errors import Busy
from actions.models import Delivery, StoredAnswer
from actions.secrets.changing import Content, set_secret
from entities.actors import SYSTEM
from entities.authentication import issue_token
from entities.examples.models import Todo
from entities.models import UserAccount
from tests.acceptance.conftest import Poster, failure
from tests.actions.webhooks.conftest import PATH, SECRET, document, sign

ADD = """
Name: add
OnType: todo
InstanceOptional: true
Permission: {guest: [execute]}
InFields: [{Name: title, ColumnType: label}]
OutFields: [{Type: todo, Method: POST, Attributes: {title: "~title"}}]
"""
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}
Define = Callable[[str], None]


@pytest.fixture
def add(define: Define, post: Poster) -> Callable[..., Any]:
    """Post to an action that adds a todo."""
    define(ADD)
    return lambda **headers: post("todo/add", {"title": "Tea"}, **headers)


@pytest.fixture
def read_only(transactional_db: None) -> Iterator[Callable[[str], None]]:
    """Switch what a standby is like: every transaction of this connection may only read."""

    def switch(word: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET default_transaction_read_only = {word}")

    yield switch
    switch("off")


@pytest.mark.postgresql
@pytest.mark.parametrize("asked", ["action", "key", "account", "row", "webhook"])
def test_a_database_that_may_only_be_read(
    asked: str, add: Callable[..., Any], define: Define, post: Poster, account: UserAccount, read_only: Any
) -> None:
    """Whoever would write is told to come back, and then succeeds; nothing internal is told."""
    set_secret("hook", Content.of_text(SECRET))
    define(document())
    bearer = {"Authorization": f"Bearer {issue_token(account)}"}
    row = json.dumps({"data": {"type": "todo", "attributes": {"title": "Tea"}}})
    request = sign()
    ways: dict[str, Callable[[], Any]] = {
        "action": add,
        "key": lambda: add(**KEY),
        "account": lambda: add(**bearer),
        "row": lambda: post.client.post("/api/todo", row, content_type="application/vnd.api+json", headers=bearer),
        "webhook": lambda: post.client.post(
            PATH, request.body, content_type="application/json", headers=dict(request.headers)
        ),
    }
    read_only("on")
    refused = ways[asked]()
    assert refused.status_code == 503, refused.content
    assert int(refused["Retry-After"]) > 0
    assert b"read-only" not in refused.content
    read_only("off")
    assert ways[asked]().status_code in (200, 201)
    assert Todo.objects.count() == 1
    assert Delivery.objects.count() == (asked == "webhook")


@pytest.mark.postgresql
def test_a_key_need_not_wait_for_a_connection_that_was_lost(
    add: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another connection gives it free, so that "try again" is no 409."""

    def lose(*_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patch:
        patch.setattr(running, "run_plan", lose)
        lost = add(**KEY)
    assert (lost.status_code, failure(lost)["code"]) == (503, "unavailable")
    assert not StoredAnswer.objects.exists()
    assert add(**KEY).status_code == 200
    assert Todo.objects.count() == 1


def test_nor_for_a_claim_of_which_nobody_was_told(add: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """It was stored, and the connection lost before that was heard."""
    first = idempotency._first

    def unheard(claim: Any) -> None:
        first(claim)
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "_first", unheard)
        assert add(**KEY).status_code == 503
    assert add(**KEY).status_code == 200


@pytest.mark.sqlite
@pytest.mark.parametrize(("patience", "attempts"), [(0.0, 1), (10.0, transactions.ATTEMPTS)])
def test_who_waited_for_the_lock_in_vain_does_not_wait_again(
    patience: float, attempts: int, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has waited for seconds before it says so; where it says so at once the next attempt may have luck."""
    monkeypatch.setattr(transactions, "PATIENCE_SECONDS", patience)
    tried: list[None] = []

    def locked(unit: Any) -> None:
        tried.append(None)
        raise OperationalError("database is locked")

    with pytest.raises(Busy):
        in_transaction(SYSTEM, locked)
    assert len(tried) == attempts
