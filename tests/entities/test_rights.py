"""Who may do what over the routes of CRUD: the whole matrix of rights, generated from the bits."""

import itertools
from uuid import uuid4

import pytest

from entities import registry
from entities.examples.models import Project, Todo
from entities.permissions import OWNED_ROW, Right, bits

BODY = {"data": {"type": "project", "attributes": {"name": "new"}}}
RIGHTS = [str(right.name).lower() for right in Right]

# The right on the entity and the right on the row that each request needs.
REQUESTS = {
    "list": ("read", "read"),
    "create": ("create", None),
    "read": ("read", "read"),
    "update": ("update", "update"),
    "delete": ("delete", "delete"),
}


def send(api, request, row):
    """Send one of the requests for a row."""
    path = f"/api/project/{row.pk}"
    return {
        "list": lambda: api.get("/api/project"),
        "create": lambda: api.send("post", "/api/project", BODY),
        "read": lambda: api.get(path),
        "update": lambda: api.send("patch", path, BODY),
        "delete": lambda: api.client.delete(path),
    }[request]()


@pytest.fixture
def project_with(exposed, ada):
    """A project of Ada's, with permissions of the entity and of the row."""

    def make(entity, row):
        registry.register(Project, name="project", permission=entity)
        return Project.objects.create(name="old", user_account=ada.account, permission=row)

    return make


@pytest.mark.parametrize(("request_name", "granted"), list(itertools.product(REQUESTS, RIGHTS)))
def test_the_entitys_right_decides_for_guests(project_with, guest, request_name, granted):
    """A guest with the one right on the entity that a request needs may, with any other is told to sign in."""
    row = project_with(bits(guest=[granted]), bits(guest="all"))
    answer = send(guest, request_name, row)
    needed, _ = REQUESTS[request_name]
    assert (answer.status_code < 300) == (granted == needed)
    assert answer.status_code < 300 or answer.status_code == 401


@pytest.mark.parametrize(("request_name", "granted"), list(itertools.product(REQUESTS, RIGHTS)))
def test_the_entitys_right_decides_for_accounts(project_with, ada, request_name, granted):
    """Without the right: 403 where the entity is visible, and as if it did not exist where it is not."""
    row = project_with(bits(user=[granted]), bits(user="all"))
    answer = send(ada, request_name, row)
    needed, _ = REQUESTS[request_name]
    refused = 403 if granted in ("peek", "read") else 404
    assert answer.status_code < 300 if granted == needed else answer.status_code == refused


@pytest.mark.parametrize(
    ("request_name", "granted", "who"),
    list(itertools.product(["read", "update", "delete"], RIGHTS, ["owner", "other"])),
)
def test_the_rows_right_decides(project_with, ada, bob, request_name, granted, who):
    """On a row, user bits are its owner's; a row that may not be known of is not there, another is forbidden."""
    row = project_with(bits(user="all"), bits(user=[granted]))
    answer = send({"owner": ada, "other": bob}[who], request_name, row)
    _, needed = REQUESTS[request_name]
    if who == "owner" and granted == needed:
        assert answer.status_code == (204 if granted == "update" else 200)  # who may not read is shown nothing
    elif who == "owner" and granted in ("peek", "read"):
        assert answer.status_code == 403
    else:
        assert answer.status_code == 404


def test_guest_bits_of_a_row_are_everybodys(project_with, bob, guest):
    """What guests may do with a row, every account may."""
    row = project_with(bits(guest=["read"], user="all"), bits(guest=["read"]))
    assert guest.ids("/api/project") == bob.ids("/api/project") == [str(row.pk)]


def test_a_list_has_only_what_its_actor_may_read(ada, bob, root):
    """Rows of others are neither listed nor counted; an administrator sees all."""
    mine, other = ada.create("todo", title="a")["id"], bob.create("todo", title="b")["id"]
    assert ada.ids("/api/todo") == [mine]
    assert ada.get("/api/todo").json()["meta"]["total"] == 1
    assert set(root.ids("/api/todo")) == {mine, other}


