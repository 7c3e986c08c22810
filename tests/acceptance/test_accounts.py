"""The life of an account over HTTP, with real mails: ``fixtures/actions/daptin/accounts/`` on a running server."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pyotp
import pytest

from tests.acceptance.quick import links, quick
from tests.mails import running_sink
from tests.servers import new_home

SITE = "https://shop.example"
PASSWORD = {"password": "correct horse", "passwordConfirm": "correct horse"}
NEW = {"password": "battery staple", "passwordConfirm": "battery staple"}
COUNTED = """
from entities.models import Membership, UserAccount, UserGroup
print(
    UserAccount.objects.filter(email="{email}").count(),
    UserGroup.objects.filter(name="Home group for {name}").count(),
    Membership.objects.filter(user__email="{email}").count(),
)
"""
EXPIRED = """
from django.utils import timezone
from entities.proofs import AccountToken
print(AccountToken.objects.filter(email="{email}").update(expires_at=timezone.now()))
"""
EVERY_ROW = """
from django.db import connection
with connection.cursor() as cursor:
    for table in connection.introspection.table_names():
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        print(table, cursor.fetchall())
"""
numbers = count(1)


class Site:
    """A running installation of two processes, and what it mails."""

    def __init__(self, home, server, sink):
        self.home, self.server, self.sink = home, server, sink

    def post(self, action, data=None, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.server.post(f"/action/user_account/{action}", json=data or {}, headers=headers)

    def is_signed_in(self, token):
        with self.server.client(headers={"Authorization": f"Bearer {token}"}) as client:
            return client.get("/api/user_account").status_code == 200

    def shell(self, script):
        ended = self.home.run("shell", "-v", "0", "-c", script)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()


class Person:
    """Somebody with an address of their own, who has signed up or not."""

    def __init__(self, site):
        self.site, self.name = site, f"Ada {next(numbers)}"
        self.email = f"{self.name.replace(' ', '.').lower()}@example.org"

    @property
    def form(self):
        return {"name": self.name, "email": self.email, **PASSWORD}

    def sign_in(self, password="correct horse", **further):
        return self.site.post("signin", {"email": self.email, "password": password, **further})

    def mails(self, number):
        """Wait for so many mails in all to this address, and return them."""
        mine = []
        while len(mine) < number:
            mine = [mail for mail in self.site.sink.received if self.email in [to.lower() for to in mail.to]]
            if len(mine) < number:
                self.site.sink.wait_for(len(self.site.sink.received) + 1)
        assert len(mine) == number
        return mine

    def mail(self, number, subject):
        """Wait for the mail with that number, the newest."""
        received = self.mails(number)[-1]
        assert received.mail["Subject"] == subject
        return received

    def ask_for_a_link(self, number=1):
        """Ask for a new password and return the token that is mailed, in the mail with that number."""
        assert self.site.post("request-password-reset", {"email": self.email}).status_code == 200
        return link_in(self.mail(number, "Choose a new password"), "/auth/reset-password")

    def counted(self):
        """Return how many accounts, groups and memberships they have."""
        return self.site.shell(COUNTED.format(email=self.email, name=self.name))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with new_home(tmp_path_factory.mktemp("accounts")) as home, running_sink() as sink:
        settings = quick(home, EMAIL_URL=sink.url, SITE_URL=f"{SITE}/")
        with settings.start("--workers", "2") as server:
            yield Site(settings, server, sink)


@pytest.fixture
def stranger(site):
    """Somebody without an account."""
    return Person(site)


@pytest.fixture
def ada(site):
    """Somebody who has signed up."""
    person = Person(site)
    assert site.post("signup", person.form).status_code == 200
    return person


def attributes(response, kind="client.notify"):
    """Return the attributes of the one entry of a kind."""
    (found,) = (entry["Attributes"] for entry in response.json() if entry["ResponseType"] == kind)
    return found


def refused(response):
    """Return status and code of a failure."""
    return response.status_code, attributes(response)["code"]


def token_of(response):
    """Return the token that a client is told to keep."""
    assert response.status_code == 200, response.content
    stored = attributes(response, "client.store.set")
    assert stored["key"] == "token"
    return stored["value"]


def link_in(received, path):
    """Return the token of the one link to our front end in a mail."""
    (found,) = [link for link in links(received.text) if "#" in link]
    address, _, token = found.partition("#token=")
    assert address == f"{SITE}{path}"
    assert re.fullmatch(r"[\w-]{43}", token)
    return token


def test_a_forgotten_password(site, ada):
    """Asked for, mailed, chosen anew: what was before is at an end, and the link with it."""
    before = token_of(ada.sign_in())
    known = site.post("request-password-reset", {"email": ada.email.upper()})
    unknown = site.post("request-password-reset", {"email": "nobody@example.org"})
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert known.content == unknown.content
    link = link_in(ada.mail(1, "Choose a new password"), "/auth/reset-password")
    assert link not in known.text

    weak = {"token": link, "password": "password1", "passwordConfirm": "password1"}
    assert site.post("reset-password", weak).status_code == 422
    assert refused(site.post("reset-password", {"token": link[:-1], **NEW})) == (422, "invalid_token")
    assert refused(site.post("confirm-email", {"token": link})) == (422, "invalid_token")
    assert site.is_signed_in(before)

    assert site.post("reset-password", {"token": link, **NEW}).status_code == 200
    ada.mail(2, "Your password was changed")
    assert not site.is_signed_in(before)
    assert refused(ada.sign_in()) == (401, "sign_in_failed")
    assert site.is_signed_in(token_of(ada.sign_in("battery staple")))
    assert refused(site.post("reset-password", {"token": link, **NEW})) == (422, "invalid_token")


def test_a_link_that_is_too_late_or_not_the_newest(site, ada):
    """Only the newest link works, until its time is over."""
    first, second, third = (ada.ask_for_a_link(number) for number in (1, 2, 3))
    for link in (first, second):
        assert refused(site.post("reset-password", {"token": link, **NEW})) == (422, "invalid_token")
    assert site.shell(EXPIRED.format(email=ada.email)) == "1"
    assert refused(site.post("reset-password", {"token": third, **NEW})) == (422, "invalid_token")
    assert ada.sign_in().status_code == 200


def test_of_many_who_use_a_link_at_once_one_does(site, ada):
    """Over two processes: one changes the password, the others are told what everybody is told."""
    link = ada.ask_for_a_link()
    passwords = [f"battery staple {number}" for number in range(12)]

    def reset(password):
        return site.post("reset-password", {"token": link, "password": password, "passwordConfirm": password})

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(reset, passwords))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 422: 11}
    winner = passwords[[answer.status_code for answer in answers].index(200)]
    assert ada.sign_in(winner).status_code == 200


def test_confirming_an_address(site, ada):
    """The link goes to the address of who is signed in; a second request has nothing to do."""
    assert refused(site.post("request-email-confirmation")) == (401, "not_authenticated")
    token = token_of(ada.sign_in())
    assert site.post("request-email-confirmation", token=token).status_code == 200
    link = link_in(ada.mail(1, "Confirm your e-mail address"), "/auth/confirm-email")
    assert site.post("confirm-email", {"token": link}).status_code == 200
    assert refused(site.post("confirm-email", {"token": link})) == (422, "invalid_token")
    again = site.post("request-email-confirmation", token=token)
    assert attributes(again)["message"] == "Your e-mail address is confirmed already."


def test_changing_the_password_keeps_this_client_only(site, ada):
    """The answer has a fresh token; others are out; a link from before is at an end."""
    link = ada.ask_for_a_link()
    here, there = token_of(ada.sign_in()), token_of(ada.sign_in())
    wrong = site.post("change-password", {"currentPassword": "wrong", **NEW}, here)
    assert refused(wrong) == (422, "invalid_input")
    assert [item["field"] for item in attributes(wrong)["errors"]] == ["currentPassword"]
    changed = site.post("change-password", {"currentPassword": "correct horse", **NEW}, here)
    types = ["client.store.set", "client.cookie.set", "client.notify"]
    assert [entry["ResponseType"] for entry in changed.json()] == types
    ada.mail(2, "Your password was changed")
    assert site.is_signed_in(token_of(changed))
    assert not site.is_signed_in(here)
    assert not site.is_signed_in(there)
    assert refused(site.post("reset-password", {"token": link, **NEW})) == (422, "invalid_token")


def test_signing_out_everywhere(site, ada):
    """Every token is at an end, the one that asked included; signing in again works."""
    tokens = [token_of(ada.sign_in()) for _ in range(2)]
    assert token_of(site.post("sign-out-everywhere", token=tokens[0])) == ""
    assert not any(site.is_signed_in(token) for token in tokens)
    assert site.is_signed_in(token_of(ada.sign_in()))


def test_a_second_factor(site, ada):
    """Enrolled with the password, confirmed with a code, asked for at sign-in, disabled with a code."""
    token = token_of(ada.sign_in())
    assert refused(site.post("enroll-second-factor", {"password": "wrong"}, token)) == (422, "invalid_input")
    shown = attributes(site.post("enroll-second-factor", {"password": "correct horse"}, token), "second_factor")
    assert shown["uri"].startswith(f"otpauth://totp/Outfield:{ada.email.replace('@', '%40')}?secret=")
    assert len(shown["recovery_codes"]) == 10
    assert site.is_signed_in(token_of(ada.sign_in()))

    code = pyotp.TOTP(shown["secret"]).now()
    assert site.post("confirm-second-factor", {"code": code}, token).status_code == 200
    assert refused(ada.sign_in()) == (401, "second_factor_required")
    assert refused(ada.sign_in(code=code)) == (401, "second_factor_failed")
    assert site.is_signed_in(token_of(ada.sign_in(code=shown["recovery_codes"][0])))
    again = site.post("enroll-second-factor", {"password": "correct horse"}, token)
    assert refused(again) == (409, "second_factor_active")

    assert refused(site.post("disable-second-factor", {"code": code}, token)) == (422, "invalid_input")
    assert site.post("disable-second-factor", {"code": shown["recovery_codes"][1]}, token).status_code == 200
    ada.mail(1, "Your second factor was removed")
    assert site.is_signed_in(token_of(ada.sign_in()))


def test_twenty_private_signups_at_once_make_one_account(site, stranger):
    """One account, group and membership; everybody gets one answer; the mails tell the owner what happened."""
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: site.post("signup-private", stranger.form), range(20)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert stranger.counted() == "1 1 1"
    received = stranger.mails(20)
    subjects = Counter(mail.mail["Subject"] for mail in received)
    assert subjects == {"Confirm your e-mail address": 1, "You have an account already": 19}
    (first,) = (mail for mail in received if mail.mail["Subject"].startswith("Confirm"))
    assert site.post("confirm-email", {"token": link_in(first, "/auth/confirm-email")}).status_code == 200


def test_a_private_signup_tells_no_stranger_anything(site, ada, stranger):
    """A taken address is answered as a new one is, weak passwords included; no mail repeats what was typed."""
    name = "Visit evil.example"
    taken = site.post("signup-private", {**ada.form, "name": name, "email": ada.email.upper()})
    new = site.post("signup-private", {**stranger.form, "name": name})
    assert (taken.status_code, new.status_code) == (200, 200)
    assert taken.content == new.content
    for email in (ada.email, Person(site).email):
        weak = {**ada.form, "email": email, "password": "password1", "passwordConfirm": "password1"}
        answer = site.post("signup-private", weak)
        assert refused(answer) == (422, "invalid_input")
        assert [item["code"] for item in attributes(answer)["errors"]] == ["password_too_common"]
    told = [ada.mail(1, "You have an account already"), stranger.mail(1, "Confirm your e-mail address")]
    assert not any("evil" in mail.raw.decode() for mail in told)
    assert ada.counted() == "1 1 1"


def test_no_secret_is_written_anywhere(site, ada):
    """Neither passwords nor tokens, codes or secrets are in a row, or in what the server printed."""
    link = ada.ask_for_a_link()
    token = token_of(ada.sign_in())
    shown = attributes(site.post("enroll-second-factor", {"password": "correct horse"}, token), "second_factor")
    site.post("reset-password", {"token": "wrong", **NEW})
    site.post("change-password", {"currentPassword": "wrong horse", **NEW}, token)
    rows = site.shell(EVERY_ROW)
    assert ada.email in rows
    assert "second_factor [(" in rows
    everything = rows + site.server.text + "".join(site.server.errors)
    secrets = ["correct horse", "battery staple", "wrong horse", link, token, shown["secret"], *shown["recovery_codes"]]
    assert [secret for secret in secrets if secret in everything] == []
