"""Who a request is from: what ends a token, what a rehash leaves alone, and that a failed sign-in tells nothing."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entities import registry
from entities.actors import SYSTEM
from entities.authentication import actor_by_email, actor_of_token, issue_token, sign_in
from entities.errors import TokenRevoked
from entities.models import UserAccount
from entities.store import unit
from entities.tokens import Bearer, sign

INVALID_TOKEN = 'Bearer error="invalid_token"'
DROPPED = "token=; Max-Age=0; Path=/"


class QuickHasher(PBKDF2PasswordHasher):
    """The configured hasher of these tests: slow enough to be measured, quick enough to be repeated."""

    iterations = 20_000


class RaisedHasher(QuickHasher):
    """The same hasher after its parameters were raised."""

    iterations = 30_000


def hashers(*kinds: type[PBKDF2PasswordHasher]) -> list[str]:
    """Return a setting: these hashers first, then one that is outdated."""
    return [*(f"{__name__}.{kind.__name__}" for kind in kinds), "django.contrib.auth.hashers.MD5PasswordHasher"]


def is_good(token: str) -> bool:
    """Say whether a token of ours still lets in."""
    try:
        return actor_of_token(token) is not None
    except TokenRevoked:
        return False


async def checked(account: UserAccount) -> bool:
    """Check the password as asynchronous code does, and close the connection of its thread."""
    passed = await account.acheck_password("correct horse")
    await sync_to_async(connections.close_all)()
    return passed


def set_password(account: UserAccount) -> None:
    account.set_password("another horse")
    account.save()


def set_password_only(account: UserAccount) -> None:
    account.set_password("another horse")
    account.save(update_fields=["password"])


def set_password_on_a_part(account: UserAccount) -> None:
    part = UserAccount.objects.only("password").get(pk=account.pk)
    part.set_password("another horse")
    part.save()


def set_password_unread(account: UserAccount) -> None:
    UserAccount(pk=account.pk, password=make_password("another horse")).save(
        force_update=True, update_fields=["password"]
    )


def set_unusable(account: UserAccount) -> None:
    account.set_unusable_password()
    account.save()


def store_password(account: UserAccount) -> None:
    with unit(SYSTEM) as work:
        work.update(registry.get("user_account"), account.pk, {"password": "another horse"})


def update_password(account: UserAccount) -> None:
    UserAccount.objects.filter(email=account.email).update(password=make_password("another horse"))


def bulk_update_password(account: UserAccount) -> None:
    account.password = make_password("another horse")
    UserAccount.objects.bulk_update([account], ["password"])


def command_password(account: UserAccount) -> None:
    command = "django.contrib.auth.management.commands.changepassword.Command._get_pass"
    with mock.patch(command, return_value="another battery staple"):
        call_command("changepassword", account.email, stdout=io.StringIO())


def admin_password(account: UserAccount) -> None:
    page = reverse("admin:auth_user_password_change", args=[account.pk])
    values = {"password1": "another battery", "password2": "another battery", "usable_password": "true"}
    assert administrator().post(page, values).status_code == 302


def deactivate(account: UserAccount) -> None:
    account.is_active = False
    account.save(update_fields=["is_active"])


def deactivate_in_bulk(account: UserAccount) -> None:
    UserAccount.objects.filter(pk=account.pk).update(is_active=False)


def deactivate_for_a_moment(account: UserAccount) -> None:
    UserAccount.objects.filter(pk=account.pk).update(is_active=False)
    UserAccount.objects.filter(pk=account.pk).update(is_active=True)


def admin_deactivation(account: UserAccount) -> None:
    values = {"email": account.email, "name": account.name, "permission": "0"}
    page = reverse("admin:entities_useraccount_change", args=[account.pk])
    assert administrator().post(page, values).status_code == 302


def end_sessions(account: UserAccount) -> None:
    account.end_sessions()


def delete(account: UserAccount) -> None:
    account.delete()


ENDINGS = [
    *(set_password, set_password_only, set_password_on_a_part, set_password_unread, set_unusable, store_password),
    *(update_password, bulk_update_password, command_password, admin_password, deactivate, deactivate_in_bulk),
    *(deactivate_for_a_moment, admin_deactivation, end_sessions, delete),
]


def administrator() -> Client:
    """A browser of an administrator."""
    browser = Client()
    browser.force_login(UserAccount.objects.create_superuser("root@example.org", "correct horse"))
    return browser


@pytest.mark.parametrize("end", ENDINGS, ids=lambda end: end.__name__)
def test_every_way_to_end_sessions_ends_them(ada: Any, bob: Any, end: Callable[[UserAccount], None]) -> None:
    """Whoever changes the password, deactivates, signs out or deletes, in whatever way: older tokens are at an end."""
    tokens = [issue_token(api.account) for api in (ada, bob)]
    browser = Client()
    browser.force_login(ada.account)
    end(UserAccount.objects.get(pk=ada.account.pk))
    assert [is_good(token) for token in tokens] == [False, True]
    assert browser.get("/api/todo").status_code == 401


@pytest.mark.parametrize("end", ENDINGS[:-1], ids=lambda end: end.__name__)
def test_an_instance_read_earlier_does_not_bring_sessions_back(ada: Any, end: Callable[[UserAccount], None]) -> None:
    """A request that read the account before and saves all of it afterwards changes nothing about that."""
    token, stale = issue_token(ada.account), UserAccount.objects.get(pk=ada.account.pk)
    end(UserAccount.objects.get(pk=ada.account.pk))
    stale.name = "Augusta"
    stale.save()
    stale.auth_version = 1
    stale.save(update_fields=["auth_version"])
    assert UserAccount.objects.get(pk=ada.account.pk).auth_version > 1
    assert not is_good(token)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda account: account.save(), id="everything-as-it-is"),
        pytest.param(lambda account: setattr(account, "name", "Augusta") or account.save(), id="name"),
        pytest.param(lambda account: Client().force_login(account), id="last-login"),
        pytest.param(lambda account: UserAccount.objects.update(password=F("password")), id="password-as-it-is"),
        pytest.param(lambda account: UserAccount.objects.update(is_active=True, confirmed=True), id="still-active"),
    ],
)
def test_other_changes_end_nothing(ada: Any, change: Callable[[UserAccount], None]) -> None:
    """An account is edited without being signed out."""
    token = issue_token(ada.account)
    change(UserAccount.objects.get(pk=ada.account.pk))
    assert is_good(token)


@pytest.mark.parametrize("end", [set_password, set_password_only, end_sessions], ids=lambda end: end.__name__)
def test_the_instance_that_ended_them_gives_good_tokens(ada: Any, end: Callable[[UserAccount], None]) -> None:
    """Whoever changes a password may sign the account in again with what they hold."""
    end(ada.account)
    assert is_good(issue_token(ada.account))


def test_two_endings_count_twice(ada: Any) -> None:
    """The number rises in the database, not from what an instance remembers."""
    one, other = (UserAccount.objects.get(pk=ada.account.pk) for _ in range(2))
    one.end_sessions()
    other.end_sessions()
    assert other.auth_version == 3


def test_the_number_of_endings_is_nobodys_to_read_or_write(ada: Any, root: Any) -> None:
    """The API knows no such field, for administrators either."""
    for api in (ada, root):
        assert b"auth_version" not in api.get(f"/api/user_account/{ada.account.pk}").content
        document = {"data": {"type": "user_account", "id": str(ada.account.pk), "attributes": {"auth_version": 9}}}
        answer = api.send("patch", f"/api/user_account/{ada.account.pk}", document)
        assert answer.status_code in (403, 422)
    assert UserAccount.objects.get(pk=ada.account.pk).auth_version == 1


def test_a_session_ends_with_the_tokens_and_its_own_change_of_password_does_not_end_it(root: Any) -> None:
    """In the admin one goes on after changing one's password; other browsers are signed out."""
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(root.account)
    words = {"old_password": "correct horse", "new_password1": "another battery", "new_password2": "another battery"}
    assert here.post(reverse("admin:password_change"), words).status_code == 302
    assert [browser.get("/api/user_account").status_code for browser in (here, there)] == [200, 401]
    assert SESSION_KEY not in there.session


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_hash_is_renewed_without_ending_anything(transactional_db: None, settings: Any, asynchronous: bool) -> None:
    """Other parameters of the hasher make a new hash at the next sign-in; tokens and sessions stay."""
    settings.PASSWORD_HASHERS = hashers(QuickHasher)
    account = UserAccount.objects.create_user("ada@example.org", "correct horse", name="Ada")
    token, browser = issue_token(account), Client()
    browser.force_login(account)
    settings.PASSWORD_HASHERS = hashers(RaisedHasher)
    if asynchronous:
        assert asyncio.run(checked(account))
    else:
        assert sign_in(account.email, "correct horse")
    renewed = UserAccount.objects.get()
    assert renewed.password.split("$")[1] == "30000"
    assert renewed.check_password("correct horse")
    assert is_good(token)
    assert browser.get("/api/todo").status_code == 200


