"""The operations that accounts are built from, in definitions of one's own: what they take, give and refuse."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from entities import second_factors
from entities.models import UserAccount
from entities.proofs import AccountToken, SecondFactor
from tests.acceptance.conftest import EXAMPLES, codes, failure

SIGNIN = EXAMPLES / "signin.yaml"
OPERATION = """\
Name: {name}
OnType: user_account
InstanceOptional: true
AdditionalInputs: true
Permission: {{guest: [execute]}}
OutFields:
  - Type: {operation}
    Method: EXECUTE
    Reference: found
    Attributes: {attributes}
  - Type: answer
    Method: ACTIONRESPONSE
    Attributes: {{value: "$found"}}
"""
ISSUE = {"purpose": "test", "minutes": 5}


@pytest.fixture
def perform(define, post):
    """Perform one operation with what is sent, as a guest or as somebody, and return the response."""

    def run(operation, sent, actor=None):
        attributes = "{" + ", ".join(f'"{name}": "$attributes.{name}"' for name in sent) + "}"
        define(OPERATION.format(name="perform", operation=operation, attributes=attributes))
        return post("user_account/perform", {"attributes": sent}, actor=actor)

    return run


def value(response):
    """Return what the reference held."""
    assert response.status_code == 200, response.content
    return response.json()[-1]["Attributes"]["value"]


def test_a_token_is_issued_and_redeemed(perform, account):
    """By e-mail in any case or by id; what comes back is the account's public row, once."""
    for sent in ({"email": "ADA@example.org "}, {"reference_id": str(account.pk)}):
        issued = value(perform("account.token.issue", {**sent, **ISSUE}))
        assert (issued["to"], issued["name"]) == ("ada@example.org", "Ada")
        left = timezone.datetime.fromisoformat(issued["expires_at"]) - timezone.now()
        assert timedelta(minutes=4) < left <= timedelta(minutes=5)
    redeem = {"token": issued["token"], "purpose": "test"}
    row = value(perform("account.token.redeem", redeem))
    assert (row["reference_id"], row["email"]) == (str(account.pk), "ada@example.org")
    assert "password" not in row
    again = perform("account.token.redeem", redeem)
    assert (again.status_code, failure(again)["code"]) == (422, "invalid_token")


@pytest.mark.parametrize("sent", [{"email": "nobody@example.org"}, {"reference_id": None}, {"reference_id": "x"}])
def test_nobody_gets_a_token_of_the_same_shape(perform, account, sent):
    """Unknown is told by ``to`` only, which a definition hands to ``mail.send``; the token opens nothing."""
    issued = value(perform("account.token.issue", {**sent, **ISSUE}))
    assert sorted(issued) == ["expires_at", "name", "to", "token"]
    assert (issued["to"], issued["name"], len(issued["token"])) == (None, None, 43)
    refused = perform("account.token.redeem", {"token": issued["token"], "purpose": "test"})
    assert failure(refused)["code"] == "invalid_token"


def test_a_reset_for_nobody_sends_the_database_the_same(examples, post, account):
    """Statement for statement; the address and what is random aside."""
    sent = []
    for email in ("first@example.org", account.email, "nobody@example.org"):
        with CaptureQueriesContext(connection) as captured:
            assert post("user_account/request-password-reset", {"email": email}).status_code == 200
        sent.append([re.sub(r"VALUES.*?(?= ON |$)|'[^']*'|\d+|NULL", "", item["sql"]) for item in captured])
    assert sent[1] == sent[2]
    assert len(sent[1]) > 3


def test_a_failed_run_leaves_the_token(define, post, account, perform):
    """Redeeming is part of the transaction."""
    issued = value(perform("account.token.issue", {"email": account.email, **ISSUE}))
    define(
        """\
Name: fails
OnType: user_account
InstanceOptional: true
Permission: {guest: [execute]}
InFields: [{Name: token, ColumnType: password}]
OutFields:
  - {Type: account.token.redeem, Method: EXECUTE, Attributes: {token: "~token", purpose: test}}
  - Fail: {Status: 409, Message: No.}
"""
    )
    for _ in range(2):
        assert post("user_account/fails", {"token": issued["token"]}).status_code == 409
    assert value(perform("account.token.redeem", {"token": issued["token"], "purpose": "test"}))


