"""Rows shared with groups: who may share, what members get, and that nothing outlives the row."""

from __future__ import annotations

import pytest

from entities import registry
from entities.examples.models import Project, Todo
from entities.models import Membership, RowGroup, UserGroup
from entities.permissions import OWNED_ROW, Right, bits

READ = bits(group=["read"])


@pytest.fixture
def team(ada, bob):
    """A group of Ada's that Bob belongs to."""
    group = UserGroup.objects.create(name="team", user_account=ada.account)
    Membership.objects.create(user=bob.account, usergroup=group)
    return group


def share(api, todo, group, method="post", **attributes):
    """Share a todo over the API."""
    member = {"type": "usergroup", "id": str(group.pk)}
    if attributes:
        member["attributes"] = attributes
    return api.send(method, f"/api/todo/{todo}/relationships/usergroup_id", {"data": [member]})


def test_members_get_what_the_row_gives_to_groups(ada, bob, root, team):
    """Sharing alone opens nothing more than the row's own bits for groups: see, refer to and execute, not change."""
    todo = ada.create("todo", title="ours")["id"]
    assert bob.get(f"/api/todo/{todo}").status_code == 404
    assert share(ada, todo, team).status_code == 204
    assert bob.ids("/api/todo") == [todo]
    assert bob.get("/api/todo").json()["meta"]["total"] == 1
    changed = {"data": {"type": "todo", "attributes": {"title": "mine"}}}
    assert bob.send("patch", f"/api/todo/{todo}", changed).status_code == 403
    assert bob.client.delete(f"/api/todo/{todo}").status_code == 403
    assert ada.ids(f"/api/todo/{todo}/usergroup_id") == [str(team.pk)]


@pytest.mark.parametrize("granted", list(Right), ids=lambda right: str(right.name).lower())
def test_a_sharing_may_say_what_it_gives(ada, bob, team, granted):
    """Bits of the sharing take the place of the row's own: more, or less."""
    todo = ada.create("todo", title="ours")["id"]
    assert share(ada, todo, team, permission=int(granted) << 14).status_code == 204
    seen = 200 if granted is Right.READ else 403 if granted is Right.PEEK else 404
    assert bob.get(f"/api/todo/{todo}").status_code == seen
    changed = bob.send("patch", f"/api/todo/{todo}", {"data": {"type": "todo", "attributes": {"title": "b"}}})
    known = 403 if granted in (Right.READ, Right.PEEK) else 404
    assert changed.status_code == (204 if granted is Right.UPDATE else known)
    assert bob.client.delete(f"/api/todo/{todo}").status_code == (200 if granted is Right.DELETE else known)


def test_giving_bits_again_replaces_them(ada, bob, team):
    """A group that is added once more with bits has those; without bits it keeps what it has."""
    todo = ada.create("todo", title="ours")["id"]
    share(ada, todo, team, permission=READ)
    share(ada, todo, team, permission=bits(group=["peek"]))
    assert bob.get(f"/api/todo/{todo}").status_code == 403
    share(ada, todo, team)
    assert RowGroup.objects.get().permission == bits(group=["peek"])
    assert share(ada, todo, team, method="delete").status_code == 204
    assert not RowGroup.objects.exists()
    assert bob.get(f"/api/todo/{todo}").status_code == 404


@pytest.mark.parametrize("permission", [1, 128, 1 << 21, -1, True, "32768", None, READ | 1, 2**40])
def test_bits_of_others_cannot_be_shared(ada, team, permission):
    """A sharing has bits of groups and no others."""
    todo = ada.create("todo", title="ours")["id"]
    assert share(ada, todo, team, permission=permission).status_code == 422
    assert share(ada, todo, team, title="x").status_code == 422
    assert not RowGroup.objects.exists()


def test_only_its_owner_shares_a_row(ada, bob, root, team):
    """Members with every right cannot pass the row on, nor take it back from others; administrators can."""
    todo = ada.create("todo", title="ours")["id"]
    assert share(ada, todo, team, permission=bits(group="all")).status_code == 204
    own = UserGroup.objects.create(name="own", user_account=bob.account)
    assert share(bob, todo, own).status_code == 403
    assert share(bob, todo, team, method="delete").status_code == 403
    assert share(bob, todo, team, method="patch").status_code == 403
    assert share(root, todo, own).status_code == 204
    assert {str(item.usergroup_id) for item in RowGroup.objects.all()} == {str(team.pk), str(own.pk)}


def test_a_group_that_may_not_be_referred_to_is_not_there(ada, bob):
    """Sharing refers to the group: a foreign one is as unknown as an invented one."""
    todo = ada.create("todo", title="ours")["id"]
    foreign = UserGroup.objects.create(name="foreign", user_account=bob.account)
    answer, invented = share(ada, todo, foreign), share(ada, todo, UserGroup())
    assert answer.status_code == invented.status_code == 422
    assert len(answer.content) == len(invented.content)


def test_guests_and_strangers_see_nothing_of_it(ada, bob, guest, team):
    """The table itself is for administrators."""
    todo = ada.create("todo", title="ours")["id"]
    share(ada, todo, team)
    assert (guest.get("/api/row_usergroup").status_code, bob.get("/api/row_usergroup").status_code) == (401, 404)
    assert share(guest, todo, team).status_code == 401


def test_a_sharing_ends_with_its_row(ada, team):
    """Deleting a row, or what it hangs on, leaves no sharing behind."""
    project = ada.create("project", name="p")["id"]
    todo = ada.create("todo", title="ours", project_id=project)["id"]
    share(ada, todo, team)
    assert ada.client.delete(f"/api/project/{project}").status_code == 200
    assert not Todo.objects.exists()
    assert not RowGroup.objects.exists()


def test_the_list_needs_no_further_statement(ada, bob, team, statements):
    """What is shared is found in the statements of the list itself."""
    share(ada, ada.create("todo", title="ours")["id"], team)
    with statements() as of_member:
        bob.ids("/api/todo")
    Membership.objects.all().delete()
    with statements() as of_other:
        bob.ids("/api/todo")
    assert len(of_member) == len(of_other) == 3  # who asks, how many, the page


def test_groups_of_an_entity_have_its_group_bits(exposed, ada, bob, team):
    """An entity names groups whose members have its bits for groups; the oldest group of a name is meant."""
    registry.register(Project, name="project", permission=bits(group=["read", "create"]), access_groups=["team"])
    UserGroup.objects.create(name="team", user_account=ada.account).members.add(
        ada.account, through_defaults={"permission": OWNED_ROW}
    )
    body = {"data": {"type": "project", "attributes": {"name": "p"}}}
    assert bob.send("post", "/api/project", body).status_code == 201
    assert bob.client.delete(f"/api/project/{Project.objects.get().pk}").status_code == 403
    assert ada.send("post", "/api/project", body).status_code == 404


def test_members_see_their_group_and_may_share_with_it(ada, bob, team):
    """A group is as if shared with its members, by its own bits for groups; for others it is not there."""
    eve = UserGroup.objects.create(name="other", user_account=ada.account)
    assert bob.ids("/api/usergroup") == [str(team.pk)]
    assert bob.get(f"/api/usergroup/{eve.pk}").status_code == 404
    todo = bob.create("todo", title="for the team")["id"]
    assert share(bob, todo, team).status_code == 204
    assert share(bob, todo, eve).status_code == 422
    UserGroup.objects.update(permission=bits(user="all"))
    assert bob.ids("/api/usergroup") == []