def test_a_hash_is_not_renewed_over_a_new_password(ada: Any, settings: Any) -> None:
    """A sign-in with the old password that overlaps its change does not bring the old password back."""
    settings.PASSWORD_HASHERS = hashers(QuickHasher)
    stale = UserAccount.objects.get()
    set_password(UserAccount.objects.get())
    assert stale.check_password("correct horse")
    assert UserAccount.objects.get().check_password("another horse")


GIVEN = [
    pytest.param("ada@example.org", True, id="as-stored"),
    pytest.param(" ADA@Example.ORG ", True, id="any-case"),
    pytest.param("ad\u0430@example.org", False, id="cyrillic"),
    pytest.param("\uff41da@example.org", False, id="full-width"),
    pytest.param("ada@example.org\0", False, id="nul"),
    pytest.param("\ud800@example.org", False, id="half-a-character"),
    pytest.param("a" * 300 + "@example.org", False, id="too-long"),
    pytest.param("", False, id="empty"),
]


@pytest.mark.parametrize(("given", "found"), GIVEN)
def test_an_account_is_found_by_its_own_email_only(ada: Any, given: str, found: bool) -> None:
    """ASCII letters count in any case, and nothing else is taken for something similar."""
    assert (sign_in(given, "correct horse") is not None) is found
    assert (actor_by_email(given.strip()) is not None) is found
    assert Client().login(username=given.strip(), password="correct horse") is found


