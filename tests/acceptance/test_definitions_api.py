"""Definitions over the API of a running server with two processes: served by both, and nobody overwrites anybody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.servers import Home, Server

PASSWORD = "correct-horse-battery"
TEXT = "{{Name: greet, OnType: todo, InstanceOptional: true, Permission: {{guest: [execute]}}, OutFields: [{{Type: \
client.notify, Method: ACTIONRESPONSE, Attributes: {{type: success, message: '{}'}}}}]}}"
SECONDS = 1.0  # within which every process serves a change


@pytest.fixture
def server(home: Home) -> Iterator[Server]:
    """Two processes, and an administrator whose password is known."""
    with home.with_settings(ADMIN_PASSWORD=PASSWORD).start("--workers", "2") as running:
        yield running


@pytest.fixture
def root(server: Server) -> Iterator[httpx.Client]:
    """The administrator."""
    credentials = {"email": "admin@example.org", "password": PASSWORD}
    token = server.post("/action/user_account/signin", json=credentials).json()[0]["Attributes"]["value"]
    with server.client(headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


def send(client: httpx.Client, method: str, path: str, **attributes: Any) -> httpx.Response:
    """Send a document about a definition."""
    data: dict[str, Any] = {"type": "action", "attributes": attributes}
    return client.request(method, path, json={"data": data})


def greetings(server: Server) -> set[Any]:
    """What a guest is told, over connections that reach both processes."""
    answers = [server.post("/action/todo/greet", json={}) for _ in range(8)]
    return {item.json()[0]["Attributes"]["message"] if item.is_success else item.status_code for item in answers}


def test_a_change_is_served_by_every_process(server: Server, root: httpx.Client) -> None:
    """Created, changed, switched off: each within a second, without a restart."""
    created = send(root, "POST", "/api/action", text=TEXT.format("one"))
    assert created.status_code == 201, created.text
    address = created.headers["Location"]
    time.sleep(SECONDS)
    assert greetings(server) == {"one"}
    assert send(root, "PATCH", address, text=TEXT.format("two"), version=1).status_code == 200
    time.sleep(SECONDS)
    assert greetings(server) == {"two"}
    assert root.delete(address).status_code == 200
    time.sleep(SECONDS)
    assert greetings(server) == {404}


def test_of_many_changes_of_one_version_one_is_made(server: Server, root: httpx.Client) -> None:
    """Everybody else is told that somebody was faster; the version is the next one."""
    address = send(root, "POST", "/api/action", text=TEXT.format("one")).headers["Location"]

    def change(number: int) -> int:
        return send(root, "PATCH", address, text=TEXT.format(f"change {number}"), version=1).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(change, range(8)))
    assert statuses == [200] + [409] * 7
    assert root.get(address).json()["data"]["attributes"]["version"] == 2


def test_of_many_definitions_of_one_action_one_is_made(server: Server, root: httpx.Client) -> None:
    """The others are conflicts, not faults."""
    with ThreadPoolExecutor(8) as pool:
        texts = (TEXT.format(number) for number in range(8))
        statuses = sorted(pool.map(lambda text: send(root, "POST", "/api/action", text=text).status_code, texts))
    assert statuses == [201] + [409] * 7
