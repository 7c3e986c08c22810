"""``/api/world``: the exposed entities as rows, for those who may know of them."""

import json

import pytest
from django.core.management import call_command
from django.db.models import Q

from entities import registry
from entities.actors import SYSTEM, Actor
from entities.entity import Entity
from entities.errors import NotAllowed, NotFound
from entities.examples.models import Project
from entities.models import World
from entities.permissions import OWNED_ROW, READ_ONLY, Right, bits, is_visible
from entities.rows import get
from entities.store import unit
from entities.worlds import synchronise, world_id

pytestmark = pytest.mark.django_db


def listed(api, **params):
    """The attributes of the rows by name."""
    answer = api.get("/api/world", **{"page[number]": 1, "page[size]": 500, **params})
    assert answer.status_code == 200, answer.content
    return {item["attributes"]["table_name"]: item["attributes"] for item in answer.json()["data"]}


def test_every_entity_has_a_row(root):
    """All that is exposed, once, under ids that are made from the names."""
    worlds = listed(root)
    assert worlds.keys() == {entity.name for entity in registry.all_entities()}
    assert worlds["todo"]["reference_id"] == str(world_id("todo")) == "0da7b900-b226-5fc8-b0ab-c93c69dfd2f6"


def test_a_row_says_what_the_original_says(ada):
    """Keys of the original with our facts; the schema is JSON text."""
    todo = listed(ada)["todo"]
    assert {key: todo[key] for key in ("default_permission", "is_top_level", "is_hidden", "is_join_table")} == {
        "default_permission": OWNED_ROW,
        "is_top_level": True,
        "is_hidden": False,
        "is_join_table": False,
    }
    schema = json.loads(todo["world_schema_json"])
    assert (schema["TableName"], schema["Permission"], schema["IsTopLevel"]) == ("todo", todo["permission"], True)
    columns = {column["ColumnName"]: column for column in schema["Columns"]}
    assert columns["title"]["DataType"] == "varchar(200)"
    assert columns["project_id"]["ForeignKeyData"]["Namespace"] == "project"
    assert {(item["Relation"], item["Object"], item["ObjectName"]) for item in schema["Relations"]} == {
        ("has_one", "project", "project_id"),
        ("has_one", "user_account", "user_account_id"),
        ("has_many", "usergroup", "usergroup_id"),
    }


def test_a_join_table_is_marked(ada):
    """Memberships tie accounts and groups together."""
    membership = listed(ada)["user_user_id_has_usergroup_usergroup_id"]
    assert (membership["is_join_table"], membership["is_hidden"], membership["is_top_level"]) == (True, True, False)


def test_only_entities_that_one_may_know_of_are_listed(exposed, ada, root):
    """A row of a hidden entity is as absent as one that was never there; neighbours do not name it either."""
    registry.register(Project, name="project", permission=0)
    synchronise()
    assert "project" not in listed(ada)
    assert "project" in listed(root)
    hidden, unknown = (ada.get(f"/api/world/{world_id(name)}") for name in ("project", "nothing"))
    assert hidden.status_code == unknown.status_code == 404
    relations = json.loads(listed(ada)["todo"]["world_schema_json"])["Relations"]
    assert {item["Object"] for item in relations} == {"user_account", "usergroup"}


def test_a_list_is_filtered_and_counted(exposed, ada, root):
    """What is hidden is not counted, and what is asked for is found."""
    registry.register(Project, name="project", permission=0)
    synchronise()
    query = json.dumps([{"column": "table_name", "operator": "is", "value": "todo"}])
    assert listed(ada, query=query).keys() == {"todo"}
    total = ada.get("/api/world").json()["links"]["total"]
    assert total == sum(is_visible(entity, ada.actor) for entity in registry.all_entities())
    assert root.get("/api/world").json()["links"]["total"] == len(registry.all_entities())


def test_guests_are_asked_to_sign_in(guest):
    """Nothing is open to guests that nobody opened."""
    assert guest.get("/api/world").status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("post", "/api/world", id="create"),
        pytest.param("patch", f"/api/world/{world_id('todo')}", id="update"),
        pytest.param("delete", f"/api/world/{world_id('todo')}", id="delete"),
    ],
)
def test_nobody_writes_them(ada, root, method, path):
    """An account may not, and for an administrator there is no such method; nothing changes."""
    document = {"data": {"type": "world", "id": str(world_id("todo")), "attributes": {"table_name": "x"}}}
    if method == "post":
        del document["data"]["id"]
    before = list(World.objects.order_by("pk").values())
    assert ada.send(method, path, document).status_code == 403
    assert root.send(method, path, document).status_code == 405
    assert list(World.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("change", ["create", "update", "delete"])
def test_not_even_the_system_writes_them(change):
    """Outcomes of actions go through the store, which refuses."""
    entity = registry.get("world")
    arguments = {"create": ({},), "update": (str(world_id("todo")), {}), "delete": (str(world_id("todo")),)}[change]
    with pytest.raises(NotAllowed, match="Rows of 'world' are not written"), unit(SYSTEM) as work:
        getattr(work, change)(entity, *arguments)


def test_a_row_in_hand_is_judged_as_in_a_list(exposed, ada, root):
    """Locking a row, as an action on it does, asks the same rule."""
    registry.register(Project, name="project", permission=0)
    synchronise()
    entity = registry.get("world")
    with unit(ada.actor) as work:
        assert work.lock(entity, str(world_id("todo")), Right.EXECUTE, ada.actor)["table_name"] == "todo"
        with pytest.raises(NotFound):
            work.lock(entity, str(world_id("project")), Right.EXECUTE, ada.actor)
    with unit(root.actor) as work:
        assert work.lock(entity, str(world_id("project")), Right.EXECUTE, root.actor)["table_name"] == "project"


def test_bringing_up_to_date_again_writes_nothing(statements):
    """Every start does it; one that finds nothing new only reads."""
    with statements() as seen:
        synchronise()
    written = [item["sql"] for item in seen if not item["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE", "BEGIN"))]
    assert written == []


def test_what_changed_is_written_and_what_is_gone_is_removed(exposed):
    """A row follows the registration; its id and the others stay."""
    stamps = dict(World.objects.values_list("table_name", "updated_at"))
    registry.register(Project, name="project", permission=bits(user=["read"]))
    World.objects.filter(table_name="product").update(reference_id=world_id("gone"), table_name="gone")
    synchronise()
    after = dict(World.objects.values_list("table_name", "updated_at"))
    assert "gone" not in after
    assert World.objects.get(table_name="project").permission == bits(user=["read"])
    assert {name for name, stamp in after.items() if stamp != stamps[name]} == {"project", "product"}


def test_a_migration_brings_them_up_to_date(exposed):
    """``migrate``, and so ``up``, ends with it."""
    World.objects.all().delete()
    call_command("migrate", verbosity=0, interactive=False)
    assert World.objects.count() == len(registry.all_entities())


def test_a_rule_stands_for_bits(exposed, ada):
    """A registration may say which rows an actor has a right on; a rule without condition means all."""
    asked = []

    def rule(right, actor):
        asked.append((right, actor.id))
        return Q(table_name="todo") if right == Right.READ else None

    registry.register(World, name="world", permission=READ_ONLY, row_rule=rule, read_only=True)
    assert listed(ada).keys() == {"todo"}
    assert (Right.READ, ada.account.pk) in asked
    entity = registry.get("world")
    assert isinstance(entity, Entity)
    assert get(entity, str(world_id("todo")), Actor(id=ada.account.pk), Right.PEEK)["table_name"] == "todo"