@pytest.mark.parametrize(
    ("operation", "sent"),
    [
        ("account.token.issue", {"email": "a@b.org", "reference_id": None, **ISSUE}),
        ("account.token.issue", {"email": 7, **ISSUE}),
        ("account.token.issue", {"email": "a@b.org", "purpose": "Reset password", "minutes": 5}),
        ("account.token.issue", {"email": "a@b.org", "purpose": "x" * 41, "minutes": 5}),
        ("account.token.issue", {"email": "a@b.org", "purpose": "test", "minutes": 0}),
        ("account.token.issue", {"email": "a@b.org", "purpose": "test", "minutes": 10**30}),
        ("account.token.issue", {"email": "a@b.org", "purpose": "test", "minutes": "1" * 5000}),
        ("account.token.issue", {"email": "a@b.org", "purpose": "test", "minutes": True}),
        ("account.token.issue", {"email": "a@b.org", "purpose": "test", "minutes": 1.5}),
        ("account.token.redeem", {"token": ["x"], "purpose": "test"}),
        ("account.token.redeem", {"token": None, "purpose": "test"}),
        ("account.password.check", {"password": {"a": 1}}),
        ("account.password.validate", {"password": 12345678}),
        ("totp.enroll", {"issuer": "a:b"}),
        ("totp.enroll", {"issuer": " "}),
        ("totp.confirm", {"code": 123456}),
        ("totp.disable", {"code": 123456}),
    ],
    ids=str,
)
def test_arguments_of_another_kind_are_refused(perform, account, operation, sent):
    """Whatever an expression gives, the answer says what was wanted."""
    response = perform(operation, sent, account)
    assert (response.status_code, failure(response)["code"]) == (422, "invalid_outcome")


@pytest.mark.parametrize(
    ("operation", "sent"),
    [
        ("account.password.check", {"password": "correct horse"}),
        ("account.sign_out_everywhere", {}),
        ("totp.enroll", {"issuer": "Shop"}),
        ("totp.confirm", {"code": "123456"}),
        ("totp.disable", {"code": "123456"}),
    ],
)
@pytest.mark.parametrize("reference_id", ["absent", None, "x", 7], ids=str)
def test_without_an_account_nothing_is_done(perform, account, operation, sent, reference_id):
    """A guest is nobody, and an id of null or nonsense is not the one who asks."""
    given = {} if reference_id == "absent" else {"reference_id": reference_id}
    response = perform(operation, {**sent, **given}, None if not given else account)
    assert (response.status_code, failure(response)["code"]) == (404, "not_found")


def test_the_present_password_is_checked(perform, account):
    """The refusal stands at the input that the author names."""
    assert perform("account.password.check", {"password": "correct horse"}, account).status_code == 200
    for sent, field in ({"password": "wrong"}, "password"), ({"password": "", "field": "current"}, "current"):
        response = perform("account.password.check", sent, account)
        assert (response.status_code, failure(response)["code"]) == (422, "invalid_input")
        assert codes(response) == [(field, "password")]


def test_a_new_password_is_validated(perform, settings, account):
    """Every reason of every configured rule, also of those that know the person."""
    rules = ["MinimumLengthValidator", "NumericPasswordValidator", "UserAttributeSimilarityValidator"]
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": f"django.contrib.auth.password_validation.{name}"} for name in rules]
    response = perform("account.password.validate", {"password": "1234", "field": "new"})
    assert codes(response) == [("new", "password_too_short"), ("new", "password_entirely_numeric")]
    response = perform("account.password.validate", {"password": "lovelace@ex", "email": "lovelace@example.org"})
    assert codes(response) == [("password", "password_too_similar")]
    assert perform("account.password.validate", {"password": "tulip window"}).status_code == 200


@pytest.mark.parametrize(("password", "code"), [("password1", "password_too_common"), ("s3cr7", "password_too_short")])
def test_the_rules_hold_wherever_a_password_is_written(define, post, password, code):
    """No definition has to ask for them: the store refuses."""
    define(
        """\
Name: plain
OnType: user_account
InstanceOptional: true
Permission: {guest: [execute]}
InFields: [{Name: password, ColumnType: password}]
OutFields:
  - Type: user_account
    Method: POST
    Attributes: {name: Ada, email: ada@example.org, password: "~password"}
"""
    )
    response = post("user_account/plain", {"password": password})
    assert (response.status_code, codes(response)) == (422, [("password", code)])
    assert password not in response.content.decode()
    assert not UserAccount.objects.exists()


def enroll(owner):
    with transaction.atomic():
        return second_factors.enroll(owner, "Shop")


@pytest.fixture
def factor(transactional_db, account):
    """What the owner of an active factor was shown; the code that confirmed it is long past."""
    made = enroll(account)
    SecondFactor.objects.update(is_active=True)
    return made


def now(made):
    return pyotp.TOTP(made.secret).at(timezone.now())


def wrong(made):
    return f"{(int(now(made)) + 500_000) % 1_000_000:06d}"


SIGN_IN = {"email": "ada@example.org", "password": "correct horse"}