@pytest.mark.parametrize(
    ("stored", "lookalike"),
    [
        pytest.param("mike@example.org", "mi\u212ae@example.org", id="kelvin"),
        pytest.param("mike@example.org", "m\u0130ke@example.org", id="dotted-i"),
        pytest.param("mike@example.org", "m\u0131ke@example.org", id="dotless-i"),
        pytest.param("sara@example.org", "\u017fara@example.org", id="long-s"),
        pytest.param("\u00e5sa@example.org", "\u212bsa@example.org", id="angstrom"),
    ],
)
def test_a_lookalike_is_another_account(db: None, stored: str, lookalike: str) -> None:
    """Letters that some folding takes for others are not taken for them (CVE-2019-19844), in either direction."""
    UserAccount.objects.create_user(stored, "correct horse", name="One")
    assert sign_in(lookalike, "", skip_password=True) is None
    assert sign_in(stored, "", skip_password=True) is not None
    UserAccount.objects.update(email=lookalike)
    assert sign_in(stored, "", skip_password=True) is None
    assert sign_in(lookalike, "", skip_password=True) is not None


REFUSED = {"wrong": "ada@example.org", "unknown": "eve@example.org", "inactive": "bob@example.org"}
REFUSED |= {"unusable": "dan@example.org", "outdated": "old@example.org"}