def test_a_row_of_somebody_else_is_as_if_it_did_not_exist(ada, bob):
    """The answer for a foreign row is the one for an invented id, but for the id itself."""
    foreign, invented = bob.create("todo", title="b")["id"], str(uuid4())
    paths = ["/api/todo/{}", "/api/todo/{}/project", "/api/todo/{}/relationships/project"]
    for path in paths:
        answers = [ada.get(path.format(public_id)) for public_id in (foreign, invented)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content.replace(foreign.encode(), b"") == answers[1].content.replace(invented.encode(), b"")
    document = {"data": {"type": "todo", "attributes": {"title": "x"}}}
    assert ada.send("patch", f"/api/todo/{foreign}", document).status_code == 404
    assert ada.client.delete(f"/api/todo/{foreign}").status_code == 404
    assert Todo.objects.get(pk=foreign).title == "b"


def test_nothing_is_open_to_guests_by_default(guest):
    """No shipped entity lets a guest do anything."""
    for entity in registry.all_entities():
        assert guest.get(f"/api/{entity.name}").status_code == 401
        document = {"data": {"type": entity.name, "attributes": {}}}
        assert guest.send("post", f"/api/{entity.name}", document).status_code == 401


def test_an_entity_that_one_may_not_see_is_not_suggested(exposed, ada):
    """Suggestions come from what the actor may see."""
    registry.register(Project, name="project", permission=0)
    hidden, unknown = ada.get("/api/project"), ada.get("/api/projec")
    assert hidden.status_code == unknown.status_code == 404
    for answer in (hidden, unknown):
        assert answer.json()["errors"][0]["meta"]["hint"] == "Did you mean 'product'?"


def test_a_reference_needs_the_right_to_refer(ada, bob):
    """A foreign key to a row that one may not refer to is refused as one to nothing."""
    project = bob.create("project", name="b")["id"]
    document = {"data": {"type": "todo", "attributes": {"title": "x", "project_id": project}}}
    answer = ada.send("post", "/api/todo", document)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["detail"] == f"No 'project' with id '{project}'."


def test_related_rows_are_only_those_that_one_may_read(ada, bob):
    """Included, related and identified rows are filtered like any list."""
    project = Project.objects.create(name="p", user_account=ada.account, permission=OWNED_ROW)
    mine = Todo.objects.create(title="a", project=project, user_account=ada.account, permission=OWNED_ROW)
    Todo.objects.create(title="b", project=project, user_account=bob.account, permission=OWNED_ROW)
    path = f"/api/project/{project.pk}"
    assert ada.ids(f"{path}/todos") == ada.ids(f"{path}/relationships/todos") == [str(mine.pk)]
    answer = ada.get(path, include="todos").json()
    assert [item["id"] for item in answer["included"]] == [str(mine.pk)]
    assert answer["data"]["relationships"]["todos"]["data"] == [{"type": "todo", "id": str(mine.pk)}]


def test_a_related_row_that_one_may_not_read_is_not_there(ada, bob):
    """To one: the key is the row's own column; the row behind it is 404, and not included."""
    project = Project.objects.create(name="secret", user_account=bob.account, permission=OWNED_ROW)
    todo = Todo.objects.create(title="a", project=project, user_account=ada.account, permission=OWNED_ROW)
    assert ada.get(f"/api/todo/{todo.pk}/project").status_code == 404
    answer = ada.get(f"/api/todo/{todo.pk}", include="project")
    assert answer.json()["included"] == []
    assert b"secret" not in answer.content


def test_a_bad_token_is_a_guest(ada, guest):
    """As in the original: a malformed token is nobody, not a failure."""
    for header in ("Bearer null", "Bearer", "Basic x", "Bearer a.b.c"):
        assert guest.get("/api/todo", headers={"authorization": header}).status_code == 401


def test_a_session_needs_its_csrf_proof(ada):
    """The admin's session reads; to write it must prove that the page is ours."""
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(ada.account)
    assert client.get("/api/todo").status_code == 200
    document = {"data": {"type": "todo", "attributes": {"title": "x"}}}
    answer = client.post("/api/todo", document, content_type="application/vnd.api+json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "ENT108")
    assert not Todo.objects.exists()


def test_a_right_named_twice_is_the_right_once():
    """Rights are joined, not added up: two of one do not make the next."""
    assert bits(user=["peek", "peek"]) == bits(user=["peek"]) == 128
    assert bits(guest=["execute", "execute"], group=["refer", "refer"]) == 32 | 64 << 14
