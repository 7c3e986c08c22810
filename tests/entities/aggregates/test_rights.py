"""Who sees what: only rows that grant reading count, related ones too, and secrets do not exist."""

import pytest

from entities import registry
from entities.examples.models import Order, Product, Project
from entities.models import Membership, RowGroup, UserAccount, UserGroup
from entities.permissions import OWNED_ROW, PUBLIC_ROW, bits
from tests.entities.aggregates.conftest import attributes, refusal
from tests.entities.conftest import Api, make_account

OWNERS = {"ada": 3, "bob": 2, "": 1}
CALLERS = ["guest", "ada", "bob", "carol", "dan", "root"]
# Of the rows: Ada's and Bob's are their own, one of each is public, nobody owns the last; one of Ada's is shared with a
# group that Dan belongs to.
EXPECTED = {
    "guest": {"ada-public": 1, "bob-public": 1},
    "ada": {"ada": 3, "ada-public": 1, "bob-public": 1},
    "bob": {"bob": 2, "ada-public": 1, "bob-public": 1},
    "carol": {"ada-public": 1, "bob-public": 1},
    "dan": {"ada": 1, "ada-public": 1, "bob-public": 1},
    "root": {"ada": 3, "ada-public": 1, "bob": 2, "bob-public": 1, "nobody": 1},
}


@pytest.fixture
def callers(guest, ada, bob, root):
    """Five kinds of callers: a guest, two owners, somebody else, a member of a group, the administrator."""
    carol, dan = Api(make_account("carol")), Api(make_account("dan"))
    Membership.objects.create(user=dan.account, usergroup=UserGroup.objects.create(name="team"))
    return {"guest": guest, "ada": ada, "bob": bob, "carol": carol, "dan": dan, "root": root}


def share(row):
    """Share a row with the group that Dan belongs to."""
    RowGroup.objects.create(row_id=row.pk, usergroup=UserGroup.objects.get(name="team"))


@pytest.fixture
def projects(exposed, callers):
    """Projects with different owners and permissions, of an entity that is open to all."""
    registry.register(Project, name="project", permission=bits(guest=["read"], user=["read"]))
    for name, count in OWNERS.items():
        account = callers[name].account if name else None
        rows = [Project(name=name or "nobody", user_account=account, permission=OWNED_ROW) for _ in range(count)]
        Project.objects.bulk_create(rows)
        if account:
            Project.objects.create(name=f"{name}-public", user_account=account, permission=PUBLIC_ROW)
    share(Project.objects.filter(name="ada").first())


@pytest.mark.parametrize("caller", CALLERS)
def test_only_readable_rows_count(projects, callers, statements, caller):
    """Totals and groups are of the rows that the caller's list has, in one statement beside who asks."""
    api = callers[caller]
    listed = api.get("/api/project", **{"page[size]": 100}).json()["meta"]["total"]
    assert (
        attributes(api.get("/aggregate/project")) == [{"count": listed}] == [{"count": sum(EXPECTED[caller].values())}]
    )
    with statements() as ran:
        found = attributes(api.get("/aggregate/project", group="name", having="gt(count,0)", order="-count"))
    assert {row["name"]: row["count"] for row in found} == EXPECTED[caller]
    assert len([item for item in ran if "project" in item["sql"]]) == 1
    assert len(ran) <= 2


@pytest.mark.parametrize("caller", CALLERS)
def test_only_readable_related_rows_are_there(projects, callers, exposed, caller):
    """Every product is public; of its owner only what the caller may read is known, in columns and in conditions."""
    registry.register(Product, name="product", permission=bits(guest=["read"], user=["read"]))
    registry.register(UserAccount, name="user_account", permission=bits(guest=["read"], user=["read"]))
    for name in ("ada", "bob"):
        Product.objects.create(name=f"{name}'s", price=1, user_account=callers[name].account)
    share(callers["bob"].account)
    known = {"ada": ["Ada"], "bob": ["Bob"], "dan": ["Bob"], "root": ["Ada", "Bob"]}.get(caller, [])
    api = callers[caller]
    found = attributes(api.get("/aggregate/product", group="user_account.name"))
    assert [row["user_account.name"] for row in found if row["user_account.name"]] == known
    assert sum(row["count"] for row in found) == 2
    column = "count,count(user_account.name) as names,max(user_account.email) as last"
    (totals,) = attributes(api.get("/aggregate/product", column=column))
    assert totals == {"count": 2, "names": len(known), "last": f"{known[-1].lower()}@example.org" if known else None}
    for condition in ("eq(user_account.name,Ada)", "eq(lower(user_account.name),ada)"):
        (totals,) = attributes(api.get("/aggregate/product", filter=condition))
        assert totals == {"count": int("Ada" in known)}