@pytest.fixture
def accounts(db: None, settings: Any) -> None:
    """Accounts that a sign-in is refused for, each for another reason."""
    settings.PASSWORD_HASHERS = hashers(QuickHasher)
    for name in ("ada", "bob", "dan", "old"):
        UserAccount.objects.create_user(f"{name}@example.org", "correct horse", name=name)
    UserAccount.objects.filter(name="bob").update(is_active=False)
    UserAccount.objects.filter(name="dan").update(password=make_password(None))
    UserAccount.objects.filter(name="old").update(password=make_password("correct horse", hasher="md5"))


def password_for(reason: str) -> str:
    """Return a password that is refused for this reason alone."""
    return "correct horse" if reason in ("unknown", "inactive") else "wrong horse"


@pytest.mark.parametrize("reason", REFUSED)
def test_every_refusal_does_the_same_work(accounts: None, reason: str) -> None:
    """One query and one hash of the configured hasher, whatever the reason."""
    encode = QuickHasher.encode
    with (
        CaptureQueriesContext(connection) as captured,
        mock.patch.object(QuickHasher, "encode", autospec=True, side_effect=encode) as hashed,
    ):
        assert sign_in(REFUSED[reason], password_for(reason)) is None
    assert (len(captured), hashed.call_count) == (1, 1)


def test_every_refusal_takes_the_same_time(accounts: None) -> None:
    """The quickest of twenty, in turns, by this thread's clock: no reason takes half as much again as another.

    A hash too few or too many would be a factor of two at least; other programs on the machine do not count here.
    """
    taken: dict[str, list[float]] = {reason: [] for reason in REFUSED}
    for _ in range(20):
        for reason, email in REFUSED.items():
            began = time.thread_time()
            sign_in(email, password_for(reason))
            taken[reason].append(time.thread_time() - began)
    quickest = {reason: min(times) for reason, times in taken.items()}
    assert max(quickest.values()) < 1.5 * min(quickest.values()), quickest


def test_a_password_that_no_hash_takes_is_wrong(ada: Any) -> None:
    """Half a character, as a script can make one, is no failure of ours."""
    assert sign_in("ada@example.org", "\ud800") is None
    assert sign_in("eve@example.org", "\ud800") is None


def answer_to(account: UserAccount, token: str, how: str) -> Any:
    """Send a token as header or as cookie to a list."""
    client = Client()
    if how == "cookie":
        client.cookies["token"] = token
        return client.get("/api/todo")
    return client.get("/api/todo", headers={"authorization": how.format(token=token)})


@pytest.mark.parametrize("how", ["Bearer {token}", "bearer {token}", "BEARER   {token} ", "Bearer\t{token}", "cookie"])
def test_a_token_is_taken_from_the_header_or_the_cookie(ada: Any, how: str) -> None:
    """The scheme in any case, as HTTP has it; a revoked one is 401, and only a cookie is dropped."""
    token = issue_token(ada.account)
    assert answer_to(ada.account, token, how).status_code == 200
    ada.account.end_sessions()
    answer = answer_to(ada.account, token, how)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "ENT116"
    assert answer.headers["WWW-Authenticate"] == INVALID_TOKEN
    assert answer.headers.get("Set-Cookie") == (DROPPED if how == "cookie" else None)


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param("token={token}", id="plain"),
        pytest.param('token="{token}"', id="quoted"),
        pytest.param("token=%22{token}%22", id="escaped-quotes"),
        pytest.param("token={token}%3B%20SameSite%3DStrict", id="escaped-attributes"),
        pytest.param("theme=dark; token={token}; sessionid=x", id="among-others"),
    ],
)
def test_a_cookie_may_be_written_in_several_ways(ada: Any, cookie: str) -> None:
    """Clients write ``document.cookie`` by hand, and libraries escape it."""
    text = cookie.format(token=issue_token(ada.account))
    assert Client().get("/api/todo", headers={"cookie": text}).status_code == 200


