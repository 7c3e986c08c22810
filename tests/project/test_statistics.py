"""``/ping`` and ``/statistics``."""

from __future__ import annotations

import pytest
from django.test import Client

from entities.actors import SYSTEM, Actor
from entities.authentication import issue_token
from entities.identifiers import uuid7
from entities.models import UserAccount, UserGroup
from entities.openapi import document
from project import statistics


def client_of(name: str, **values: object) -> Client:
    account = UserAccount.objects.create_user(f"{name}@example.org", "correct horse", name=name, **values)
    return Client(headers={"authorization": f"Bearer {issue_token(account)}"})


def test_ping_answers_pong(client: Client) -> None:
    """Without a database, for everybody."""
    answer = client.get("/ping")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"pong", "text/plain; charset=utf-8")
    assert client.post("/ping").status_code == 405


@pytest.mark.django_db
def test_an_administrator_reads_how_things_are() -> None:
    """The process, its memory, the database, and how much is in it."""
    UserGroup.objects.create(name="one")
    answer = client_of("root", is_superuser=True).get("/statistics")
    assert answer.status_code == 200
    found = answer.json()
    assert found["process"]["uptime_seconds"] > 0
    assert found["process"]["threads"] >= 1
    assert found["memory"]["resident_bytes"] > 0
    assert found["memory"]["peak_bytes"] > 0
    assert found["database"]["vendor"] in ("sqlite", "postgresql")
    assert found["database"]["size_bytes"] > 0
    assert (found["counts"]["usergroup"], found["counts"]["user_account"], found["counts"]["todo"]) == (1, 1, 0)
    assert found["definitions"] == {"served": 0, "refused": 0}


@pytest.mark.django_db
def test_a_large_table_is_not_counted_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted is bounded, and the bound is told."""
    monkeypatch.setattr(statistics, "COUNTED_UP_TO", 2)
    for number in range(3):
        UserGroup.objects.create(name=str(number))
    found = client_of("root", is_superuser=True).get("/statistics").json()
    assert (found["counts"]["usergroup"], found["counted_up_to"]) == (2, 2)


@pytest.mark.django_db
def test_nobody_else_does(client: Client) -> None:
    """A guest is asked to sign in, an account is refused."""
    assert client.get("/statistics").status_code == 401
    assert client_of("ada").get("/statistics").status_code == 403
    assert client_of("root", is_superuser=True).post("/statistics").status_code == 405


@pytest.mark.django_db
def test_the_document_of_the_api_has_them() -> None:
    """The second one for administrators."""
    assert {"/ping", "/statistics", "/meta", "/actions", "/jsmodel/{type}"} <= document(SYSTEM)["paths"].keys()
    assert "/statistics" not in document(Actor(id=uuid7()))["paths"]