def test_a_row_behind_an_unreadable_row_is_not_reached(ada, bob):
    """Ada's order of Bob's hidden product does not tell whose product it is, though that account is hers to read."""
    product = Product.objects.create(name="secret", price=1, permission=OWNED_ROW, user_account=bob.account)
    Product.objects.filter(pk=product.pk).update(user_account=ada.account, permission=0)
    Order.objects.create(number="1", product=product, user_account=ada.account)
    column = "count,max(product.user_account.name) as owner"
    assert attributes(ada.get("/aggregate/order", column=column)) == [{"count": 1, "owner": None}]


@pytest.mark.parametrize(
    ("granted", "caller", "status"),
    [
        (bits(user=["read"]), "guest", 401),
        (bits(user=["read"]), "carol", 200),
        (bits(guest=["read"]), "guest", 200),
        (bits(user=["peek", "execute"]), "carol", 403),
        (bits(guest=["execute"], user=["execute"]), "carol", 404),
        (0, "root", 200),
    ],
)
def test_the_entity_must_be_readable(exposed, callers, granted, caller, status):
    """Reading it is what it takes, by GET and by POST."""
    registry.register(Project, name="project", permission=granted)
    assert callers[caller].get("/aggregate/project").status_code == status
    assert callers[caller].send("post", "/aggregate/project", {}).status_code == status


def test_a_related_entity_must_be_readable(exposed, ada):
    """A relation to an entity that one may not read does not exist, wherever it is named."""
    registry.register(Project, name="project", permission=bits(user=["peek"]))
    asked = [
        ("column", "max(project.name)"),
        ("group", "project.name"),
        ("filter", "eq(project.name,x)"),
        ("filter", "eq(upper(project.name),x)"),
        ("having", "gt(max(project.name),x)"),
        ("order", "max(project.name)"),
        ("join", "project"),
        ("timesample", "day(project.created_at)"),
    ]
    for parameter, value in asked:
        answer = ada.get("/aggregate/todo", **{"group": "done", parameter: value})
        assert refusal(answer) == (400, parameter, "Unknown relation 'project' on 'todo'.", ""), parameter


SECRETS = ["password", "is_superuser", "last_login"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("prefix", ["", "user_account."])
def test_secrets_do_not_exist(root, secret, prefix):
    """A password is neither computed, grouped, compared nor ordered by, nor suggested; not even to an administrator."""
    name = prefix + secret
    asked = [
        ("column", f"count({name})"),
        ("column", f"max({name})"),
        ("column", f"max(length({name})) as n"),
        ("group", name),
        ("group", f"upper({name})"),
        ("filter", f"like({name},a%)"),
        ("filter", f"eq(length({name}),1)"),
        ("having", f"gt(max({name}),a)"),
        ("order", name),
        ("timesample", f"day({name})"),
        ("query", f'[{{"column": "{name}", "operator": "like", "value": "a%"}}]'),
    ]
    entity = "todo" if prefix else "user_account"
    group = "done" if prefix else "name"
    for parameter, value in asked:
        answer = root.get(f"/aggregate/{entity}", **{"group": group, parameter: value})
        status, at, message, hint = refusal(answer)
        assert (status, at) == (400, parameter)
        assert f"Unknown field '{secret}' on 'user_account'." in message
        assert not any(other in hint for other in SECRETS)


def test_near_names_suggest_no_secret(root):
    """A misspelt secret is not put right."""
    for name in ("passwort", "pasword", "is_superusr"):
        hint = refusal(root.get("/aggregate/user_account", column=f"count({name})"))[3]
        assert "password" not in hint
        assert "superuser" not in hint


def test_members_are_not_told_by_groups(ada, bob):
    """Who belongs to a group is read from the membership's own rows: each account counts its own."""
    group = UserGroup.objects.create(name="staff")
    for api in (ada, bob):
        Membership.objects.create(user=api.account, usergroup=group)
    found = attributes(ada.get("/aggregate/user_user_id_has_usergroup_usergroup_id", column="count,max(user.name)"))
    assert found == [{"count": 1, "max(user.name)": "Ada"}]
