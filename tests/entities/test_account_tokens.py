"""Links by mail: each proves one thing about one account, once."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from entities import account_tokens, proofs
from entities.models import UserAccount
from entities.proofs import AccountToken

HOUR = timedelta(hours=1)


def account(name="ada", **values):
    return UserAccount.objects.create_user(f"{name}@example.org", "correct horse", name=name.title(), **values)


def issue(owner, purpose="reset-password", lifetime=HOUR):
    with transaction.atomic():
        return account_tokens.issue(owner, purpose, lifetime)


def redeem(token, purpose="reset-password"):
    with transaction.atomic():
        return account_tokens.redeem(token, purpose)


def test_a_token_proves_its_account_once(db):
    """It carries 256 bits, only its digest is stored, and using it ends it."""
    owner = account()
    issued = issue(owner)
    assert (issued.to, issued.name, len(issued.token)) == ("ada@example.org", "Ada", 43)
    (row,) = AccountToken.objects.values()
    assert row["digest"] == hashlib.sha256(issued.token.encode()).hexdigest()
    assert issued.token not in str(row)
    assert redeem(issued.token) == owner
    assert redeem(issued.token) is None
    assert not AccountToken.objects.exists()


def expire(token, owner):
    AccountToken.objects.update(expires_at=timezone.now())


def move(token, owner):
    UserAccount.objects.update(email="other@example.org")


def deactivate(token, owner):
    UserAccount.objects.update(is_active=False)


def change_password(token, owner):
    owner.set_password("battery staple")
    owner.save()


def sign_out(token, owner):
    owner.end_sessions()


def replace(token, owner):
    issue(owner)


def delete(token, owner):
    owner.delete()


@pytest.mark.parametrize("event", [expire, move, deactivate, change_password, sign_out, replace, delete])
def test_a_token_ends_with_what_it_stands_for(db, event):
    """Its time, the address, the password or sessions of the account, or a newer one of the same purpose."""
    owner = account()
    token = issue(owner).token
    event(token, owner)
    assert redeem(token) is None


def test_a_token_is_good_for_its_purpose_only(db):
    """One of each purpose stands beside another, and none serves for another; trying does not end it."""
    owner = account()
    first, second = issue(owner, "reset-password").token, issue(owner, "confirm-email").token
    assert redeem(first, "confirm-email") is None
    assert redeem(first, "reset-password") == owner
    assert redeem(second, "confirm-email") == owner


@pytest.mark.parametrize("token", ["", "x", "x" * 100_000, "\0", "\ud800", "ä€😀"], ids=ascii)
def test_any_text_may_be_tried(db, token):
    """What is no token opens nothing and breaks nothing."""
    issue(account())
    assert redeem(token) is None


def test_nobody_gets_a_token_as_well(db):
    """Same shape, same statements; it opens nothing."""
    owner = account()
    issue(owner, "first-use")
    statements = []
    for someone in (owner, None):
        with CaptureQueriesContext(connection) as captured:
            issued = issue(someone)
        queries = [item["sql"] for item in captured.captured_queries if "SAVEPOINT" not in item["sql"]]
        statements.append([re.sub(r"VALUES.*?ON CONFLICT|expires_at. <= \S+ \S+", "", query) for query in queries])
    assert len(queries) == 2
    assert statements[0] == statements[1]
    assert (issued.to, issued.name, len(issued.token)) == (None, None, 43)
    assert redeem(issued.token) is None


def test_expired_rows_are_pruned_a_few_at_a_time(db):
    """No more than so many for each new token, the oldest first."""
    for count in range(proofs.PRUNED_AT_ONCE + 5):
        AccountToken.objects.create(purpose="old", digest=str(count), expires_at=timezone.now())
    issue(account())
    assert AccountToken.objects.filter(purpose="old").count() == 5
    issue(None)
    assert AccountToken.objects.filter(purpose="old").count() == 0


def in_threads(work, count=8):
    def closing(number):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(closing, range(count)))


def test_of_many_at_once_one_redeems(transactional_db):
    """Exactly one gets the account."""
    owner = account()
    token = issue(owner).token
    assert sorted(found is not None for found in in_threads(lambda: redeem(token))) == [False] * 7 + [True]


def test_of_many_issued_at_once_one_works(transactional_db):
    """However they meet, the account has one token of a purpose."""
    owner = account()
    tokens = [issued.token for issued in in_threads(lambda: issue(owner))]
    assert AccountToken.objects.count() == 1
    assert sum(redeem(token) is not None for token in tokens) == 1
