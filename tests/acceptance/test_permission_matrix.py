"""Everybody x every bit, on and off x entity, row, action and relation, over HTTP.

What is expected is computed here, from the definition of the bits in the README, and from nothing of the code: seven
rights; a guest's bits as they are, a user's shifted by 7, a group's by 14. Everybody has the guest bits. User bits are
an owner's on a row, and everybody's who is signed in on an entity or an action; group bits are a member's. An
administrator has every right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from actions.loading import save_definition
from entities import registry
from entities.authentication import issue_token
from entities.examples.models import Project, Todo
from entities.models import RowGroup, UserAccount, UserGroup

RIGHTS = ("peek", "read", "create", "update", "delete", "execute", "refer")
BIT = {right: 1 << place for place, right in enumerate(RIGHTS)}
SHIFT = {"guest": 0, "user": 7, "group": 14}
EVERYTHING = (1 << 21) - 1
OPEN = 127  # all guest bits: everybody may do everything

ON = {f"{who} {right}": BIT[right] << shift for who, shift in SHIFT.items() for right in RIGHTS}
OFF = {f"no {right}": EVERYTHING & ~sum(BIT[right] << shift for shift in SHIFT.values()) for right in RIGHTS}
PERMISSIONS = {"nothing": 0, "everything": EVERYTHING, **ON, **OFF}

WHO = ("guest", "other", "owner", "member", "administrator")
OF_ALL = {"guest": ("guest",), "other": ("guest", "user"), "owner": ("guest", "user")}
OF_ALL["member"] = ("guest", "user", "group")
OF_ROW = {"guest": ("guest",), "other": ("guest",), "owner": ("guest", "user"), "member": ("guest", "group")}

MODEL = "/jsmodel/project.js"
JSON_API = {"Content-Type": "application/vnd.api+json"}


def has(permission: int, right: str, who: str, classes: dict[str, tuple[str, ...]]) -> bool:
    """Say whether the bits give ``who`` the right."""
    if who == "administrator":
        return True
    return any(permission >> SHIFT[name] & BIT[right] for name in classes[who])


def seen(permission: int, who: str, classes: dict[str, tuple[str, ...]]) -> bool:
    """Say whether the bits let ``who`` know that the thing is there."""
    return has(permission, "peek", who, classes) or has(permission, "read", who, classes)


@dataclass
class World:
    """The callers, each with an HTTP client, and what they are to one another."""

    clients: dict[str, httpx.Client]
    owner: UserAccount
    team: UserGroup
    mismatches: list[str]

    def send(self, who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """Send one request as one of the callers."""
        return self.clients[who].request(method, path, json=body, headers=JSON_API if body else {})

    def expect(self, cell: str, answer: httpx.Response, expected: int) -> None:
        """Note a cell whose answer is another one; 200, 201 and 204 are all success."""
        status = 200 if answer.is_success else answer.status_code
        if status != expected:
            self.mismatches.append(f"{cell}: {answer.status_code}, not {expected}: {answer.text[:120]}")

    def row(self, permission: int) -> Project:
        """Make a row of the owner's that is shared with the team."""
        row = Project.objects.create(name="row", user_account=self.owner, permission=permission)
        RowGroup.objects.create(row_id=row.pk, usergroup=self.team)
        return row


@pytest.fixture
def world(live_server: Any) -> Iterator[World]:
    """Five callers, entities that are open to everybody, and an empty list of mismatches."""
    registrations = dict(registry._registrations)
    accounts = {
        who: UserAccount.objects.create_user(f"{who}@example.org", "correct horse", name=who, is_superuser=is_root)
        for who, is_root in (("other", False), ("owner", False), ("member", False), ("administrator", True))
    }
    team = UserGroup.objects.create(name="team")
    team.members.add(accounts["member"])
    tokens = {who: f"Bearer {issue_token(account)}" for who, account in accounts.items()}
    clients = {
        who: httpx.Client(
            base_url=live_server.url,
            headers={"Authorization": tokens.get(who, "Bearer null")},
            limits=httpx.Limits(max_keepalive_connections=0),  # Django's own server sends slowly on kept connections
        )
        for who in WHO
    }
    expose(OPEN)
    registry.register(Todo, name="todo", permission=OPEN)
    made = World(clients, accounts["owner"], team, [])
    yield made
    for client in clients.values():
        client.close()
    registry._registrations.clear()
    registry._registrations.update(registrations)
    registry._entities.clear()
    assert made.mismatches == []


def expose(permission: int) -> None:
    """Give the entity that is asked about a permission; the team is the group of its group bits."""
    groups = {"team": permission & 127 << 14}
    registry.register(Project, name="project", permission=permission, access_groups=groups)


def document(kind: str, public_id: object = None, **attributes: Any) -> dict[str, Any]:
    """Return a document with one resource."""
    data = {"type": kind, "attributes": attributes}
    return {"data": data if public_id is None else {**data, "id": str(public_id)}}


def refused(permission: int, who: str, classes: dict[str, tuple[str, ...]], *, guest: int) -> int:
    """Return the status for who may not: it is told to whoever may know of the thing."""
    if who == "guest" and guest == 401:
        return 401
    return 403 if seen(permission, who, classes) else 404


