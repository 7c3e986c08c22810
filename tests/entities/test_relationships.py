"""The routes of relations: reading them, and changing them through the rows that hold them."""

from uuid import uuid4

import pytest

from entities.examples.models import Project, Todo
from entities.models import Membership
from entities.permissions import OWNED_ROW, bits


def members(kind, *ids):
    """A relationship's document."""
    return {"data": [{"type": kind, "id": public_id} for public_id in ids]}


@pytest.fixture
def home(ada):
    """A project with two todos, and a todo without."""
    project = ada.create("project", name="Home")["id"]
    first, second = (ada.create("todo", title=title, project_id=project)["id"] for title in "ab")
    return project, first, second, ada.create("todo", title="c")["id"]


def test_a_relation_to_one_is_read(ada, home):
    """The related row itself, or its identifier, with both addresses."""
    project, first, _, alone = home
    path = f"/api/todo/{first}"
    assert ada.get(f"{path}/project").json()["data"]["attributes"]["name"] == "Home"
    assert ada.get(f"{path}/project", fields="name").json()["data"]["attributes"] == {"name": "Home"}
    answer = ada.get(f"{path}/relationships/project").json()
    assert answer["data"] == {"type": "project", "id": project}
    assert answer["links"] == {"self": f"{path}/relationships/project", "related": f"{path}/project"}
    for route in ("project", "relationships/project"):
        assert ada.get(f"/api/todo/{alone}/{route}").json()["data"] is None


def test_a_relation_to_many_is_a_list(ada, home):
    """Related rows and identifiers take the parameters of a list."""
    project, first, second, _ = home
    path = f"/api/project/{project}"
    for route in (f"{path}/todos", f"{path}/relationships/todos"):
        assert ada.ids(route) == [second, first]
        assert ada.ids(route, sort="title") == [first, second]
        assert ada.ids(route, **{"filter[title]": "a"}) == [first]
        page = ada.get(route, **{"page[size]": 1}).json()
        assert (page["meta"]["total"], page["links"]["next"]) == (2, f"{route}?page%5Bsize%5D=1&page%5Bnumber%5D=2")
    included = ada.get(f"{path}/todos", include="project").json()["included"]
    assert [item["id"] for item in included] == [project]


@pytest.mark.parametrize("name", ["todos", "todo", "todo_id"])
def test_a_relation_has_its_target_as_a_further_name(ada, home, name):
    """Where only one relation leads to an entity, that entity's name will do, as the original names it."""
    project, first, second, _ = home
    assert set(ada.ids(f"/api/project/{project}/{name}")) == {first, second}
    assert ada.get(f"/api/project/{project}", included_relations=name).json()["included"]


def test_a_relation_to_one_is_replaced_and_cleared(ada, home):
    """PATCH with an identifier sets the foreign key, with null it clears it."""
    project, _, _, alone = home
    path = f"/api/todo/{alone}/relationships/project"
    assert ada.send("patch", path, {"data": {"type": "project", "id": project}}).status_code == 204
    assert str(Todo.objects.get(pk=alone).project_id) == project
    assert ada.send("patch", path, {"data": None}).status_code == 204
    assert Todo.objects.get(pk=alone).project_id is None


def test_members_are_added_removed_and_replaced(ada, home):
    """POST adds, DELETE removes, PATCH makes these the only ones; doing it twice changes nothing."""
    project, first, second, alone = home
    path = f"/api/project/{project}/relationships/todos"
    for _ in range(2):
        assert ada.send("post", path, members("todo", alone)).status_code == 204
        assert set(ada.ids(path)) == {first, second, alone}
    for _ in range(2):
        assert ada.send("delete", path, members("todo", first, alone)).status_code == 204
        assert ada.ids(path) == [second]
    assert ada.send("patch", path, members("todo", first)).status_code == 204
    assert ada.ids(path) == [first]
    assert ada.send("patch", path, members("todo")).status_code == 204
    assert ada.ids(path) == []
    assert Todo.objects.count() == 3


def test_members_that_stay_are_not_touched(ada, home):
    """Replacing writes only the rows that change."""
    project, first, _, _ = home
    ada.send("patch", f"/api/project/{project}/relationships/todos", members("todo", first.upper()))
    versions = dict(Todo.objects.values_list("title", "version"))
    assert (versions["a"], versions["b"]) == (1, 2)


def test_all_members_are_added_or_none(ada, home):
    """A member that is not there undoes the others."""
    project, _, _, alone = home
    path = f"/api/project/{project}/relationships/todos"
    assert ada.send("post", path, members("todo", alone, str(uuid4()))).status_code == 404
    assert Todo.objects.get(pk=alone).project_id is None