@pytest.mark.parametrize(
    "cookie",
    [
        *("token=", "token=null", "token=undefined", "token=a.b.c", "token=%00", 'token="\\000\\377"', "token=%ff%fe"),
        *(
            'sessionid="\\000aaaaaaaaaaa"',
            "sessionid=%00",
            "sessionid=",
            "sessionid=\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9",
        ),
        *("sessionid=" + "a" * 5000, "token=" + "a" * 5000, "token=" + "%41" * 1300, "=;;;token", "token=a; token=b"),
    ],
)
def test_a_cookie_that_is_none_of_ours_is_a_guest(db: None, cookie: str) -> None:
    """Malformed, cut, escaped or of another application on the same host: nobody, and no fault."""
    client = Client(raise_request_exception=False)
    assert client.get("/api/todo", headers={"cookie": cookie}).json()["errors"][0]["code"] == "ENT107"


@pytest.mark.parametrize("header", ["Bearer null", "Bearer", "Bearer ", "bearer undefined", "Bearer a.b.c"])
def test_with_a_bearer_header_cookies_do_not_count(ada: Any, header: str) -> None:
    """Whoever says ``Bearer`` is known by it alone, even if it is ``null``."""
    client = Client()
    client.force_login(ada.account)
    client.cookies["token"] = issue_token(ada.account)
    assert client.get("/api/todo").status_code == 200
    assert client.get("/api/todo", headers={"authorization": header}).status_code == 401


def test_with_a_bearer_header_even_a_revoked_cookie_does_not_count(ada: Any, bob: Any) -> None:
    """The header's account answers; nothing is refused or dropped for the cookie's sake."""
    client = Client(headers={"authorization": f"Bearer {issue_token(bob.account)}"})
    client.cookies["token"] = issue_token(ada.account)
    ada.account.end_sessions()
    answer = client.get("/api/user_account/mine")
    assert answer.json()["data"]["id"] == str(bob.account.pk)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("header", ["Basic dXNlcjpwYXNz", "Digest x", "", "Bearerx y", "Bearer,x"])
def test_another_scheme_is_not_ours(ada: Any, header: str) -> None:
    """A proxy's own password does not hide the cookie."""
    client = Client()
    client.cookies["token"] = issue_token(ada.account)
    assert client.get("/api/todo", headers={"authorization": header}).status_code == 200


def test_a_token_for_an_account_that_never_was_is_revoked(db: None, ada: Any) -> None:
    """Signed by us and naming nobody: the account is gone, as after a deletion."""
    gone = sign(Bearer(registry.get("todo").model._meta.pk.get_default(), 1))
    assert answer_to(ada.account, gone, "Bearer {token}").status_code == 401


@pytest.mark.parametrize("path", ["/openapi.json", "/openapi.yaml", "/docs"])
@pytest.mark.parametrize("how", ["header", "cookie"])
def test_every_edge_refuses_a_revoked_token(ada: Any, path: str, how: str) -> None:
    """Also where guests may read: the client is told instead of being served as a guest."""
    token, client = issue_token(ada.account), Client()
    ada.account.end_sessions()
    if how == "cookie":
        client.cookies["token"] = token
    answer = client.get(path, headers={"authorization": f"Bearer {token}"} if how == "header" else {})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "ENT116"
    assert answer.headers.get("Set-Cookie") == (DROPPED if how == "cookie" else None)
    assert client.get(path, headers={"cookie": ""}).status_code == 200


def test_a_client_that_prefers_problems_gets_one(ada: Any) -> None:
    """RFC 9457, with the same headers."""
    ada.account.end_sessions()
    answer = ada.get("/api/todo", headers={"accept": "application/problem+json"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["name"]) == (401, "token_revoked")
    assert answer.headers["WWW-Authenticate"] == INVALID_TOKEN


@pytest.mark.parametrize("how", ["header", "cookie"])
def test_a_token_costs_one_statement(ada: Any, how: str) -> None:
    """Whoever asks, the account is read once, and nothing else for their sake."""
    client, token = Client(), issue_token(ada.account)
    if how == "cookie":
        client.cookies["token"] = token
    with CaptureQueriesContext(connection) as captured:
        assert (
            client.get("/api/todo", headers={"authorization": f"Bearer {token}"} if how == "header" else {}).status_code
            == 200
        )
    assert len(captured) == 3  # the account, the page, its total
