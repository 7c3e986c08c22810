"""What a stranger tries over HTTP, on a running server with two processes: S26, S36 and S40 of the attack cases.

The others have stories of their own: S30 and S31 accounts and concurrency, S33 and S34 rate limits, S35 tokens, S39 the
matrix of permissions.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.servers import Home, new_home

LEAVE = """
Name: leave
OnType: project
Permission: {guest: [execute]}
InFields: [{Name: to}]
OutFields:
  - {Type: client.redirect, Method: ACTIONRESPONSE, Attributes: {location: "~to"}}
"""
SHIP = """
Name: ship
OnType: project
InstanceOptional: false
OutFields:
  - {Type: project, Method: PATCH, Attributes: {reference_id: "$subject.reference_id", description: shipped}}
"""
PASSWORD = "correct-horse"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server with two processes and two actions of its own."""
    folder = tmp_path_factory.mktemp("abuse")
    (folder / "mine").mkdir()
    (folder / "mine" / "leave.yaml").write_text(LEAVE)
    (folder / "mine" / "ship.yaml").write_text(SHIP)
    with new_home(folder) as home:
        made: Home = home.with_settings(ACTIONS_PATH=str(folder / "mine"), REDIRECT_HOSTS="shop.example.org")
        with made.start("--workers", "2") as server:
            yield server


@pytest.fixture
def client(running: Any) -> Iterator[httpx.Client]:
    """A client of that server."""
    with running.client() as made:
        yield made


def new_account(client: httpx.Client) -> dict[str, str]:
    """Sign somebody up and in; return the header that says who they are."""
    known = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
    new = {**known, "name": "Ada", "passwordConfirm": PASSWORD}
    assert client.post("/action/user_account/signup", json=new).status_code == 200
    token = client.post("/action/user_account/signin", json=known).json()[0]["Attributes"]["value"]
    return {"Authorization": f"Bearer {token}"}


def new_project(client: httpx.Client, who: dict[str, str]) -> str:
    """Make a project and return its id."""
    document = {"data": {"type": "project", "attributes": {"name": "p"}}}
    return str(client.post("/api/project", json=document, headers=who).json()["data"]["id"])


@pytest.mark.parametrize(
    "further",
    ["is_superuser", "is_staff", "is_active", "id", "reference_id", "permission", "user_id",
     "confirmed", "auth_version", "groups", "version"],
)  # fmt: skip
def test_a_signup_writes_what_it_declares_and_nothing_else(client, further):
    """S26: a field that the action does not declare is refused by its name, and no account is made."""
    email = f"{uuid.uuid4().hex}@example.org"
    new = {"name": "Eve", "email": email, "password": PASSWORD, "passwordConfirm": PASSWORD, further: True}
    refused = client.post("/action/user_account/signup", json=new)
    assert refused.status_code == 422
    problems = refused.json()[0]["Attributes"]["errors"]
    assert [(item["field"], item["code"]) for item in problems] == [(further, "unknown")]
    again = client.post("/action/user_account/signin", json={"email": email, "password": PASSWORD})
    assert again.status_code == 401


@pytest.mark.parametrize(
    "further", ["is_superuser", "is_staff", "auth_version", "password", "permission", "user_account_id"]
)
def test_an_account_cannot_be_raised_over_crud(client, further):
    """S26: nor does CRUD take such fields, not even from the account's owner."""
    who = new_account(client)
    document = {"data": {"type": "user_account", "id": "mine", "attributes": {further: True}}}
    assert client.patch("/api/user_account/mine", json=document, headers=who).status_code in (403, 409, 422)
    assert client.get("/statistics", headers=who).status_code == 403


@pytest.mark.parametrize(
    "location",
    [
        "//evil.example", "https://evil.example", "javascript:alert(1)", "data:text/html,x", "\\\\evil.example",
        "/\\evil.example", "http:///evil.example", "https:evil.example", " //evil.example", "\t//evil.example",
        "https://shop.example.org@evil.example", "https://shop.example.org.evil.example", "vbscript:x",
        "/\n/evil.example", "///evil.example",
    ],
)  # fmt: skip
def test_a_redirect_stays_on_the_site(client, location):
    """S36: whatever comes from an input, a redirect off the site is refused."""
    refused = client.post("/action/project/leave", json={"to": location})
    assert (refused.status_code, refused.json()[0]["Attributes"]["code"]) == (422, "redirect_refused")
    assert "evil" not in refused.headers.get("location", "")


@pytest.mark.parametrize("location", ["/orders/1", "orders", "https://shop.example.org/thanks", "/a?b=//c"])
def test_a_redirect_to_an_allowed_place_passes(client, location):
    """S36: paths of this site, and hosts that the settings list."""
    answer = client.post("/action/project/leave", json={"to": location})
    assert answer.json()[0]["Attributes"]["location"] == location


def test_an_instance_of_somebody_else_is_as_if_it_did_not_exist(client):
    """S40: by its id in the body, in the query string or in the path: the answer for an invented one."""
    owner, stranger = new_account(client), new_account(client)
    foreign, invented = new_project(client, owner), str(uuid.uuid4())
    for ways in (
        lambda row: client.post("/action/project/ship", json={"project_id": row}, headers=stranger),
        lambda row: client.post(f"/action/project/ship?project_id={row}", headers=stranger),
        lambda row: client.post(f"/action/project/{row}/ship", headers=stranger),
        lambda row: client.get(f"/api/project/{row}", headers=stranger),
    ):
        answers = [ways(row) for row in (foreign, invented, "1", "0", "mine", "%00")]
        assert {answer.status_code for answer in answers} == {404}
        bodies = {answer.text.replace(row, "") for answer, row in zip(answers[:2], (foreign, invented), strict=True)}
        assert len(bodies) == 1
    row = client.get(f"/api/project/{foreign}", headers=owner).json()["data"]["attributes"]
    assert row["description"] == ""


def test_an_id_in_the_body_cannot_override_the_address(client):
    """S40: the instance is the one of the address; a document that says otherwise is refused."""
    owner, stranger = new_account(client), new_account(client)
    foreign, own = new_project(client, owner), new_project(client, stranger)
    client.post(f"/action/project/{own}/ship", json={"project_id": foreign}, headers=stranger)
    shipped = client.get(f"/api/project/{foreign}", headers=owner).json()["data"]["attributes"]["description"]
    assert shipped == ""
    document = {"data": {"type": "project", "id": foreign, "attributes": {"name": "mine now"}}}
    assert client.patch(f"/api/project/{own}", json=document, headers=stranger).status_code == 409
    assert client.get(f"/api/project/{foreign}", headers=owner).json()["data"]["attributes"]["name"] == "p"