def test_a_member_that_cannot_be_without_stays(root):
    """A row whose foreign key is required is not removed from its relation."""
    order = root.create("order", number="1")["id"]
    payment = root.create("payment", order_id=order, provider="p", provider_reference="1", amount="1.00")["id"]
    answer = root.send("delete", f"/api/order/{order}/relationships/payments", members("payment", payment))
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["detail"] == "A 'payment' cannot be without its 'order_id'."


def test_members_through_a_table_in_between(root, ada):
    """Groups and accounts: rows of the membership are created and deleted, seen from either side."""
    group, other = (root.create("usergroup", name=name)["id"] for name in ("home", "work"))
    account = str(ada.account.pk)
    path = f"/api/usergroup/{group}/relationships/members"
    for _ in range(2):
        assert root.send("post", path, members("user_account", account)).status_code == 204
    assert [str(row.user_id) for row in Membership.objects.all()] == [account]
    mine = f"/api/user_account/{account}/relationships/usergroups"
    assert root.ids(mine) == [group]
    assert root.send("patch", mine, members("usergroup", other)).status_code == 204
    assert (root.ids(path), root.ids(mine)) == ([], [other])
    assert root.send("delete", mine, members("usergroup", other)).status_code == 204
    assert not Membership.objects.exists()


def test_changing_members_needs_the_rights_of_the_rows_that_hold_them(ada, bob, home, root):
    """UPDATE on what changes, REFER on what it points to, CREATE and DELETE on a row in between."""
    project, first, _, _ = home
    foreign = bob.create("todo", title="b")["id"]
    path = f"/api/project/{project}/relationships/todos"
    assert ada.send("post", path, members("todo", foreign)).status_code == 404
    assert bob.send("post", path, members("todo", foreign)).status_code == 404
    readable = bits(guest=["read"]) | OWNED_ROW
    Todo.objects.filter(pk=foreign).update(permission=readable)
    assert ada.send("post", path, members("todo", foreign)).status_code == 403
    Project.objects.filter(pk=project).update(permission=readable)
    answer = bob.send("post", path, members("todo", foreign))
    assert (answer.status_code, Todo.objects.get(pk=foreign).project_id) == (422, None)
    group = root.create("usergroup", name="home")["id"]
    document = members("usergroup", group)
    assert ada.send("post", "/api/user_account/mine/relationships/usergroups", document).status_code == 403
    assert ada.send("patch", f"/api/todo/{first}/relationships/user_account", {"data": None}).status_code == 422


@pytest.mark.parametrize(
    ("method", "relation", "document", "status", "pointer"),
    [
        pytest.param("patch", "project", {}, 400, None, id="no-data"),
        pytest.param("patch", "project", {"data": []}, 400, "/data", id="list-for-one"),
        pytest.param("patch", "project", {"data": {"type": "project"}}, 400, "/data/id", id="no-id"),
        pytest.param("patch", "project", {"data": {"type": "todo", "id": "x"}}, 409, "/data/type", id="other-type"),
        pytest.param("post", "project", {"data": None}, 405, None, id="add-to-one"),
        pytest.param("delete", "project", {"data": None}, 405, None, id="remove-from-one"),
    ],
)
def test_a_wrong_document_for_one_is_refused(ada, home, method, relation, document, status, pointer):
    """Each refusal with its place."""
    answer = ada.send(method, f"/api/todo/{home[1]}/relationships/{relation}", document)
    assert answer.status_code == status
    assert answer.json()["errors"][0].get("source") == ({"pointer": pointer} if pointer else None)


@pytest.mark.parametrize(
    ("document", "status", "pointer"),
    [
        pytest.param({"data": None}, 400, "/data", id="null-for-many"),
        pytest.param({"data": {"type": "todo", "id": "x"}}, 400, "/data", id="one-for-many"),
        pytest.param({"data": ["x"]}, 400, "/data/0", id="no-object"),
        pytest.param({"data": [{"type": "todo", "id": 1}]}, 400, "/data/0/id", id="id-is-a-number"),
        pytest.param({"data": [{"type": "project", "id": "x"}]}, 409, "/data/0/type", id="other-type"),
        pytest.param(
            {"data": [{"type": "todo", "id": "x", "attributes": 1}]}, 400, "/data/0/attributes", id="attributes"
        ),
        pytest.param({"data": [{"type": "todo", "id": "x"}] * 1001}, 413, "/data", id="too-many"),
        pytest.param({"data": [{"type": "todo", "id": "x"}]}, 404, None, id="no-such-row"),
    ],
)
def test_a_wrong_document_for_many_is_refused(ada, home, document, status, pointer):
    """Each refusal with its place."""
    answer = ada.send("post", f"/api/project/{home[0]}/relationships/todos", document)
    assert answer.status_code == status
    assert answer.json()["errors"][0].get("source") == ({"pointer": pointer} if pointer else None)
