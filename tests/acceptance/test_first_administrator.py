"""The first administrator: once, for somebody with an account, while there is none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from entities.authentication import issue_token
from entities.models import UserAccount
from tests.acceptance.conftest import EXAMPLES, failure

PATH = "world/become_an_administrator"


@pytest.fixture
def _offered(define: Any) -> None:
    define((EXAMPLES / "become_an_administrator.yaml").read_text())


def listings(post: Any, actor: UserAccount) -> list[bool]:
    """Say in which listings the action is."""
    headers = {"Authorization": f"Bearer {issue_token(actor)}"}
    actions = post.client.get("/actions", headers=headers).json()
    paths = post.client.get("/openapi.json", headers=headers).json()["paths"]
    model = post.client.get("/jsmodel/world.js", headers=headers).json()
    rows = post.client.get("/api/action", headers=headers).json()["data"]
    return [
        "world:become_an_administrator" in actions,
        f"/action/{PATH}" in paths,
        any(item["Name"] == "become_an_administrator" for item in model["Actions"]),
        any(item["attributes"]["action_name"] == "become_an_administrator" for item in rows),
    ]


@pytest.mark.usefixtures("_offered")
def test_an_account_takes_the_place_once(post, account):
    """The answer is the original's; the next one finds no such action, in no listing, whoever asks."""
    assert listings(post, account) == [True] * 4
    response = post(PATH, actor=account)
    assert response.json() == [
        {"ResponseType": "client.redirect", "Attributes": {"location": "/", "window": "self", "delay": 7000}},
        {"ResponseType": "Restart", "Attributes": None},
    ]
    account.refresh_from_db()
    assert (account.is_superuser, account.is_staff) == (True, True)
    other = UserAccount.objects.create_user("bob@example.org", "correct horse", name="Bob")
    for actor in (account, other, None):
        refused = post(PATH, actor=actor)
        assert (refused.status_code, failure(refused)["code"]) == (404, "not_found")
    assert listings(post, other)[:3] == [False] * 3


@pytest.mark.usefixtures("_offered")
def test_a_guest_is_asked_to_sign_in(post):
    """Nobody without an account becomes anything."""
    assert post(PATH).status_code == 401
    assert not UserAccount.objects.exists()


@pytest.mark.usefixtures("_offered")
def test_an_inactive_administrator_is_none(post, account):
    """Who cannot sign in cannot administer."""
    UserAccount.objects.create_superuser("old@example.org", "correct horse", is_active=False)
    assert post(PATH, actor=account).status_code == 200


@pytest.mark.usefixtures("_offered")
def test_of_many_at_once_one_becomes_it(post):
    """Twenty accounts ask at the same time: one administrator, and nineteen that are told there is no such thing."""
    accounts = [UserAccount.objects.create_user(f"a{n}@example.org", "pw", name=f"A{n}") for n in range(20)]

    def ask(account: UserAccount) -> int:
        try:
            return int(post(PATH, actor=account).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(ask, accounts))
    assert statuses == [200] + [404] * 19
    assert UserAccount.objects.filter(is_superuser=True).count() == 1


def test_an_install_without_an_administrator_gets_one(home):
    """``ADMIN_EMAIL=none``: sign up, sign in, take the place, and the admin opens; nobody else can."""
    with home.with_settings(ADMIN_EMAIL="none").start() as server, server.client() as client:
        assert "First administrator" not in server.text
        tokens = []
        for name in ("ada", "bob"):
            known = {"email": f"{name}@example.org", "password": "correct-horse"}
            new = {**known, "name": name, "passwordConfirm": "correct-horse"}
            assert client.post("/action/user_account/signup", json=new).status_code == 200
            tokens.append(client.post("/action/user_account/signin", json=known).json()[0]["Attributes"]["value"])
        assert accounts_seen(client, tokens[0]) == 1
        for token, status in ((tokens[0], 200), (tokens[1], 404)):
            assert client.post(f"/action/{PATH}", headers={"Authorization": f"Bearer {token}"}).status_code == status
        assert [accounts_seen(client, token) for token in tokens] == [2, 1]


def accounts_seen(client: Any, token: str) -> int:
    """Return how many accounts the token's may read."""
    answer = client.get("/api/user_account", headers={"Authorization": f"Bearer {token}"})
    return int(answer.json()["meta"]["total"])
