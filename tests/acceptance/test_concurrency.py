"""Several at once over two server processes: one wins, the others are told, nothing is left behind."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

SIGNUP = {"name": "Ada", "email": "ada@example.org", "password": "correct horse", "passwordConfirm": "correct horse"}

COUNTED = """
import json
from entities.examples.models import Order, Product
from entities.models import Membership, UserAccount, UserGroup
print(json.dumps({
    "users": UserAccount.objects.filter(email="ada@example.org").count(),
    "groups": UserGroup.objects.count(),
    "memberships": Membership.objects.count(),
    "orders": Order.objects.count(),
    "stock": list(Product.objects.values_list("stock", flat=True)),
}))
"""

PRODUCT = """
from entities import registry
from entities.actors import SYSTEM
from entities.store import unit
with unit(SYSTEM) as work:
    print(work.create(registry.get("product"), {"name": "Tea", "price": "9.95", "stock": 5})["reference_id"])
"""


@pytest.fixture
def two_processes(home):
    with home.start("--workers", "2") as server:
        yield home, server


def counted(home):
    return json.loads(home.run("shell", "-v", "0", "-c", COUNTED).stdout)


def at_once(server, count, path, data, headers=None):
    """Post the same thing from ``count`` connections at the same time."""
    with ThreadPoolExecutor(count) as pool:
        waiting = [pool.submit(server.post, path, json=data, headers=headers) for _ in range(count)]
        return [answer.result() for answer in waiting]


def test_twenty_identical_signups_make_one_account(two_processes):
    """One user, one group, one membership; the losers get a conflict, nobody a fault."""
    home, server = two_processes
    answers = at_once(server, 20, "/action/user_account/signup", SIGNUP)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
    found = counted(home)
    assert (found["users"], found["groups"], found["memberships"]) == (1, 1, 1)


def test_the_last_one_in_stock_is_sold_once(two_processes):
    """An instance action locks its row: twelve buyers of five get five, the rest is told why."""
    home, server = two_processes
    assert server.post("/action/user_account/signup", json=SIGNUP).status_code == 200
    signed_in = server.post("/action/user_account/signin", json={k: SIGNUP[k] for k in ("email", "password")})
    token = signed_in.json()[0]["Attributes"]["value"]
    product = home.run("shell", "-v", "0", "-c", PRODUCT).stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    answers = at_once(server, 12, f"/action/product/{product}/buy", {"quantity": 1}, headers)
    assert Counter(answer.status_code for answer in answers) == {200: 5, 409: 7}
    found = counted(home)
    assert (found["orders"], found["stock"]) == (5, [0])