def test_sign_in_asks_for_the_code_once_the_password_is_right(define, post, factor):
    """Without a code it says so, with a wrong one it says no, with a right one the answer is as ever."""
    define(SIGNIN.read_text())
    asked = post("user_account/signin", SIGN_IN)
    assert (asked.status_code, failure(asked)["code"]) == (401, "second_factor_required")
    assert codes(asked) == [("code", "required")]
    refused = post("user_account/signin", {**SIGN_IN, "code": wrong(factor)})
    assert (refused.status_code, failure(refused)["code"]) == (401, "second_factor_failed")
    unknown = post("user_account/signin", {**SIGN_IN, "password": "wrong", "code": now(factor)})
    assert (unknown.status_code, failure(unknown)["code"]) == (401, "sign_in_failed")
    code = now(factor)
    accepted = post("user_account/signin", {**SIGN_IN, "code": code})
    types = ["client.store.set", "client.cookie.set", "client.notify", "client.redirect"]
    assert [entry["ResponseType"] for entry in accepted.json()] == types
    replayed = post("user_account/signin", {**SIGN_IN, "code": code})
    assert failure(replayed)["code"] == "second_factor_failed"
    assert post("user_account/signin", {**SIGN_IN, "code": factor.recovery_codes[3]}).status_code == 200


def test_a_waiting_factor_changes_nothing_about_signing_in(define, post, account):
    """Only a confirmed one is asked for."""
    define(SIGNIN.read_text())
    enroll(account)
    assert post("user_account/signin", SIGN_IN).status_code == 200


def test_an_author_may_vouch_for_who_it_is(perform, factor):
    """``skipPasswordCheck`` asks for neither password nor code."""
    response = perform("jwt.token", {"email": "ada@example.org", "skipPasswordCheck": True})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"password": "wrong"}, 422),
        ({"password": "correct horse"}, 200),
        ({"code": "right"}, 200),
        ({"code": "recovery"}, 200),
        ({"code": "wrong", "password": "correct horse"}, 422),
        ({"code": "right", "password": "wrong"}, 422),
    ],
    ids=str,
)
def test_a_factor_is_disabled_by_a_code_or_the_password(perform, account, factor, sent, status):
    """One proof is needed, and all that are given are checked."""
    spelled = {"right": now(factor), "recovery": factor.recovery_codes[0], "wrong": wrong(factor)}
    response = perform("totp.disable", {key: spelled.get(text, text) for key, text in sent.items()}, account)
    assert response.status_code == status
    assert second_factors.is_active(account.pk) is (status != 200)


@pytest.fixture
def staff(administrator):
    """An administrator with a second factor."""
    made = enroll(administrator)
    SecondFactor.objects.update(is_active=True)
    return made


def enter(client, **form):
    """Post the admin's login form and say where that leads, or what it tells."""
    response = client.post("/admin/login/?next=/admin/", {"username": "root@example.org", **form})
    told = re.findall(r'class="errornote">\s*(.*?)\s*</p>', response.content.decode())
    return response.headers.get("Location") or told[0]


def test_the_admin_asks_for_the_code_too(transactional_db, staff):
    """No session begins without it: neither the admin nor the API knows the browser."""
    client = Client()
    password = {"password": "correct horse"}
    assert 'name="code"' in client.get("/admin/login/").content.decode()
    assert enter(client, **password) == "Enter the code of your second factor."
    assert enter(client, **password, code=wrong(staff)) == "This code does not work, or no longer."
    assert client.get("/admin/").status_code == 302
    assert client.get("/api/user_account").status_code == 401
    assert "correct" in enter(client, password="wrong", code=now(staff))
    code = now(staff)
    assert enter(client, **password, code=code) == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert enter(Client(), **password, code=code) == "This code does not work, or no longer."


def test_an_administrator_lets_people_in_who_lost_everything(administrator, factor):
    """The factor of an account is removed from its list."""
    client = Client()
    assert enter(client, password="correct horse") == "/admin/"
    chosen = {"action": "remove_second_factors", "_selected_action": str(UserAccount.objects.get(name="Ada").pk)}
    page = client.post("/admin/entities/useraccount/", chosen, follow=True)
    assert "1 second factor(s) removed." in page.content.decode()
    assert not SecondFactor.objects.exists()


def test_the_table_of_tokens_is_no_entity(transactional_db, post, administrator):
    """Not even an administrator reads them over HTTP."""
    AccountToken.objects.create(purpose="x", digest="y", email="z", expires_at=timezone.now())
    for name in ("account_token", "second_factor", "recovery_code"):
        assert Client().get(f"/api/{name}").status_code == 404
