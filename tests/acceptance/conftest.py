"""What the stories share: definitions by their text, and a client that posts to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from actions.engine import transactions
from actions.loading import save_definition
from entities.authentication import issue_token
from entities.models import UserAccount
from tests.acceptance.browsing import browser, complaints, page, site  # noqa: F401 - fixtures
from tests.registrations import exposed  # noqa: F401 - a fixture

EXAMPLES = Path(__file__).parents[2] / "fixtures" / "actions" / "daptin"


@pytest.fixture
def define(transactional_db: None) -> Callable[[str], None]:
    """Save definitions, given as text, and serve them."""

    def save(text: str) -> None:
        save_definition(text, "test.yaml")

    return save


@pytest.fixture
def examples(define: Callable[[str], None]) -> None:
    """Serve every shipped example."""
    for path in sorted(EXAMPLES.rglob("*.yaml")):
        define(path.read_text())


@pytest.fixture
def account(transactional_db: None) -> UserAccount:
    """Somebody with an account."""
    return UserAccount.objects.create_user("ada@example.org", "correct horse", name="Ada")


@pytest.fixture
def administrator(transactional_db: None) -> UserAccount:
    """The administrator."""
    return UserAccount.objects.create_superuser("root@example.org", "correct horse", name="Root")


class Poster:
    """Posts JSON to actions, as a guest or as somebody."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)

    def __call__(self, path: str, data: Any = None, *, actor: UserAccount | None = None, **headers: str) -> Any:
        if actor is not None:
            headers["Authorization"] = f"Bearer {issue_token(actor)}"
        body = data if isinstance(data, bytes | str) else json.dumps({} if data is None else data)
        return self.client.post(f"/action/{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def post() -> Poster:
    """Post to an action."""
    return Poster()


@pytest.fixture
def one_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database cannot serialise the first attempt of a transaction."""
    failures = iter([OperationalError("database is locked")])

    class Failing(transactions.Unit):
        def __exit__(self, *failure: Any) -> None:
            error = next(failures, None)
            super().__exit__(*((type(error), error, None) if error else failure))
            if error is not None:
                raise error

    monkeypatch.setattr(transactions, "Unit", Failing)
    monkeypatch.setattr(transactions, "_is_worth_another", lambda error, seconds: True)


def failure(response: Any) -> dict[str, Any]:
    """Return the attributes of a failure, whose shape is asserted."""
    (entry,) = response.json()
    assert entry["ResponseType"] == "client.notify"
    assert entry["Attributes"]["type"] == "error"
    return entry["Attributes"]


def codes(response: Any) -> list[tuple[str, str]]:
    """Return field and code of every error of a failure, in order."""
    return [(item["field"], item["code"]) for item in failure(response)["errors"]]