def test_entity(world: World) -> None:
    """The entity's bits decide over each route of CRUD, and over references to its rows."""
    for name, permission in PERMISSIONS.items():
        expose(permission)
        for who in WHO:
            row = Project.objects.create(name="row", permission=OPEN)
            path, new = f"/api/project/{row.pk}", document("project", name="new")
            requests = [
                ("read", "GET", "/api/project", None),
                ("read", "GET", path, None),
                ("create", "POST", "/api/project", new),
                ("update", "PATCH", path, document("project", row.pk, name="new")),
                ("delete", "DELETE", path, None),
            ]
            no = refused(permission, who, OF_ALL, guest=401)
            refers = has(permission, "refer", who, OF_ALL)
            answer = world.send(who, "POST", "/api/todo", document("todo", title="t", project_id=str(row.pk)))
            world.expect(f"{name}, {who} refers", answer, 200 if refers else 422)
            for right, method, address, body in requests:
                allowed = has(permission, right, who, OF_ALL)
                answer = world.send(who, method, address, body)
                world.expect(f"{name}, {who} {method} {right}", answer, 200 if allowed else no)


def test_row(world: World) -> None:
    """The row's bits decide over reading, listing, changing, deleting, referring, and executing an action on it."""
    save_definition(
        f"Name: touch\nOnType: project\nInstanceOptional: false\nPermission: {OPEN}\n"
        "OutFields: [{Type: said, Method: ACTIONRESPONSE, Attributes: {v: 1}}]",
        "test.yaml",
    )
    for name, permission in PERMISSIONS.items():
        for who in WHO:
            row = world.row(permission)
            path, public_id = f"/api/project/{row.pk}", str(row.pk)
            rights = {right: has(permission, right, who, OF_ROW) for right in RIGHTS}
            no = refused(permission, who, OF_ROW, guest=403)
            answer = world.send(who, "GET", f"/api/project?query=[{_is(public_id)}]")
            listed = [item["id"] for item in answer.json()["data"]]
            if listed != ([public_id] if rights["read"] else []):
                world.mismatches.append(f"{name}, {who} lists {listed}")
            answer = world.send(who, "POST", "/api/todo", document("todo", title="t", project_id=public_id))
            world.expect(f"{name}, {who} refers", answer, 200 if rights["refer"] else 422)
            answer = world.send(who, "POST", "/action/project/touch", {"project_id": public_id})
            executes = rights["read"] and rights["execute"]
            in_action = 401 if no == 403 and who == "guest" else no
            world.expect(f"{name}, {who} executes", answer, 200 if executes else in_action)
            for right, method, body in (
                ("read", "GET", None),
                ("update", "PATCH", document("project", row.pk, name="new")),
                ("delete", "DELETE", None),
            ):
                world.expect(
                    f"{name}, {who} {method}", world.send(who, method, path, body), 200 if rights[right] else no
                )


def _is(public_id: str) -> str:
    return f'{{"column":"reference_id","operator":"is","value":"{public_id}"}}'


def test_action(world: World) -> None:
    """The action's bits decide who executes it, who reads about it, and in whose listings it is."""
    for name, permission in PERMISSIONS.items():
        save_definition(
            f"Name: say\nOnType: project\nPermission: {permission}\n"
            f"AccessGroups: [{{Name: team, Permission: {permission & 127 << 14}}}]\n"
            "OutFields: [{Type: said, Method: ACTIONRESPONSE, Attributes: {v: 1}}]",
            "test.yaml",
        )
        for who in WHO:
            allowed = has(permission, "execute", who, OF_ALL)
            expected = 200 if allowed else refused(permission, who, OF_ALL, guest=401)
            for method in ("POST", "GET"):
                answer = world.send(who, method, "/action/project/say", {} if method == "POST" else None)
                world.expect(f"{name}, {who} {method}", answer, expected)
            listings = {
                "/openapi.json": "/action/project/say" in world.send(who, "GET", "/openapi.json").json()["paths"],
                "/actions": "project:say" in world.send(who, "GET", "/actions").json(),
                "/jsmodel": "say" in [item["Name"] for item in world.send(who, "GET", MODEL).json()["Actions"]],
            }
            if set(listings.values()) != {allowed}:
                world.mismatches.append(f"{name}, {who}: {listings}")


def test_relation(world: World) -> None:
    """The rows at both ends decide: READ to see what is related, REFER to relate."""
    for name, permission in PERMISSIONS.items():
        for who in WHO:
            row = world.row(permission)
            todo = Todo.objects.create(title="t", project=row, permission=OPEN)
            free = Todo.objects.create(title="f", permission=OPEN)
            rights = {right: has(permission, right, who, OF_ROW) for right in RIGHTS}
            no = refused(permission, who, OF_ROW, guest=403)
            one, many = f"/api/todo/{todo.pk}", f"/api/project/{row.pk}"
            for path in (f"{many}/todos", f"{many}/relationships/todos", f"{one}/project"):
                world.expect(f"{name}, {who} GET {path}", world.send(who, "GET", path), 200 if rights["read"] else no)
            body = {"data": {"type": "project", "id": str(row.pk)}}
            answer = world.send(who, "PATCH", f"/api/todo/{free.pk}/relationships/project", body)
            world.expect(f"{name}, {who} points there", answer, 200 if rights["refer"] else 422)
            body = {"data": [{"type": "todo", "id": str(Todo.objects.create(title="n", permission=OPEN).pk)}]}
            answer = world.send(who, "POST", f"{many}/relationships/todos", body)
            refers = 200 if rights["refer"] else 422
            world.expect(f"{name}, {who} adds", answer, refers if rights["read"] else no)
