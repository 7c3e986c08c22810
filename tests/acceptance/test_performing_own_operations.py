"""Operations of other apps: part of the transaction without a word, and nothing but data comes of them."""

from __future__ import annotations

from collections import namedtuple
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import models
from django.utils.translation import gettext_lazy

from actions.operations import registry
from actions.operations.base import Call, Effect, Entry, Operation, Result
from entities.examples.models import Project, Todo
from entities.registry import get
from tests.acceptance.conftest import failure

pytestmark = pytest.mark.django_db(transaction=True)

ID = UUID("01980f7a-0000-7000-8000-000000000001")
SHOWN = """
Name: try
OnType: todo
Permission: {guest: [execute]}
OutFields:
  - {Type: project, Method: POST, SkipInResponse: true, Attributes: {name: before}}
  - {Type: shop.own, Method: EXECUTE, Reference: own}
  - {Type: shown, Method: ACTIONRESPONSE, Attributes: {value: "~own"}}
"""
FAILING = SHOWN + "  - {Fail: {Status: 409, Code: no, Message: No.}}\n"
Point = namedtuple("Point", "x y")


class Kind(models.TextChoices):
    """A choice, as models have them."""

    TEA = "tea", "Tea"


@pytest.fixture
def own(monkeypatch):
    """Return what registers an operation ``shop.own`` that performs this; it goes with the test."""
    monkeypatch.setattr(registry, "_operations", dict(registry._operations))

    def register(work, effect=Effect.NONE):
        members = {
            "__doc__": "Do it.",
            "name": "shop.own",
            "effect": effect,
            "perform": lambda self, call: work(call),
            "__module__": "shop.operations",
        }
        registry.register(type("Own", (Operation,), members))

    return register


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (10**20, 10**20),
        (float("nan"), None),
        (Decimal("1.10"), "1.10"),
        (ID, str(ID)),
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "2024-01-02T03:04:05Z"),
        (date(2024, 2, 29), "2024-02-29"),
        (time(12, 30), "12:30:00"),
        (timedelta(hours=2), "P0DT02H00M00S"),
        (gettext_lazy("Yes"), "Yes"),
        (Kind.TEA, "tea"),
        ({1: {2}}, {"1": [2]}),
        (Point(1, 2), [1, 2]),
    ],
    ids=str,
)
def test_what_python_has_is_data(own, define, post, value: Any, shown: Any):
    """In JSON and within a text it is the same."""
    own(lambda call: Result({"it": value}))
    define(SHOWN.replace('value: "~own"', 'value: "~own.it", text: "<$own.it>"'))
    (entry,) = post("todo/try", {}).json()
    assert entry["Attributes"]["value"] == shown
    if isinstance(shown, str):
        assert entry["Attributes"]["text"] == f"<{shown}>"


def a_loop() -> list[Any]:
    """Return a list that holds itself."""
    made: list[Any] = []
    made.append(made)
    return made


@pytest.mark.parametrize(
    ("work", "fault"),
    [
        (lambda call: {"gross": 1}, "a value of the type 'dict'. Give Result(value)."),
        (lambda call: None, "a value of the type 'NoneType'. Give Result(value)."),
        (lambda call: Result({"row": Todo(title="x")}), "a value of the type 'Todo' in 'row'. Give texts, numbers,"),
        (lambda call: Result(b"x"), "a value of the type 'bytes' in its value. Give texts, numbers,"),
        (lambda call: Result(1, (Entry("x", Todo.objects.all()),)), "a value of the type 'QuerySet' in x. Give texts,"),
        (lambda call: Result({Todo(title="x"): 1}), "a value of the type 'Todo' in a key of its value. Give texts,"),
        (lambda call: Result(a_loop()), "more than 100 levels in its value. Give texts,"),
    ],
)
def test_what_is_no_data_fails_before_the_commit(own, define, post, caplog, work: Any, fault: str):
    """The client reads nothing of it, nothing was written, and the log says whose fault it is and what to do."""
    own(work)
    define(SHOWN)
    response = post("todo/try", {})
    assert (response.status_code, failure(response)["code"]) == (500, "internal_error")
    assert not Project.objects.exists()
    assert f"shop.operations.Own.perform gave {fault}" in caplog.text


def by_django(call: Call) -> Result:
    """Write as a Django developer does."""
    return Result(str(Todo.objects.create(title="own").reference_id))


def by_the_unit(call: Call) -> Result:
    """Write as outcomes do."""
    return Result(call.unit.create(get("todo"), {"title": "own"}))


@pytest.mark.parametrize("work", [by_django, by_the_unit])
def test_what_it_writes_is_part_of_the_transaction(own, define, post, work):
    """An operation that declares that it writes need not know how; one that fails later undoes it."""
    own(work, Effect.TRANSACTIONAL)
    define(FAILING)
    assert post("todo/try", {}).status_code == 409
    assert not Todo.objects.exists()
    define(SHOWN)
    assert post("todo/try", {}).status_code == 200
    assert Todo.objects.count() == 1


@pytest.mark.parametrize("effect", [Effect.NONE, Effect.TRANSACTIONAL])
def test_what_it_reads_has_what_the_action_wrote(own, define, post, effect):
    """A row that an earlier outcome made is there, also for Django's models."""
    own(lambda call: Result(Project.objects.get(name="before").name), effect)
    define(SHOWN)
    (entry,) = post("todo/try", {}).json()
    assert entry["Attributes"]["value"] == "before"


def test_what_leaves_the_database_may_wait_for_the_commit(own, define, post):
    """Not for an action that fails; and once, when all is there."""
    seen: list[int] = []

    def send(call: Call) -> Result:
        call.unit.after_commit(lambda: seen.append(Project.objects.count()))
        return Result(None)

    own(send, Effect.EXTERNAL)
    define(FAILING)
    assert (post("todo/try", {}).status_code, seen) == (409, [])
    define(SHOWN)
    assert (post("todo/try", {}).status_code, seen) == (200, [1])
