"""Models that one does not own, exposed by the settings: integer keys stay on the server."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured

from entities import registry
from entities.apps import expose
from entities.filters import parse_query
from entities.identifiers import seal

OPEN = {"user": ["peek", "read", "create", "update", "delete", "refer"]}


@pytest.fixture
def roles(exposed):
    """Django's groups and permissions, open to every account."""
    expose("auth.Group", {"name": "role", "permission": OPEN})
    expose("auth.Permission", {"name": "privilege", "permission": {"user": ["read", "refer"]}})


def test_rows_live_without_the_base(roles, ada, bob):
    """Create, list, change, delete: by the entity's permission alone, under ids that tell nothing."""
    row = ada.create("role", name="editors")
    group = Group.objects.get()
    assert row["id"] == str(seal("auth_group", group.pk))
    assert row["attributes"] == {"__type": "role", "reference_id": row["id"], "name": "editors"}
    assert bob.ids("/api/role") == [row["id"]]
    path = f"/api/role/{row['id']}"
    changed = bob.send("patch", path, {"data": {"type": "role", "id": row["id"], "attributes": {"name": "authors"}}})
    assert changed.json()["data"]["attributes"]["name"] == "authors"
    assert bob.client.delete(path).status_code == 200
    assert not Group.objects.exists()


def test_a_key_is_never_an_id(roles, ada):
    """Neither the key nor an invented id, nor one of another table, finds a row."""
    ada.create("role", name="editors")
    key = Group.objects.get().pk
    for public_id in (key, uuid4(), seal("auth_permission", key)):
        assert ada.get(f"/api/role/{public_id}").status_code == 404
        assert ada.ids("/api/role", **{"filter[id]": str(uuid4())}) == []


def test_sealed_rows_are_paged_filtered_and_sorted(roles, ada):
    """Everything that a list can do works with sealed ids."""
    ids = [ada.create("role", name=name)["id"] for name in "cab"]
    assert ada.ids("/api/role") == ids
    assert ada.ids("/api/role", sort="name") == [ids[1], ids[2], ids[0]]
    assert ada.ids("/api/role", sort="-id") == ids[::-1]
    assert ada.ids("/api/role", filter="A") == [ids[1]]
    assert ada.ids("/api/role", **{"filter[id]": ids[:2]}) == ids[:2]
    assert ada.ids("/api/role", **{"page[after]": ids[0], "page[size]": 1}) == [ids[1]]
    assert ada.ids("/api/role", **{"page[before]": ids[2]}) == ids[:2]


def test_a_table_in_between_that_is_not_exposed_is_read_only(roles, ada):
    """Rows of an unexposed table lead on, but are not written."""
    row = ada.create("role", name="editors")
    permission = Permission.objects.first()
    Group.objects.get().permissions.add(permission)
    sealed = str(seal("auth_permission", permission.pk))
    path = f"/api/role/{row['id']}"
    assert ada.ids(f"{path}/permissions") == [sealed]
    included = ada.get(path, include="permissions").json()["included"]
    assert [(item["type"], item["id"]) for item in included] == [("privilege", sealed)]
    assert ada.ids("/api/role", **{"filter[permissions.codename]": permission.codename}) == [row["id"]]
    document = {"data": [{"type": "privilege", "id": sealed}]}
    for method in ("post", "delete", "patch"):
        answer = ada.send(method, f"{path}/relationships/permissions", {**document, "data": []})
        assert answer.status_code == 405
    assert ada.send("delete", f"{path}/relationships/permissions", document).status_code == 405


def test_a_list_without_times_is_in_the_order_of_keys(roles):
    """Where rows do not say when they were made, the key's order holds."""
    from entities.actors import SYSTEM

    assert parse_query(registry.get("role"), {}, SYSTEM).order == ()


@pytest.mark.parametrize(
    ("label", "options", "message"),
    [
        pytest.param("auth.Grup", {}, "ENTITIES['MODELS'] cannot expose 'auth.Grup'", id="model"),
        pytest.param("Group", {}, "ENTITIES['MODELS'] cannot expose 'Group'", id="label"),
        pytest.param("auth.Group", {"nam": "role"}, "ENTITIES['MODELS'] cannot expose 'auth.Group'", id="option"),
        pytest.param("auth.Group", {"permission": {"user": ["rea"]}}, "cannot expose 'auth.Group'", id="right"),
        pytest.param("auth.Group", {"name": "todo"}, "Entity 'todo' is already examples.Todo.", id="name"),
    ],
)
def test_a_wrong_setting_stops_with_a_sentence(exposed, label, options, message):
    """What the settings cannot mean is said at the start."""
    with pytest.raises(ImproperlyConfigured) as caught:
        expose(label, options)
    assert message in str(caught.value)
