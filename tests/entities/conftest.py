"""Accounts, rows and HTTP clients for the tests of CRUD."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from entities import registry
from entities.actors import SYSTEM, Actor
from entities.authentication import issue_token
from entities.models import UserAccount
from entities.store import unit
from tests.registrations import exposed  # noqa: F401 - a fixture

JSON_API = "application/vnd.api+json"


class Api:
    """A client that speaks JSON:API as one account, or as a guest."""

    def __init__(self, account: UserAccount | None = None) -> None:
        headers = {"authorization": f"Bearer {issue_token(account)}"} if account else {}
        self.account = account
        self.client = Client(headers=headers, raise_request_exception=False)

    @property
    def actor(self) -> Actor:
        """The account as an actor."""
        account = self.account
        return Actor(id=account.pk, is_administrator=account.is_superuser) if account else Actor()

    def get(self, path: str, headers: dict[str, str] | None = None, **params: Any) -> Any:
        return self.client.get(path, params, headers=headers or {})

    def send(self, method: str, path: str, body: Any, content_type: str = JSON_API, **options: Any) -> Any:
        return getattr(self.client, method)(path, body, content_type=content_type, **options)

    def create(self, kind: str, **attributes: Any) -> dict[str, Any]:
        """Create a row over HTTP and return its resource."""
        document = {"data": {"type": kind, "attributes": attributes}}
        answer = self.send("post", f"/api/{kind}", document)
        assert answer.status_code == 201, answer.content
        return answer.json()["data"]

    def ids(self, path: str, **params: Any) -> list[str]:
        """Return the ids of a list, in its order."""
        answer = self.get(path, **params)
        assert answer.status_code == 200, answer.content
        return [item["id"] for item in answer.json()["data"]]


def make_account(name: str, **values: Any) -> UserAccount:
    """Create an account that owns itself."""
    return UserAccount.objects.create_user(f"{name}@example.org", "correct horse", name=name.title(), **values)


@pytest.fixture
def ada(db: None) -> Api:
    """A signed-in account."""
    return Api(make_account("ada"))


@pytest.fixture
def bob(db: None) -> Api:
    """Another signed-in account."""
    return Api(make_account("bob"))


@pytest.fixture
def root(db: None) -> Api:
    """An administrator."""
    return Api(make_account("root", is_superuser=True, is_staff=True))


@pytest.fixture
def guest(db: None) -> Api:
    """Nobody."""
    return Api()


@pytest.fixture
def make(db: None) -> Any:
    """Create a row by the store, for an owner or for the system, and return it."""

    def make_row(kind: str, owner: Api | None = None, **values: Any) -> dict[str, Any]:
        with unit(owner.actor if owner else SYSTEM) as work:
            return work.create(registry.get(kind), values)

    return make_row


@pytest.fixture
def statements() -> Any:
    """Count the statements of a block."""
    from django.db import connection

    return lambda: CaptureQueriesContext(connection)
